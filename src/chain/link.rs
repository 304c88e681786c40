//! Whether two certificates of a path fit together.

use crate::chain::{Defect, PoolCertificate};
use crate::crypto::verify::Refusal;
use crate::crypto::{PublicKey, RsaUse, Scheme};
use crate::parse::cert::Certificate;

/// Whether both are the same CA, for detecting loops: same name and same key (RFC 4158 §5.2).
pub(super) fn is_same(a: &Certificate, b: &Certificate) -> bool {
    a == b || (a.spki() == b.spki() && a.subject.same_as(&b.subject))
}

/// Whether the key has a type that can make the signature on this certificate. If not, another key
/// signed it. X25519 and X448 are for key agreement and cannot sign.
pub(super) fn may_be_self_signed(certificate: &Certificate) -> bool {
    match (&certificate.key, certificate.algorithm.scheme) {
        (Ok(PublicKey::Rsa { usage, .. }), Some(Scheme::RsaPkcs1(_))) => *usage == RsaUse::Any,
        (Ok(key), Some(scheme)) => scheme.is_for(key),
        (Ok(_), None) => true,
        (Err(name), _) => !name.starts_with('X'),
    }
}

/// Whether the issuer's key has the type that the signature's algorithm needs. A key of unknown
/// type may sign anything (OpenSSL, `check_sig_alg_match`).
pub(super) fn is_of_key_type(child: &Certificate, issuer: &Certificate) -> bool {
    match (&issuer.key, child.algorithm.scheme) {
        (Ok(key), Some(scheme)) => scheme.is_for(key),
        _ => true,
    }
}

/// Why no path goes on from `child`, if all candidates were refused.
pub(super) fn why_stopped(child: &Certificate, refused: &[(PoolCertificate, Refusal)]) -> Defect {
    let unsupported = refused.iter().find_map(|(_, refusal)| match refusal {
        Refusal::Unsupported(name) => Some(name.clone()),
        _ => None,
    });
    if refused.is_empty() {
        return Defect::IssuerNotFound;
    }
    if let Some(name) = unsupported {
        return Defect::AlgorithmUnsupported(name);
    }
    let wanted = child.extensions.authority_key_id.as_ref();
    let has_key = |known: &PoolCertificate| {
        wanted.is_some() && known.certificate.extensions.subject_key_id.as_ref() == wanted
    };
    let mismatch = |refusal: &Refusal| *refusal == Refusal::KeyMismatch;
    let other = refused.iter().all(|(_, refusal)| mismatch(refusal));
    let key = refused.first().filter(|_| other);
    Defect::BadSignature {
        candidates: refused.iter().map(|(known, _)| known.from.clone()).collect(),
        same_key_id: refused.iter().any(|(known, _)| has_key(known)),
        key_for_other: key
            .and_then(|(known, _)| Some(known.certificate.key.as_ref().ok()?.describe())),
    }
}
