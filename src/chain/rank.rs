//! Which of several refused paths explains best why the credential is refused.

use crate::chain::revocation::CrlFlaw;
use crate::chain::{Attempt, Defect};

/// Smaller explains better. First comes a path with a revoked certificate that reaches an anchor;
/// then other paths that reach an anchor. Then paths are compared by their least important flaw: a
/// path with only important flaws is nearest to a good one, and its flaws are what must be mended.
/// Then few flaws come before many, and long paths before short ones.
pub(super) fn explanation_rank(attempt: &Attempt) -> (u8, u8, usize, usize) {
    let has = |wanted: fn(&Defect) -> bool| attempt.flaws.iter().any(|f| wanted(&f.defect));
    let stage = if !attempt.anchored {
        // A candidate with the wrong key is a dead end. A path that stopped later explains more.
        2 + u8::from(has(|defect| matches!(defect, Defect::BadSignature { .. })))
    } else {
        u8::from(!has(|defect| matches!(defect, Defect::Revocation(CrlFlaw::Revoked(..)))))
    };
    let ranks = attempt.flaws.iter().map(|flaw| rank(&flaw.defect));
    let far = usize::MAX - attempt.path.len();
    (stage, ranks.max().unwrap_or_default(), attempt.flaws.len(), far)
}

/// How little a defect explains. First comes what time or a CA decided about a good certificate,
/// then what the certificate may not do here, then what it is not, then where the search took a
/// wrong candidate.
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
