//! Private keys, and how to derive their public keys.

use std::fmt;

use ring::signature::{Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

pub use crate::crypto::rsa_math::RsaParts;
use crate::crypto::{Curve, MlDsa, PublicKey, bit_length, ec, ed448, ml_dsa, rsa_math, same_point};

/// A private key. Wiped when dropped; its `Debug` hides it.
pub enum PrivateKey {
    /// A key on a named curve.
    Ec {
        curve: Curve,
        /// The secret scalar, big-endian.
        scalar: Zeroizing<Vec<u8>>,
        /// The public point, if the file has it.
        public: Option<Vec<u8>>,
    },
    Ed25519 {
        /// 32 bytes.
        seed: Zeroizing<Vec<u8>>,
        /// The public key, if the file has it.
        public: Option<Vec<u8>>,
    },
    Ed448 {
        /// 57 bytes.
        seed: Zeroizing<Vec<u8>>,
        /// The public key, if the file has it.
        public: Option<Vec<u8>>,
    },
    /// Has the seed, the expanded key, or both (RFC 9881 §6).
    MlDsa {
        set: MlDsa,
        /// 32 bytes.
        seed: Option<Zeroizing<Vec<u8>>>,
        /// As FIPS 204 §7.2 encodes it.
        expanded: Option<Zeroizing<Vec<u8>>>,
        /// The public key, if the file has it.
        public: Option<Vec<u8>>,
    },
    /// An RSA key with two primes.
    Rsa(RsaParts),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ec { .. } => "PrivateKey::Ec(hidden)",
            Self::Ed25519 { .. } => "PrivateKey::Ed25519(hidden)",
            Self::Ed448 { .. } => "PrivateKey::Ed448(hidden)",
            Self::MlDsa { .. } => "PrivateKey::MlDsa(hidden)",
            Self::Rsa(_) => "PrivateKey::Rsa(hidden)",
        })
    }
}

/// The parts of a private key contradict each other. The text says how, without any secret number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BrokenKey(pub String);

impl fmt::Display for BrokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BrokenKey {}

/// The public key of `private`.
///
/// # Errors
///
/// The parts contradict each other: the RSA numbers are no pair, the scalar is out of range, or the
/// public key in the file is not the derived one.
pub fn public_half(private: &PrivateKey) -> Result<PublicKey, BrokenKey> {
    match private {
        PrivateKey::Ec { curve, scalar, public } => ec_half(*curve, scalar, public.as_deref()),
        PrivateKey::Ed25519 { seed, public } => ed25519_half(seed, public.as_deref()),
        PrivateKey::Ed448 { seed, public } => {
            let key = ed448::public(seed).ok_or_else(|| seed_size(57))?;
            unless_contradicted(PublicKey::Ed448(key.clone()), &key, public.as_deref())
        }
        PrivateKey::MlDsa { set, seed, expanded, public } => {
            let key = ml_dsa_half(*set, seed.as_deref(), expanded.as_deref())?;
            let half = PublicKey::MlDsa { set: *set, key: key.clone() };
            unless_contradicted(half, &key, public.as_deref())
        }
        PrivateKey::Rsa(parts) => rsa_half(parts),
    }
}

/// If the file has both forms, they must belong together (RFC 9881 §8.1).
fn ml_dsa_half(
    set: MlDsa,
    seed: Option<&Vec<u8>>,
    expanded: Option<&Vec<u8>>,
) -> Result<Vec<u8>, BrokenKey> {
    let broken = || BrokenKey("the parts of the expanded key contradict each other".to_owned());
    let Some(seed) = seed else {
        return expanded.and_then(|key| ml_dsa::of_expanded(set, key)).ok_or_else(broken);
    };
    let (key, derived) = ml_dsa::of_seed(set, seed).ok_or_else(|| seed_size(32))?;
    match expanded {
        Some(expanded) if *expanded != *derived => {
            Err(BrokenKey("the expanded key is not that of the seed".to_owned()))
        }
        _ => Ok(key),
    }
}

fn unless_contradicted(
    half: PublicKey,
    derived: &[u8],
    stated: Option<&[u8]>,
) -> Result<PublicKey, BrokenKey> {
    match stated {
        Some(stated) if stated != derived => Err(contradicted()),
        _ => Ok(half),
    }
}

fn seed_size(bytes: usize) -> BrokenKey {
    BrokenKey(format!("the seed is not {bytes} bytes long"))
}

/// Derives the point and compares it with the one in the file.
fn ec_half(curve: Curve, scalar: &[u8], stated: Option<&[u8]>) -> Result<PublicKey, BrokenKey> {
    let point = ec::derive(curve, scalar).ok_or_else(|| {
        BrokenKey("the secret number is outside the range of the curve".to_owned())
    })?;
    if stated.is_some_and(|stated| !same_point(curve, stated, &point)) {
        return Err(contradicted());
    }
    Ok(PublicKey::Ec { curve, point })
}

/// Derives the public key and compares it with the one in the file.
fn ed25519_half(seed: &[u8], stated: Option<&[u8]>) -> Result<PublicKey, BrokenKey> {
    let public = ed25519_pair(seed)?.public_key().as_ref().to_vec();
    unless_contradicted(PublicKey::Ed25519(public.clone()), &public, stated)
}

/// The public key in the file is not the derived one.
fn contradicted() -> BrokenKey {
    BrokenKey("the public key in the file is not that of the private key".to_owned())
}

/// Checks the pair and returns its public numbers.
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

/// ring's key pair from a seed. ring derives the public key.
fn ed25519_pair(seed: &[u8]) -> Result<Ed25519KeyPair, BrokenKey> {
    Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| seed_size(32))
}
