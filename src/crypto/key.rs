//! Private keys, and the public halves that they have.

use std::fmt;

use ring::signature::{Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

pub use crate::crypto::rsa_math::RsaParts;
use crate::crypto::{Curve, PublicKey, bit_length, ec, rsa_math, same_point};

/// A private key. Wiped when dropped; its `Debug` hides it.
pub enum PrivateKey {
    /// On a named curve.
    Ec {
        curve: Curve,
        /// The secret number, big-endian.
        scalar: Zeroizing<Vec<u8>>,
        /// The public point as the file states it, if it does.
        public: Option<Vec<u8>>,
    },
    Ed25519 {
        /// 32 bytes.
        seed: Zeroizing<Vec<u8>>,
        /// The public key as the file states it, if it does.
        public: Option<Vec<u8>>,
    },
    /// RSA with two primes.
    Rsa(RsaParts),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ec { .. } => "PrivateKey::Ec(hidden)",
            Self::Ed25519 { .. } => "PrivateKey::Ed25519(hidden)",
            Self::Rsa(_) => "PrivateKey::Rsa(hidden)",
        })
    }
}

/// The parts of a private key contradict each other. Says how, without any number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BrokenKey(pub String);

impl fmt::Display for BrokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BrokenKey {}

/// The public key that goes with `private`.
///
/// # Errors
///
/// When the parts contradict each other: RSA numbers that are no pair, a scalar outside the
/// curve's range, a stated point that is not the derived one.
pub fn public_half(private: &PrivateKey) -> Result<PublicKey, BrokenKey> {
    match private {
        PrivateKey::Ec { curve, scalar, public } => ec_half(*curve, scalar, public.as_deref()),
        PrivateKey::Ed25519 { seed, public } => ed25519_half(seed, public.as_deref()),
        PrivateKey::Rsa(parts) => rsa_half(parts),
    }
}

/// Derives a point and holds it against the stated one.
fn ec_half(curve: Curve, scalar: &[u8], stated: Option<&[u8]>) -> Result<PublicKey, BrokenKey> {
    let point = ec::derive(curve, scalar).ok_or_else(|| {
        BrokenKey("the secret number is outside the range of the curve".to_owned())
    })?;
    if stated.is_some_and(|stated| !same_point(curve, stated, &point)) {
        return Err(contradicted());
    }
    Ok(PublicKey::Ec { curve, point })
}

/// Derives a public key and holds it against the stated one.
fn ed25519_half(seed: &[u8], stated: Option<&[u8]>) -> Result<PublicKey, BrokenKey> {
    let public = ed25519_pair(seed)?.public_key().as_ref().to_vec();
    if stated.is_some_and(|stated| stated != public) {
        return Err(contradicted());
    }
    Ok(PublicKey::Ed25519(public))
}

/// The file states a public key of its own, and it is another.
fn contradicted() -> BrokenKey {
    BrokenKey("the public key in the file is not that of the private key".to_owned())
}

/// Checks the pair and keeps its public numbers.
fn rsa_half(parts: &RsaParts) -> Result<PublicKey, BrokenKey> {
    let bits = bit_length(&parts.modulus);
    if bits > rsa_math::MAX_MODULUS_BITS || bit_length(&parts.exponent) > bits {
        return Err(BrokenKey(format!("an RSA modulus of {bits} bits")));
    }
    rsa_math::check_pair(parts).map_err(|reason| BrokenKey(reason.to_owned()))?;
    Ok(PublicKey::Rsa {
        modulus: parts.modulus.clone(),
        exponent: parts.exponent.clone(),
        usage: parts.usage,
    })
}

/// ring's pair from a seed; it derives the public half itself.
fn ed25519_pair(seed: &[u8]) -> Result<Ed25519KeyPair, BrokenKey> {
    Ed25519KeyPair::from_seed_unchecked(seed)
        .map_err(|_| BrokenKey("the seed is not 32 bytes long".to_owned()))
}
