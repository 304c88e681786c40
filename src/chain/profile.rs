//! What a certificate says by itself that validators refuse, wherever it stands. What binds CAs alone
//! (names that are there, flags, serial numbers, key identifiers) is no matter of validation.

use crate::chain::Defect;
use crate::parse::cert::{Certificate, unknown_qualifier};

/// Extensions that must not be critical (RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.1.15). OpenSSL refuses
/// them as it does unknown ones.
const NEVER_CRITICAL: &[&str] = &["2.5.29.14", "2.5.29.35", "2.5.29.46"];

/// certificatePolicies.
const POLICIES: &str = "2.5.29.32";

/// Every objection.
pub(super) fn judge(certificate: &Certificate) -> Vec<Defect> {
    let mut found = Vec::new();
    for extension in certificate.extensions.all.iter().filter(|extension| extension.critical) {
        let oid = extension.oid.as_str();
        if NEVER_CRITICAL.contains(&oid) {
            found.push(Defect::WronglyCritical(oid.to_owned()));
        }
        // §4.2.1.4: who cannot interpret it with its qualifiers must refuse.
        if oid == POLICIES {
            found.extend(unknown_qualifier(&extension.value).map(Defect::UnknownQualifier));
        }
    }
    found
}
