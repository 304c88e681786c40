//! Findings about VOMS attributes.

mod context;
mod lifetime;
mod lsc;
mod rule;

use crate::chain::Outcome;
use crate::chain::voms::{HolderForm, Verdict, VomsFlaw, is_known};
use crate::check::chain;
pub use crate::check::voms::context::Context;
use crate::check::voms::context::renew;
pub use crate::check::voms::lifetime::lifetime;
pub use crate::check::voms::lsc::unusable;
pub use crate::check::voms::rule::*;
use crate::crypto::{Hash, Scheme};
use crate::parse::lsc::Fit;
use crate::parse::oid;
use crate::parse::voms::AcError;
use crate::report::{Exit, Finding, Place, Severity};
use crate::text::hex::hex;

/// All findings about one attribute certificate.
pub fn check(verdict: &Verdict, context: Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for trouble in &verdict.troubles {
        findings.extend(explain(trouble, verdict, context));
    }
    findings.extend(beside(verdict, context));
    findings
}

/// The finding that the extension cannot be parsed.
pub fn malformed(error: &AcError, from: &str) -> Finding {
    MALFORMED.found(format!("the VOMS attributes in {from}: {error}"))
}

/// The finding that there are no attributes although they were required.
pub fn none(wanted: Option<&str>, from: &str) -> Finding {
    let found = match wanted {
        Some(vo) => MISSING.found(format!(
            "{from} carries no VOMS attributes, those of the VO {vo} were asked for"
        )),
        None => MISSING.found(format!("{from} carries no VOMS attributes")),
    };
    found.advice(renew(wanted.unwrap_or("VO")))
}

/// The finding that there are none of the VO that was asked for. `vos` are the existing ones.
pub fn other_vo(wanted: &str, vos: &[&str], from: &str) -> Finding {
    let found = MISSING.found(format!(
        "{from} carries no VOMS attributes of the VO {wanted}, but of {}",
        vos.join(", ")
    ));
    found.advice(renew(wanted))
}

/// The finding that there are attributes, but the certificate that issued the proxy is not known.
pub fn no_holder(vos: &[&str]) -> Finding {
    HOLDER_MISMATCH.found(format!(
        "the VOMS attributes of {} cannot be for this proxy: the certificate it was made from is \
         not in its path",
        vos.join(", ")
    ))
}

/// The note that attributes were not checked (`--voms off`).
pub fn not_checked(vos: &[&str]) -> Finding {
    NOT_CHECKED
        .found(format!("the VOMS attributes of {} were not checked (--voms off)", vos.join(", ")))
}

fn explain(trouble: &VomsFlaw, verdict: &Verdict, context: Context<'_>) -> Vec<Finding> {
    let Context { ac, question, .. } = context;
    let vo = ac.vo();
    let of = format!("the VOMS attributes of {vo}");
    let again = |found: Finding| found.advice(renew(vo));
    let found = match trouble {
        VomsFlaw::Expired | VomsFlaw::NotYetValid | VomsFlaw::NeverValid | VomsFlaw::TooShort => {
            lifetime::words(trouble, ac, question.at, question.need)
                .unwrap_or_else(|| MALFORMED.found(of))
        }
        VomsFlaw::HolderByName => MALFORMED.found(format!(
            "{of} name their holder by entityName alone, which no VOMS library reads"
        )),
        VomsFlaw::HolderDiffers => again(holder_differs(context)),
        VomsFlaw::AlgorithmDiffers => again(BAD_SIGNATURE.found(format!(
            "{of}: the signature algorithm inside differs from {} outside",
            ac.algorithm.name
        ))),
        VomsFlaw::AlgorithmForbidden => FORBIDDEN.found(format!(
            "{of} are signed with {}, which is broken and rejected everywhere",
            ac.algorithm.name
        )),
        VomsFlaw::BadSignature => again(BAD_SIGNATURE.found(format!(
            "the signature of {of} does not verify with the key of the VOMS server {}",
            server(verdict)
        ))),
        VomsFlaw::Unsupported(what) => {
            UNSUPPORTED.found(format!("{of}: certok cannot verify their signature ({what})"))
        }
        VomsFlaw::Critical(id) if is_known(id) => EXTENSION.found(format!(
            "{of} have the extension {} marked as critical, which VOMS refuses",
            oid::name(id)
        )),
        VomsFlaw::Critical(id) => {
            EXTENSION.found(format!("{of} have the unknown critical extension {id}"))
        }
        VomsFlaw::Missing(id) => EXTENSION.found(format!(
            "{of} lack the extension {}, without which VOMS refuses them",
            oid::name(id)
        )),
        VomsFlaw::Foreign(fqan) => FOREIGN.found(format!(
            "the VOMS server of {vo} ({}) gives {fqan}, which is no attribute of that VO",
            ac.authority().host
        )),
        VomsFlaw::IssuerDiffers(has) => ISSUER_MISMATCH.found(format!(
            "{of} name the issuer {}, but the VOMS server's certificate is that of {has}",
            ac.issuer.screen()
        )),
        VomsFlaw::KeyIdDiffers => ISSUER_MISMATCH.found(format!(
            "{of} name another key than that of the VOMS server {}",
            server(verdict)
        )),
        VomsFlaw::Limit(limit) => chain::EXHAUSTED
            .found(format!("{of}: what made their signature was not found before {limit}")),
        VomsFlaw::LscMissing => lsc::missing(verdict, context),
        VomsFlaw::NoCertificate => NO_CERTIFICATE.found(format!(
            "{of} bring no certificate of their server {}, and no certificate that made the \
             signature is installed in {}",
            ac.authority().host,
            lsc::folder(context.lsc).display()
        )),
        VomsFlaw::LscDiffers(difference) => lsc::differs(difference, context),
        VomsFlaw::LscBroken(error) => lsc::broken(error, context),
        VomsFlaw::LscUnreadable(unread) => lsc::unreadable(unread, context),
        VomsFlaw::Untrusted(outcome) => return untrusted(outcome, context),
    };
    let placed = found.place != Place::default();
    vec![if placed { found } else { found.at(context.place.clone()) }]
}

fn holder_differs(context: Context<'_>) -> Finding {
    use crate::parse::voms::Holder;
    let holder = &context.ac.holder;
    let serial = match holder {
        Holder::Certificate { serial, .. } => {
            format!(", serial number {}", hex(serial))
        }
        Holder::Entity(_) => String::new(),
    };
    HOLDER_MISMATCH.found(format!(
        "the VOMS attributes of {} were given to {}{serial}, but the proxy was made from {}, \
         serial number {}",
        context.ac.vo(),
        holder.name().screen(),
        context.holder.subject.screen(),
        context.holder.serial_hex()
    ))
}

/// The server's name in sentences.
fn server(verdict: &Verdict) -> String {
    let subject = verdict.server.as_ref().map(|known| &known.certificate.subject);
    subject.map_or_else(String::new, |subject| subject.screen())
}

/// The findings of the path search, for the server's certificate.
fn untrusted(outcome: &Outcome, context: Context<'_>) -> Vec<Finding> {
    let ac = context.ac;
    let noun = format!("certificate of the VOMS server {} in", ac.authority().host);
    let about = chain::Context {
        noun: &noun,
        token: false,
        question: context.question,
        trust: context.trust,
        by_hash: context.by_hash,
    };
    let server = outcome.best.path.first();
    let subject = server.map(|known| known.certificate.subject.screen());
    let wrap = |inner: Finding| {
        let mut found = ISSUER_UNTRUSTED.found(format!(
            "the VOMS attributes of {} are signed by a server that is not trusted: {}",
            ac.vo(),
            inner.message
        ));
        if matches!(inner.exit, Exit::Short | Exit::Undecided) {
            found.exit = inner.exit;
        }
        let its_own = inner.place.subject == subject && !inner.is(&chain::ISSUER_UNKNOWN);
        if its_own {
            found.advice = ISSUER_UNTRUSTED.advice.replace("VO;", &format!("{};", ac.vo()));
        } else {
            found.advice = inner.advice;
        }
        found.at(inner.place)
    };
    let inner = chain::check(&outcome.best, about);
    let errors = inner.into_iter().filter(|found| found.severity == Severity::Error);
    let mut findings: Vec<Finding> = errors.map(wrap).collect();
    if let Some(limit) = &outcome.exhausted {
        let message = format!(
            "the VOMS attributes of {}: the search for a path from their server ended early at {limit}",
            ac.vo()
        );
        findings = findings.into_iter().map(Finding::as_undecided).collect();
        findings.push(chain::EXHAUSTED.found(message).at(context.place.clone()));
    } else if findings.is_empty() {
        let message = format!(
            "the VOMS attributes of {} are signed by a server that is not trusted: no path to a CA",
            ac.vo()
        );
        findings.push(ISSUER_UNTRUSTED.found(message).at(context.place.clone()));
    }
    findings
}

/// Remarks on valid attributes that some tools refuse.
fn beside(verdict: &Verdict, context: Context<'_>) -> Vec<Finding> {
    let ac = context.ac;
    let of = format!("the VOMS attributes of {}", ac.vo());
    let mut findings = Vec::new();
    if ac.algorithm.scheme == Some(Scheme::RsaPkcs1(Hash::Sha1)) {
        findings.push(SHA1.found(format!("{of} are signed with SHA-1 ({})", ac.algorithm.name)));
    }
    if !ac.extensions.targets.is_empty() {
        let targets = ac.extensions.targets.join(", ");
        findings.push(TARGETED.found(format!("{of} are for {targets} alone")));
    }
    if verdict.form == Some(HolderForm::Issuer) {
        findings.push(HOLDER_FORM.found(format!(
            "{of} name their holder by the issuer and serial number of the certificate"
        )));
    }
    if verdict.fit == Some(Fit::Longer) {
        let lsc = context.lsc.display();
        findings.push(
            LSC_LONGER
                .found(format!(
                    "{lsc} describes more certificates than {of} bring ({})",
                    ac.extensions.certificates.len()
                ))
                .at(Place::file(context.lsc)),
        );
        return findings;
    }
    findings.into_iter().map(|found| found.at(context.place.clone())).collect()
}
