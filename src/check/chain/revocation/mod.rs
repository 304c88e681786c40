//! Findings about revocation, and remarks on lists that not all software accepts.

mod rule;

use std::path::PathBuf;

use crate::chain::revocation::{
    CrlFlaw, CrlMode, Gap, List, RevocationStatus, Unusable, root_on_own_list,
};
use crate::chain::{PoolCertificate, Question};
use crate::check::chain::constraint::some;
pub use crate::check::chain::revocation::rule::*;
use crate::crypto::{Hash, Scheme};
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::parse::crl::{Crl, Revocation};
use crate::report::{Finding, Place};
use crate::text::time::{Seconds, UnixTime};

/// The finding for one flaw. `name` is the certificate it is about, as a person names it.
pub fn explain(trouble: &CrlFlaw, certificate: &Certificate, name: &str, now: UnixTime) -> Finding {
    let issuer = certificate.issuer.common_name();
    match trouble {
        CrlFlaw::Missing(gap) => missing(gap, certificate, name),
        CrlFlaw::Revoked(list, revocation) => {
            revoked(revocation, certificate, name, now, list).at(place(list, certificate))
        }
        CrlFlaw::Unusable(list, why) => {
            let mut place = place(list, certificate);
            // A damaged bundle is reported once, not for each certificate.
            place.subject = place.subject.filter(|_| is_of_one_ca(list));
            unusable(why, &issuer, list, now).at(place)
        }
    }
}

/// Whether the file name is the hash of a CA. If not, the file is a bundle.
fn is_of_one_ca(list: &str) -> bool {
    let name = list.rsplit('/').next().unwrap_or(list);
    matches!(EntryName::parse(name), EntryName::Crl { .. })
}

/// The advice if a CA was revoked, not a user.
const CA_REVOKED: &str = "this CA is no longer trusted, and everything below it is refused: update \
                          the CA bundle, and ask the CA that issued your certificate for one from \
                          its successor";

/// The place: the file of the list, and the certificate.
fn place(list: &str, certificate: &Certificate) -> Place {
    Place {
        file: Some(PathBuf::from(list)),
        subject: Some(certificate.subject.screen()),
        ..Place::default()
    }
}

/// The certificate is revoked. `name` is the certificate as a person names it, `list` the list that
/// revokes it.
pub fn revoked(
    revocation: &Revocation,
    certificate: &Certificate,
    name: &str,
    now: UnixTime,
    list: &str,
) -> Finding {
    let serial = certificate.serial_hex();
    let issuer = certificate.issuer.common_name();
    let since = match revocation.at {
        Some(at) => format!("on {} ({})", at.screen(), at.relative_to(now)),
        None => "on a date that cannot be read".to_owned(),
    };
    let reason = match revocation.reason {
        Some(reason) => format!(", reason: {}", reason.name()),
        None => String::new(),
    };
    let key = match revocation.invalid_since {
        Some(at) => format!(", invalid since {}", at.screen()),
        None => String::new(),
    };
    let found = REVOKED.found(format!(
        "{name} (serial number {serial}) was revoked by {issuer} {since}{reason}{key}, says the \
         CRL {list}"
    ));
    if certificate.is_ca() {
        return found.advice(CA_REVOKED);
    }
    found
}

/// The list at `list` of the CA `issuer` does not count.
pub fn unusable(why: &Unusable, issuer: &str, list: &str, now: UnixTime) -> Finding {
    let crl = format!("the CRL of the CA {issuer} ({list})");
    let when = |at: &UnixTime| format!("{} ({})", at.screen(), at.relative_to(now));
    match why {
        Unusable::BadSignature => BAD_SIGNATURE.found(format!(
            "the signature of {crl} does not verify with the CA's key: the CA was re-keyed, or the \
             file was altered"
        )),
        Unusable::Corrupt(what) if what.starts_with("empty") => {
            CORRUPT.found(format!("the CRL file {list} of the CA {issuer} is {what}"))
        }
        Unusable::Corrupt(what) if is_of_one_ca(list) => {
            CORRUPT.found(format!("the CRL file {list} of the CA {issuer} is corrupt: {what}"))
        }
        Unusable::Corrupt(what) => CORRUPT.found(format!("a CRL in {list} is corrupt: {what}")),
        Unusable::Expired(end) => EXPIRED.found(format!(
            "{crl} expired on {}: tools that look at it refuse every certificate of this CA",
            when(end)
        )),
        Unusable::Forbidden(algorithm) => {
            FORBIDDEN.found(format!("{crl} is signed with {algorithm}, which is broken"))
        }
        Unusable::KeyIdDiffers => BAD_SIGNATURE.found(format!(
            "{crl} names another key (authority key identifier) than the one of the CA that signed \
             it"
        )),
        Unusable::NoCrlSign => NO_CRL_SIGN
            .found(format!("{crl} counts for nothing: the key usage of the CA lacks cRLSign")),
        Unusable::NotYetValid(start) => NOT_YET_VALID.found(format!(
            "{crl} is not yet valid: its thisUpdate is {}; is the clock of this machine slow?",
            when(start)
        )),
        Unusable::Unreadable(reason) => UNREADABLE.found(format!("{crl} cannot be read: {reason}")),
        Unusable::Unsupported(what) => UNSUPPORTED
            .found(format!("{crl} has {what}: it is not known whether it revokes the certificate")),
        Unusable::Unverifiable(what) => {
            UNSUPPORTED.found(format!("{crl}: certok cannot verify its signature ({what})"))
        }
    }
}

fn missing(gap: &Gap, certificate: &Certificate, name: &str) -> Finding {
    let issuer = certificate.issuer.common_name();
    match gap {
        Gap::NoList => MISSING.found(format!(
            "there is no CRL of the CA {issuer} (expected as {}.r0): whether {name} is revoked \
             cannot be told",
            certificate.issuer.new_hash()
        )),
        Gap::OtherIssuer(list, other) => MISSING
            .found(format!(
                "there is no CRL of the CA {issuer}: {list} is that of another CA, {other}"
            ))
            .at(place(list, certificate)),
        Gap::DeltaOnly(list) => SCOPE
            .found(format!(
                "the CRL of the CA {issuer} ({list}) holds only changes (a delta CRL), and the list \
                 that it is based on is not there: whether {name} is revoked cannot be told"
            ))
            .at(place(list, certificate)),
        Gap::OutOfScope(list, why) => SCOPE
            .found(format!(
                "the CRL of the CA {issuer} ({list}) does not cover {name}: {why}"
            ))
            .at(place(list, certificate)),
        Gap::SomeReasons(lists, missing) => SCOPE.found(format!(
            "the CRLs of the CA {issuer} ({}) cover {name} for some reasons only: whether it is \
             revoked for another one cannot be told ({missing})",
            some(lists)
        )),
        Gap::UnknownSigner(list) => SCOPE
            .found(format!(
                "the CRL {list}, where the CA {issuer} lists what it revokes, is made by another CRL \
                 issuer, of whom no trusted certificate is there"
            ))
            .at(place(list, certificate)),
    }
}

/// Remarks on the lists of an accepted path.
pub fn remarks(
    statuses: &[RevocationStatus<'_>],
    path: &[PoolCertificate],
    question: &Question<'_>,
    trust: &str,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut without: Vec<String> = Vec::new();
    for status in statuses {
        let Some(known) = path.get(status.step) else {
            continue;
        };
        let certificate = &known.certificate;
        let issuer = certificate.issuer.common_name();
        for list in &status.by {
            let found = list.content.iter().flat_map(|crl| about(list, crl, &issuer, question));
            let at = place(&list.from, certificate);
            findings.extend(found.map(|finding| finding.at(at.clone())));
        }
        match &status.gap {
            Some(Gap::NoList) if !without.contains(&issuer) => without.push(issuer),
            Some(Gap::NoList) | None => {}
            Some(gap) => {
                let name = certificate.subject.common_name();
                findings.push(missing(gap, certificate, &name).as_note());
            }
        }
    }
    findings.extend(path.last().and_then(|known| own_list(known, path, question)));
    if !without.is_empty() && question.crl == CrlMode::IfPresent {
        let names = without.join(", ");
        let message = format!("revocation was not checked: no CRL of {names} in {trust}");
        findings.push(MISSING.found(message).as_note());
    }
    findings
}

/// A root that is revoked by its own list.
fn own_list(
    known: &PoolCertificate,
    path: &[PoolCertificate],
    question: &Question<'_>,
) -> Option<Finding> {
    let (list, revocation) = root_on_own_list(path, question)?;
    let root = &known.certificate;
    let since = revocation.at.map(|at| format!(", since {}", at.screen()));
    let message = format!(
        "the root CA {} (serial number {}) is listed in its own CRL {}{}: OpenSSL with \
         -crl_check_all says \"certificate revoked\"",
        root.subject.common_name(),
        root.serial_hex(),
        list.from,
        since.unwrap_or_default()
    );
    Some(ROOT.found(message).at(place(&list.from, root)))
}

/// Remarks on a list that counts.
fn about(list: &List, crl: &Crl, issuer: &str, question: &Question<'_>) -> Vec<Finding> {
    let name = format!("the CRL of the CA {issuer} ({})", list.from);
    let end = crl.next_update;
    let short = |end: &UnixTime| *end - question.at < question.need;
    let soon = end.filter(|end| question.need > Seconds(0) && short(end));
    let sha1 = matches!(crl.algorithm.scheme, Some(Scheme::RsaPkcs1(Hash::Sha1)));
    let found = [
        soon.map(|end| {
            ENDS_SOON.found(format!(
                "{name} ends on {} ({}), which is less than the {} asked for",
                end.screen(),
                end.relative_to(question.at),
                question.need
            ))
        }),
        sha1.then(|| SHA1.found(format!("{name} is signed with SHA-1"))),
        list.der.then(|| DER.found(format!("{name} is binary DER, not PEM"))),
        end.is_none()
            .then(|| NO_END.found(format!("{name} does not say when the next one is due"))),
    ];
    found.into_iter().flatten().collect()
}
