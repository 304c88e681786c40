//! What RFC 5280 §4 says of a certificate by itself, wherever it stands: names that are there,
//! flags that are right. Only what some validator refuses for good; what CAs alone are bound to do
//! (a key identifier in every certificate, a serial number that is positive and short) real CAs have
//! not done.

use crate::chain::Defect;
use crate::parse::cert::Certificate;

/// Extensions that must not be critical (§4.2.1.1, §4.2.1.2, §4.2.1.15). OpenSSL refuses them as
/// it does unknown ones.
const NEVER_CRITICAL: &[&str] = &["2.5.29.14", "2.5.29.35", "2.5.29.46"];

/// Extensions that must be critical (§4.2.1.11, §4.2.1.14), since who does not know them would
/// accept what they forbid. So must nameConstraints, but CAs in use have marked them as not
/// critical, and everybody judges them all the same.
const ALWAYS_CRITICAL: &[&str] = &["2.5.29.36", "2.5.29.54"];

/// Every objection.
pub(super) fn judge(certificate: &Certificate) -> Vec<Defect> {
    let mut found = Vec::new();
    for extension in &certificate.extensions.all {
        let oid = extension.oid.as_str();
        if extension.critical && NEVER_CRITICAL.contains(&oid) {
            found.push(Defect::WronglyCritical(oid.to_owned()));
        }
        if !extension.critical && ALWAYS_CRITICAL.contains(&oid) {
            found.push(Defect::NotCritical(oid.to_owned()));
        }
    }
    if certificate.issuer.is_empty() {
        found.push(Defect::EmptyIssuer);
    }
    if certificate.subject.is_empty() && !is_named_otherwise(certificate) {
        found.push(Defect::EmptySubject);
    }
    found
}

/// §4.1.2.6: who has no subject, and is no CA, has a critical subjectAltName.
fn is_named_otherwise(certificate: &Certificate) -> bool {
    let critical = |oid: &str| {
        let mut all = certificate.extensions.all.iter();
        all.any(|extension| extension.oid == oid && extension.critical)
    };
    !certificate.is_ca() && !certificate.extensions.alt_names.is_empty() && critical("2.5.29.17")
}
