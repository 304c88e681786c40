//! Which of several refused paths tells most about why the credential is refused.

use crate::chain::revocation::CrlFlaw;
use crate::chain::{Attempt, Defect};

/// Smaller tells more. A path that reaches an anchor goes before one that does not, and a
/// certificate revoked on it before all else. Then the path whose least telling flaw tells most:
/// it is the nearest to a good one, and what is wrong with it is what must be mended. Then few
/// flaws before many, and a path that got further before one that did not.
pub(super) fn weight(attempt: &Attempt) -> (u8, u8, usize, usize) {
    let has = |wanted: fn(&Defect) -> bool| attempt.flaws.iter().any(|f| wanted(&f.defect));
    let stage = if !attempt.anchored {
        // A candidate with the wrong key leads nowhere; whoever stopped later knows more.
        2 + u8::from(has(|defect| matches!(defect, Defect::BadSignature { .. })))
    } else {
        u8::from(!has(|defect| matches!(defect, Defect::Revocation(CrlFlaw::Revoked(..)))))
    };
    let ranks = attempt.flaws.iter().map(|flaw| rank(&flaw.defect));
    let far = usize::MAX - attempt.path.len();
    (stage, ranks.max().unwrap_or_default(), attempt.flaws.len(), far)
}

/// How little a defect tells: what time and CAs decided about a healthy certificate first, then
/// what it may not do here, then what it is not, then where the search was merely wrong.
fn rank(defect: &Defect) -> u8 {
    match defect {
        Defect::Revocation(CrlFlaw::Revoked(..)) => 0,
        Defect::Expired | Defect::NeverValid | Defect::NotYetValid | Defect::TooShort => 1,
        Defect::Constraint(_)
        | Defect::KeyTooSmall(..)
        | Defect::AlgorithmForbidden
        | Defect::NoDigitalSignature
        | Defect::PathTooLong(..)
        | Defect::Permission(_)
        | Defect::Proxy(_)
        | Defect::PurposeNotAllowed(_)
        | Defect::Revocation(_)
        | Defect::TrustRejected => 2,
        Defect::AlgorithmDiffers
        | Defect::MalformedExtension(..)
        | Defect::NoCertSign
        | Defect::NotCa
        | Defect::UnknownCritical(_)
        | Defect::UnknownQualifier(_)
        | Defect::WronglyCritical(_) => 3,
        Defect::IssuerIdDiffers => 4,
        Defect::TooDeep => 5,
        Defect::AlgorithmUnsupported(_) | Defect::KeyUnsupported(_) => 6,
        Defect::BadSignature { .. } | Defect::IssuerNotFound | Defect::SelfSigned => 7,
    }
}
