//! Name constraints, as a consumer applies them.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::{Judge, Objection, Reason};
use crate::chain::constraint::ConstraintFlaw;
use crate::chain::constraint::names::{HostNames, Tested, objection};
use crate::consumer::profile::{Constraints, Form, HostInCn, Mail, MailString};
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
        let compared = compared(constraints, how);
        for (step, below) in path.iter().enumerate().take(ca).rev() {
            let certificate = &below.certificate;
            let skipped = step > 0 && (how.leaf_only || certificate.is_self_issued());
            if skipped || (proxies > 0 && !judge.opens_ssl() && step < proxies) {
                continue;
            }
            if let Some(form) = refused(constraints, certificate, how) {
                found.push(Objection::new(ca, Reason::FormNotCompared(form)));
                continue;
            }
            if let Some(name) = mail_in_other_string(&compared, certificate, how) {
                let flaw = ConstraintFlaw::NameNotReadable { ca, name };
                found.push(Objection::new(step, Reason::Constraint(flaw)));
            }
            let tested = tested(judge, certificate, step);
            let trouble = objection((ca, &compared), certificate, tested, judge.budget);
            found.extend(trouble.map(|trouble| Objection::new(step, Reason::Constraint(trouble))));
        }
    }
}

/// An emailAddress in the subject that the consumer cannot read, because it is no IA5String.
fn mail_in_other_string(
    compared: &NameConstraints,
    certificate: &Certificate,
    how: &Constraints,
) -> Option<String> {
    let has_mail =
        certificate.extensions.alt_names.iter().any(|name| matches!(name, GeneralName::Email(_)));
    let mut trees = compared.permitted.iter().chain(&compared.excluded);
    let reads = match how.mail_string {
        MailString::Constrained => true,
        MailString::Compared => !has_mail && trees.any(|tree| tree.form() == "rfc822Name"),
        MailString::Never => false,
    };
    let mut all = certificate.subject.rdns().iter().flatten().filter(|_| reads);
    let other = all.find(|one| one.short() == "emailAddress" && !one.is_ia5_string())?;
    Some(other.text())
}

/// How a form of names is treated.
fn treated(how: &Constraints, form: &str) -> Form {
    match form {
        "dNSName" | "iPAddress" => Form::Compared,
        "directoryName" => how.directory,
        "rfc822Name" => how.mail,
        "uniformResourceIdentifier" => how.uri,
        "otherName" => how.other_name,
        _ => how.other,
    }
}

/// The subtrees with which names are compared.
fn compared(constraints: &NameConstraints, how: &Constraints) -> NameConstraints {
    let keep = |all: &[Subtree]| -> Vec<Subtree> {
        let kept = all.iter().filter(|tree| treated(how, tree.form()) == Form::Compared);
        let below = kept.clone().filter(|_| how.sub_domains).filter_map(|tree| match tree {
            Subtree::EmailHost(host) => Some(Subtree::EmailDomain(host.clone())),
            Subtree::UriHost(host) => Some(Subtree::UriDomain(host.clone())),
            _ => None,
        });
        kept.cloned().chain(below).collect()
    };
    NameConstraints {
        permitted: keep(&constraints.permitted),
        excluded: keep(&constraints.excluded),
    }
}

/// A form of which the certificate has a name, and of which the consumer refuses all names because
/// the form is constrained.
fn refused(
    constraints: &NameConstraints,
    certificate: &Certificate,
    how: &Constraints,
) -> Option<&'static str> {
    let has = |form: &str| match form {
        "directoryName" => !certificate.subject.is_empty(),
        _ => certificate.extensions.alt_names.iter().any(|name| name.form() == form),
    };
    let refuses = |tree: &&Subtree, wanted: &[Form]| match treated(how, tree.form()) {
        Form::RefusesAll => true,
        treated => wanted.contains(&treated) && has(tree.form()),
    };
    let mut permitted = constraints.permitted.iter().filter(|tree| refuses(tree, &[Form::Refuses]));
    let both = [Form::Refuses, Form::ExcludedRefuses];
    let mut excluded = constraints.excluded.iter().filter(|tree| refuses(tree, &both));
    permitted.next().or(excluded.next()).map(Subtree::form)
}

fn tested(judge: &Judge<'_>, certificate: &Certificate, step: usize) -> Tested {
    let how = &judge.profile.constraints;
    let usages = certificate.extensions.extended_key_usage.as_ref();
    let is_server = || usages.is_none_or(|list| list.iter().any(|usage| usage == SERVER));
    let has_mail =
        || certificate.extensions.alt_names.iter().any(|n| matches!(n, GeneralName::Email(_)));
    Tested {
        subject: how.directory == Form::Compared,
        mail_in_subject: match how.mail_in_subject {
            Mail::Always => true,
            Mail::Never => false,
            Mail::WithoutAltName => !has_mail(),
        },
        host_in_cn: match how.host_in_cn {
            _ if step > 0 => HostNames::None,
            HostInCn::Always => HostNames::DottedOrAddress,
            HostInCn::AnyLabel => HostNames::Any,
            HostInCn::IfServer if is_server() => HostNames::Dotted,
            HostInCn::IfServer | HostInCn::Never => HostNames::None,
        },
    }
}

/// The OID of serverAuth.
const SERVER: &str = "1.3.6.1.5.5.7.3.1";
