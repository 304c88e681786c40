//! What validators refuse in a certificate wherever it is on the path. Rules that bind only CAs
//! when they issue (names, flags, serial numbers, key identifiers) are not checked.

use crate::chain::Defect;
use crate::parse::cert::{Certificate, unknown_qualifier};

/// Extensions that must not be critical (RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.1.15). OpenSSL refuses
/// them as it does unknown ones.
const NEVER_CRITICAL: &[&str] = &["2.5.29.14", "2.5.29.35", "2.5.29.46"];

/// certificatePolicies.
const POLICIES: &str = "2.5.29.32";

/// Every objection to the certificate.
pub(super) fn judge(certificate: &Certificate) -> Vec<Defect> {
    let mut found = Vec::new();
    for extension in certificate.extensions.all.iter().filter(|extension| extension.critical) {
        let oid = extension.oid.as_str();
        if NEVER_CRITICAL.contains(&oid) {
            found.push(Defect::WronglyCritical(oid.to_owned()));
        }
        // §4.2.1.4: software that does not understand a critical extension with its qualifiers must
        // refuse it.
        if oid == POLICIES {
            found.extend(unknown_qualifier(&extension.value).map(Defect::UnknownQualifier));
        }
    }
    found
}
