//! Name constraints, as far as a consumer applies them.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::{Judge, Objection, Reason};
use crate::chain::constraint::ConstraintFlaw;
use crate::chain::constraint::names::{Tested, objection};
use crate::consumer::profile::{Directory, HostInCn, Mail};
use crate::parse::cert::{Certificate, GeneralName, NameConstraints, Subtree};

pub(super) fn judge(
    judge: &Judge<'_>,
    path: &[PoolCertificate],
    proxies: usize,
    found: &mut Vec<Objection>,
) {
    let how = &judge.profile.constraints;
    for (ca, known) in path.iter().enumerate().skip(1).rev() {
        let is_anchor = ca + 1 == path.len();
        let Some(constraints) = &known.certificate.extensions.name_constraints else {
            continue;
        };
        if is_anchor && !how.anchor {
            continue;
        }
        if refuses_all(constraints, how.directory) {
            found.push(Objection::new(ca, Reason::DirectoryConstraint));
        }
        for (step, below) in path.iter().enumerate().take(ca).rev() {
            let certificate = &below.certificate;
            let skipped = step > 0 && (how.leaf_only || certificate.is_self_issued());
            if skipped || (proxies > 0 && !judge.opens_ssl() && step < proxies) {
                continue;
            }
            let trouble = refused_form(judge, constraints, certificate, ca).or_else(|| {
                let tested = tested(judge, certificate, step);
                objection((ca, constraints), certificate, tested, judge.budget)
            });
            found.extend(trouble.map(|trouble| Objection::new(step, Reason::Constraint(trouble))));
        }
    }
}

/// Whether a directoryName is there that refuses everybody.
fn refuses_all(constraints: &NameConstraints, how: Directory) -> bool {
    let is_directory = |subtree: &Subtree| matches!(subtree, Subtree::Directory(_));
    match how {
        Directory::Compared | Directory::Ignored => false,
        Directory::ExcludedRefuses => constraints.excluded.iter().any(is_directory),
        Directory::Refuses => {
            constraints.permitted.iter().chain(&constraints.excluded).any(is_directory)
        }
    }
}

/// A name of a form that the consumer cannot compare, where it is constrained.
fn refused_form(
    judge: &Judge<'_>,
    constraints: &NameConstraints,
    certificate: &Certificate,
    ca: usize,
) -> Option<ConstraintFlaw> {
    let forms = judge.profile.constraints.refused_forms;
    let bound = |form: &str| {
        constraints.permitted.iter().chain(&constraints.excluded).any(|tree| tree.form() == form)
    };
    let mut names = certificate.extensions.alt_names.iter();
    let name = names.find(|name| forms.contains(&name.form()) && bound(name.form()))?;
    Some(ConstraintFlaw::FormNotJudged { ca, name: name.to_string() })
}

fn tested(judge: &Judge<'_>, certificate: &Certificate, step: usize) -> Tested {
    let how = &judge.profile.constraints;
    let usages = certificate.extensions.extended_key_usage.as_ref();
    let is_server = || usages.is_none_or(|list| list.iter().any(|usage| usage == SERVER));
    let has_mail =
        || certificate.extensions.alt_names.iter().any(|n| matches!(n, GeneralName::Email(_)));
    Tested {
        subject: how.directory == Directory::Compared,
        mail_in_subject: match how.mail_in_subject {
            Mail::Always => true,
            Mail::Never => false,
            Mail::WithoutAltName => !has_mail(),
        },
        host_in_cn: step == 0
            && match how.host_in_cn {
                HostInCn::Always => true,
                HostInCn::IfServer => is_server(),
                HostInCn::Never => false,
            },
    }
}

/// serverAuth.
const SERVER: &str = "1.3.6.1.5.5.7.3.1";
