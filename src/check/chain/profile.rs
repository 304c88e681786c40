//! What RFC 5280 §4 says of a certificate by itself: the words for each objection.

use crate::chain::Defect;
use crate::check::rules;
use crate::parse::oid;
use crate::report::Finding;

rules! {
    step: Chain;
    /// An extension with the wrong flag.
    CRITICALITY: ERROR {
        id: "wrong-criticality",
        what: "an extension is critical that must not be, or is not critical and must be",
        why: "OpenSSL refuses key identifiers that are critical as it does unknown extensions; a \
              policy constraint that is not critical is passed over by software that does not know \
              it",
        advice: "ask the CA to issue the certificate again",
        source: "RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.1.11, §4.2.1.14",
    }
    /// A certificate of or by nobody.
    EMPTY_NAME: ERROR {
        id: "empty-name",
        what: "a certificate names no issuer or no holder",
        why: "a CA is found by its name, and grid services know users by theirs; only an end \
              entity may do without a subject, if it has a critical subjectAltName",
        advice: "ask the CA to issue the certificate again with a name",
        source: "RFC 5280 §4.1.2.4, §4.1.2.6",
    }
}

/// The finding for a defect of this kind; `name` is the certificate, as a person would name it.
pub fn explain(defect: &Defect, name: &str) -> Option<Finding> {
    Some(match defect {
        Defect::EmptyIssuer => EMPTY_NAME.found(format!("{name} has an empty issuer")),
        Defect::EmptySubject => EMPTY_NAME.found(format!(
            "{name} has an empty subject, and is no end entity with a critical subjectAltName"
        )),
        Defect::NotCritical(id) => CRITICALITY
            .found(format!("{name}: the extension {} is not critical, and must be", oid::name(id))),
        Defect::WronglyCritical(id) => CRITICALITY.found(format!(
            "{name}: the extension {} is critical, and must not be: OpenSSL refuses it",
            oid::name(id)
        )),
        _ => return None,
    })
}
