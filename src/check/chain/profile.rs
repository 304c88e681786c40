//! What RFC 5280 §4 asks of who issues a certificate. Validators need not refuse for it, but some do.

use crate::chain::PoolCertificate;
use crate::check::rules;
use crate::consumer::{OPENSSL, PYCA_CRYPTOGRAPHY, PYTHON_SSL};
use crate::parse::cert::Certificate;
use crate::parse::oid;
use crate::report::{Finding, Place};

rules! {
    step: Chain;
    /// An extension that is critical and must not be.
    CRITICALITY: ERROR {
        id: "wrong-criticality",
        what: "an extension is critical that must not be",
        why: "OpenSSL refuses key identifiers that are critical as it does unknown extensions",
        advice: "ask the CA to issue the certificate again",
        source: "RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.1.15",
    }
    /// An extension that is not critical and must be.
    NOT_CRITICAL: WARN {
        id: "not-critical",
        what: "an extension is not critical and must be",
        why: "software that does not know the extension passes over it, and accepts what it forbids; \
              none is known to refuse the certificate for the missing mark",
        advice: "tell the CA: its software leaves the mark out",
        source: "RFC 5280 §4.2.1.11, §4.2.1.14",
    }
    /// A certificate of or by nobody.
    EMPTY_NAME: WARN {
        id: "empty-name",
        what: "a certificate names no issuer or no holder",
        why: "OpenSSL takes it unless told to be strict; grid services know users by their names",
        advice: "ask the CA to issue the certificate again with a name",
        refused_by: [
            PYTHON_SSL.from("3.13"),
            OPENSSL.when("with -x509_strict"),
            PYCA_CRYPTOGRAPHY,
        ],
        source: "RFC 5280 §4.1.2.4, §4.1.2.6; OpenSSL, x509_vfy.c, check_extensions",
    }
    /// Constraints in a certificate that is no CA's.
    MISPLACED: WARN {
        id: "name-constraint-misplaced",
        what: "a certificate that is no CA's has name constraints",
        why: "they may stand in a CA's certificate only; nobody can be constrained by this one",
        advice: "ask the CA to issue it again without nameConstraints",
        refused_by: [PYCA_CRYPTOGRAPHY],
        source: "RFC 5280 §4.2.1.10",
    }
}

/// Extensions that must be critical, since who does not know them would accept what they forbid. So
/// must nameConstraints, but everybody judges them.
const ALWAYS_CRITICAL: &[&str] = &["2.5.29.36", "2.5.29.54"];

/// The finding for an extension, `id`, that is critical; `name` is the certificate, as a person would
/// name it.
pub(super) fn wrongly_critical(id: &str, name: &str) -> Finding {
    let extension = oid::name(id);
    CRITICALITY.found(format!(
        "{name}: the extension {extension} is critical, and must not be: OpenSSL refuses it"
    ))
}

/// What there is to say of the certificates of an accepted path.
pub fn remarks(path: &[PoolCertificate]) -> Vec<Finding> {
    let of_one = |known: &PoolCertificate| {
        let certificate = &known.certificate;
        let place = Place { subject: Some(certificate.subject.screen()), ..Place::default() };
        let found = of_issuer(certificate).into_iter();
        found.map(move |finding| finding.at(place.clone())).collect::<Vec<_>>()
    };
    path.iter().flat_map(of_one).collect()
}

fn of_issuer(certificate: &Certificate) -> Vec<Finding> {
    let name = match certificate.subject.is_empty() {
        true => format!("the certificate with the serial number {}", certificate.serial_hex()),
        false => certificate.subject.common_name(),
    };
    let all = certificate.extensions.all.iter();
    let plain = all.filter(|e| !e.critical && ALWAYS_CRITICAL.contains(&e.oid.as_str()));
    let mut found: Vec<Finding> = plain
        .map(|extension| {
            let extension = oid::name(&extension.oid);
            NOT_CRITICAL.found(format!("{name}: the extension {extension} is not critical"))
        })
        .collect();
    if certificate.issuer.is_empty() {
        found.push(EMPTY_NAME.found(format!("{name} has an empty issuer")));
    }
    if certificate.subject.is_empty() && !is_named_otherwise(certificate) {
        found.push(EMPTY_NAME.found(format!(
            "{name} has an empty subject, and is no end entity with a critical subjectAltName"
        )));
    }
    if certificate.extensions.name_constraints.is_some() && !certificate.is_ca() {
        found.push(MISPLACED.found(format!("{name} has nameConstraints, but is not a CA")));
    }
    found
}

/// §4.1.2.6: who has no subject, and is no CA, has a critical subjectAltName.
fn is_named_otherwise(certificate: &Certificate) -> bool {
    let mut all = certificate.extensions.all.iter();
    let critical = all.any(|extension| extension.oid == "2.5.29.17" && extension.critical);
    !certificate.is_ca() && !certificate.extensions.alt_names.is_empty() && critical
}
