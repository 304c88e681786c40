//! Why a path was refused: a finding for each flaw.

pub mod constraint;
mod issuer;
pub mod permission;
pub mod profile;
pub mod proxy;
pub mod revocation;
mod rule;
mod signature;
mod usage;

use crate::chain::{Attempt, Defect, Flaw, PoolCertificate, Question};
use crate::check;
pub use crate::check::chain::rule::*;
use crate::check::lifetime;
use crate::parse::cert::{Certificate, CertificateKind};
use crate::parse::kind::is_of_host;
use crate::parse::oid;
use crate::report::{Finding, Severity};

/// What the path belongs to, and what was asked.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// `user certificate`, `token`.
    pub noun: &'a str,
    /// Whether the leaf is a token.
    pub token: bool,
    /// What was asked.
    pub question: &'a Question<'a>,
    /// The CA directory or file, as a person names it.
    pub trust: &'a str,
    /// Whether CAs are found by hash there. In a directory they are.
    pub by_hash: bool,
}

/// One finding for each flaw, in the order of the path.
pub fn check(attempt: &Attempt, context: Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for flaw in &attempt.flaws {
        let Some(known) = attempt.path.get(flaw.step) else {
            continue;
        };
        let found = explain(flaw, known, attempt, context).map(|f| for_proxy(f, known));
        // A finding about another file already has its place.
        findings.extend(found.map(|finding| match finding.place.file {
            Some(_) => finding,
            None => finding.at(check::place_in(known)),
        }));
    }
    findings
}

fn explain(
    flaw: &Flaw,
    known: &PoolCertificate,
    attempt: &Attempt,
    context: Context<'_>,
) -> Option<Finding> {
    let certificate: &Certificate = &known.certificate;
    let name = name(flaw.step, attempt, context);
    Some(match &flaw.defect {
        Defect::Expired | Defect::NotYetValid | Defect::NeverValid | Defect::TooShort => {
            return time(flaw, known, attempt, context);
        }
        Defect::AlgorithmDiffers
        | Defect::AlgorithmForbidden
        | Defect::AlgorithmUnsupported(_)
        | Defect::BadSignature { .. }
        | Defect::KeyTooSmall(..)
        | Defect::KeyUnsupported(_) => {
            return signature::explain(&flaw.defect, certificate, &name, context);
        }
        Defect::WronglyCritical(id) => profile::wrongly_critical(id, &name),
        Defect::NotCa
        | Defect::NoCertSign
        | Defect::NoDigitalSignature
        | Defect::PathTooLong(..)
        | Defect::PurposeNotAllowed(_) => {
            return usage::explain(flaw, certificate, &name, attempt, context);
        }
        Defect::Constraint(trouble) => constraint::explain(trouble, &name, attempt),
        Defect::Permission(trouble) => permission::explain(trouble, &name),
        Defect::Revocation(trouble) => {
            revocation::explain(trouble, certificate, &name, context.question.at)
        }
        Defect::Proxy(trouble) => {
            let above = self::name(flaw.step + 1, attempt, context);
            proxy::explain(trouble, &name, &above)
        }
        Defect::IssuerIdDiffers => issuer_id(flaw.step, certificate, &name, attempt, context),
        Defect::IssuerNotFound if certificate.is_proxy() => {
            check::proxy::missing_issuer(known, None, None)
        }
        Defect::IssuerNotFound => issuer::not_found(certificate, &name, context),
        Defect::MalformedExtension(id, reason) => {
            EXTENSION.found(format!("{name}: the extension {} {reason}", oid::name(id)))
        }
        Defect::SelfSigned if flaw.step == 0 => SELF_SIGNED.found(format!(
            "{name} is self-signed and not a CA in {}: no grid service accepts it",
            context.trust
        )),
        Defect::SelfSigned => ISSUER_UNKNOWN.found(format!(
            "the root CA {} is not trusted: it comes from the certificate file and is not in {}",
            certificate.subject.common_name(),
            context.trust
        )),
        Defect::TooDeep => TOO_DEEP.found(format!(
            "the path is longer than {} certificates between leaf and anchor",
            context.question.max_depth
        )),
        Defect::TrustRejected => TRUST_REJECTED.found(format!(
            "{} is a TRUSTED CERTIFICATE whose trust settings reject {} authentication",
            known.from,
            context.question.purpose.name()
        )),
        Defect::UnknownCritical(id) => CRITICAL.found(format!(
            "{name} has the unknown critical extension {}",
            if oid::name(id) == id { id.clone() } else { format!("{} ({id})", oid::name(id)) }
        )),
        Defect::UnknownQualifier(id) => CRITICAL.found(format!(
            "{name}: its certificatePolicies are critical and have the unknown policy qualifier {id}"
        )),
    })
}

/// The authority key identifier names another issuer.
fn issuer_id(
    step: usize,
    certificate: &Certificate,
    name: &str,
    attempt: &Attempt,
    context: Context<'_>,
) -> Finding {
    if certificate.is_proxy() {
        let above = self::name(step + 1, attempt, context);
        return proxy::ISSUER_ID.found(format!(
            "{name}: its authority key identifier names another key or serial number than {above} \
             has, which issued it"
        ));
    }
    ISSUER_ID.found(format!(
        "{name}: its authority key identifier names another key or serial number than those of its \
         issuer {}",
        certificate.issuer.common_name()
    ))
}

/// Lowers the finding for a host certificate that is good as a server: usages for servers only are
/// no fault.
pub fn as_client(found: Finding) -> Finding {
    let of_usage = found.is(&PURPOSE) || found.is(&KEY_USAGE);
    match of_usage && found.severity == Severity::Error {
        true => SERVER_ONLY.found(found.message).at(found.place),
        false => found,
    }
}

/// What the certificate at `step` is and where it is: the subject of a sentence.
pub fn name(step: usize, attempt: &Attempt, context: Context<'_>) -> String {
    let Some(known) = attempt.path.get(step) else {
        return String::new();
    };
    let from = &known.from;
    if step == 0 {
        let noun = match known.certificate.kind() {
            CertificateKind::Proxy(_) => "proxy",
            _ => context.noun,
        };
        return format!("{noun} {from}");
    }
    let ca = || format!("the CA {} ({from})", known.certificate.subject.common_name());
    check::proxy::link_name(&attempt.path, step).unwrap_or_else(ca)
}

/// The advice for a proxy. It is never repaired; a new one is made.
fn for_proxy(found: Finding, known: &PoolCertificate) -> Finding {
    let own = [
        &ALGORITHM_DIFFERS,
        &BAD_SIGNATURE,
        &CRITICAL,
        &EXTENSION,
        &FORBIDDEN,
        &KEY_TOO_SMALL,
        &UNSUPPORTED,
    ];
    let is_proxy = known.certificate.is_proxy();
    if is_proxy && found.is(&KEY_TOO_SMALL) {
        return found.advice("make a new proxy with a larger key: voms-proxy-init -bits 2048");
    }
    if is_proxy && found.is_one_of(&own) {
        return found.advice(lifetime::NEW_PROXY);
    }
    found
}

fn time(
    flaw: &Flaw,
    known: &PoolCertificate,
    attempt: &Attempt,
    context: Context<'_>,
) -> Option<Finding> {
    let now = context.question.at;
    let name = name(flaw.step, attempt, context);
    let validity = known.certificate.validity;
    let question = lifetime::Question {
        noun: &name,
        need: context.question.need,
        kind: match known.certificate.kind() {
            CertificateKind::Proxy(_) => lifetime::CredentialKind::Proxy,
            _ if context.token => lifetime::CredentialKind::Token,
            _ if is_of_host(&known.certificate) => lifetime::CredentialKind::Host,
            _ => lifetime::CredentialKind::Certificate,
        },
        now,
    };
    if check::proxy::link_name(&attempt.path, flaw.step).is_some() {
        return check::proxy::link_lifetime(&attempt.path, flaw.step, question);
    }
    let found = lifetime::check(&validity, question)?;
    if flaw.step == 0 {
        return Some(found);
    }
    let under = known.certificate.subject.common_name();
    let root = if known.certificate.is_self_issued() { "root CA" } else { "CA" };
    let from = &known.from;
    Some(match flaw.defect {
        Defect::Expired => CA_EXPIRED.found(format!(
            "the {root} {under} ({from}) expired on {} ({})",
            validity.not_after.screen(),
            validity.not_after.relative_to(now)
        )),
        Defect::NotYetValid => CA_NOT_YET_VALID.found(format!(
            "the {root} {under} ({from}) is not valid before {}",
            validity.not_before.screen()
        )),
        _ => found,
    })
}

/// The name of the algorithm, with its digest as people write it.
fn words(algorithm: &str) -> String {
    let digest =
        [("md5", "MD5"), ("md2", "MD2"), ("md4", "MD4"), ("SHA1", "SHA-1"), ("sha", "SHA-0")];
    let spoken = digest.iter().find(|(part, _)| algorithm.contains(part)).map(|(_, name)| *name);
    spoken.map_or_else(|| algorithm.to_owned(), |name| format!("{name} ({algorithm})"))
}

fn below(attempt: &Attempt, step: usize) -> String {
    let between = attempt.path.get(1..step).unwrap_or_default();
    let names: Vec<String> =
        between.iter().map(|known| known.certificate.subject.common_name()).collect();
    names.join(", ")
}

/// How the name of a key begins or ends if its curve has no name.
pub const EXPLICIT: &str = "explicit parameters";
