//! Does a signature hold?

use std::fmt;

use ring::signature;
use ring::signature::{
    RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};

use crate::crypto::digest::digest;
use crate::crypto::rsa_math::Pss;
use crate::crypto::{Curve, Hash, PublicKey, Scheme, bit_length, ec, ed448, ml_dsa, rsa_math};

/// Why a signature was not accepted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// The arithmetic was done, and the signature is not one of this key over this message.
    BadSignature,
    /// The scheme is not for this type of key, or not one that the key is for.
    KeyMismatch,
    /// We cannot tell. Names what we lack: `RSA-PSS with MD5`.
    Unsupported(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadSignature => f.write_str("the signature is wrong"),
            Self::KeyMismatch => f.write_str("the signature algorithm is not for this type of key"),
            Self::Unsupported(name) => write!(f, "{name} is not supported"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Verifies `signature` (ECDSA: DER) over `message`.
///
/// Judges no algorithm: RSA with MD5 is verified, so that a forged signature and a weak one can
/// be told apart.
///
/// # Errors
///
/// `Ok` is the only acceptance. Keys of absurd size are `Unsupported`, which bounds the time.
pub fn verify(
    scheme: Scheme,
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Refusal> {
    if !scheme.is_for(key) {
        return Err(Refusal::KeyMismatch);
    }
    if let Scheme::Ecdsa(Hash::Md5)
    | Scheme::RsaPss { hash: Hash::Md5, .. }
    | Scheme::RsaPss { mask: Hash::Md5, .. } = scheme
    {
        return Err(Refusal::Unsupported(scheme.to_string()));
    }
    let holds = match key {
        PublicKey::Ec { curve, point } => {
            scheme.hash().is_some_and(|hash| verify_ecdsa(hash, *curve, point, message, signature))
        }
        PublicKey::Ed25519(key) => by_ring(&signature::ED25519, key, message, signature),
        PublicKey::Ed448(key) => ed448::verify(key, message, signature),
        PublicKey::MlDsa { set, key } => ml_dsa::verify(*set, key, message, signature),
        PublicKey::Rsa { modulus, exponent, usage } => {
            if !usage.allows(scheme) {
                return Err(Refusal::KeyMismatch);
            }
            if let Some(reason) = rsa_math::out_of_range(modulus, exponent) {
                return Err(Refusal::Unsupported(reason));
            }
            verify_rsa(scheme, modulus, exponent, message, signature)
        }
    };
    if holds { Ok(()) } else { Err(Refusal::BadSignature) }
}

/// RSA, by ring where it can.
fn verify_rsa(
    scheme: Scheme,
    modulus: &[u8],
    exponent: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    if let Some(parameters) = ring_rsa(scheme, bit_length(modulus), bit_length(exponent)) {
        let key = RsaPublicKeyComponents { n: modulus, e: exponent };
        return key.verify(parameters, message, signature).is_ok();
    }
    match scheme {
        Scheme::RsaPkcs1(hash) => {
            rsa_math::verify_pkcs1(modulus, exponent, hash, message, signature)
        }
        Scheme::RsaPss { hash, mask, salt_bytes } => {
            let pss = Pss { hash, mask, salt_bytes };
            rsa_math::verify_pss(modulus, exponent, pss, message, signature)
        }
        Scheme::Ecdsa(_) | Scheme::Ed25519 | Scheme::Ed448 | Scheme::MlDsa(_) => false,
    }
}

/// ECDSA, by ring where it can.
fn verify_ecdsa(hash: Hash, curve: Curve, point: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Some(point) = ec::uncompressed(curve, point) else {
        return false;
    };
    match ring_ecdsa(curve, hash) {
        Some(algorithm) => by_ring(algorithm, &point, message, signature),
        None => ec::verify(curve, &point, &digest(hash, message), signature),
    }
}

/// One verification by ring.
fn by_ring(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok()
}

/// ring's pairings of curve and digest.
pub(super) fn ring_ecdsa(curve: Curve, hash: Hash) -> Option<&'static dyn VerificationAlgorithm> {
    match (curve, hash) {
        (Curve::P256, Hash::Sha256) => Some(&signature::ECDSA_P256_SHA256_ASN1),
        (Curve::P256, Hash::Sha384) => Some(&signature::ECDSA_P256_SHA384_ASN1),
        (Curve::P384, Hash::Sha256) => Some(&signature::ECDSA_P384_SHA256_ASN1),
        (Curve::P384, Hash::Sha384) => Some(&signature::ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}

/// ring's RSA parameters, by scheme and size. Exponents above 33 bits it refuses.
pub(super) fn ring_rsa(
    scheme: Scheme,
    bits: usize,
    exponent_bits: usize,
) -> Option<&'static RsaParameters> {
    if exponent_bits > 33 || bits > 8192 {
        return None;
    }
    match scheme {
        Scheme::RsaPkcs1(hash) => ring_pkcs1(hash, bits),
        Scheme::RsaPss { hash, mask, salt_bytes }
            if bits >= 2048 && mask == hash && salt_bytes == hash.size_bytes() =>
        {
            ring_pss(hash)
        }
        _ => None,
    }
}

/// ring's PKCS#1 v1.5 digests.
fn ring_pkcs1(hash: Hash, bits: usize) -> Option<&'static RsaParameters> {
    match (hash, bits) {
        (Hash::Sha1, 1024..) => Some(&signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
        (Hash::Sha256, 1024..) => Some(&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
        (Hash::Sha384, 2048..) => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        (Hash::Sha512, 1024..) => Some(&signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
        _ => None,
    }
}

/// ring's PSS digests.
fn ring_pss(hash: Hash) -> Option<&'static RsaParameters> {
    match hash {
        Hash::Sha256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        Hash::Sha384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        Hash::Sha512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
