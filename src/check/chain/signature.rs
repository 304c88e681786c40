//! Findings about signatures and keys of a path.

use crate::chain::Defect;
use crate::check::chain::rule::*;
use crate::check::chain::{Context, EXPLICIT, issuer, words};
use crate::parse::cert::Certificate;
use crate::report::Finding;

/// The finding for the flaw, if it is about a signature or key.
pub(super) fn explain(
    defect: &Defect,
    certificate: &Certificate,
    name: &str,
    context: Context<'_>,
) -> Option<Finding> {
    Some(match defect {
        Defect::AlgorithmDiffers => ALGORITHM_DIFFERS.found(format!(
            "{name}: the signature algorithm inside differs from {} outside",
            certificate.algorithm.name
        )),
        Defect::AlgorithmForbidden => FORBIDDEN.found(format!(
            "{name} is signed with {}, which is broken and rejected everywhere",
            words(&certificate.algorithm.name)
        )),
        Defect::AlgorithmUnsupported(what) => {
            UNSUPPORTED.found(format!("{name}: certok cannot verify its signature ({what})"))
        }
        Defect::BadSignature { key_for_other: Some(key), candidates, .. } => {
            issuer::other_key_type(certificate, name, key, candidates)
        }
        Defect::BadSignature { candidates, same_key_id, .. } => {
            issuer::bad_signature(certificate, name, candidates, *same_key_id, context)
        }
        Defect::KeyTooSmall(bits, wanted) => KEY_TOO_SMALL.found(format!(
            "{name} has an RSA key of only {bits} bits, at least {wanted} are needed"
        )),
        Defect::KeyUnsupported(what) if what.contains(EXPLICIT) => EXPLICIT_CURVE
            .found(format!("{name} has an EC key with explicit parameters of its curve")),
        Defect::KeyUnsupported(what) => {
            UNSUPPORTED.found(format!("{name} has a key that certok cannot use ({what})"))
        }
        _ => return None,
    })
}
