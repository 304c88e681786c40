//! Does a private key belong to a public one? Proven by a signature where we can make one.

use std::fmt;

use ring::signature::{Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

use crate::crypto::verify::{Refusal, verify};
use crate::crypto::{Curve, PublicKey, RsaUse, Scheme, bit_length, ec, rsa_math, same_point, sign};

/// What is signed. Its meaning: none, so that the signature is of no use to anybody.
const MESSAGE: &[u8] = b"certok: this signature only proves that a key belongs to a certificate";

/// A private key. Wiped when dropped; its `Debug` hides it.
pub enum PrivateKey {
    /// On a named curve.
    Ec {
        /// The curve.
        curve: Curve,
        /// The secret number, big-endian.
        scalar: Zeroizing<Vec<u8>>,
        /// The public point as the file states it, if it does.
        public: Option<Vec<u8>>,
    },
    /// Ed25519.
    Ed25519 {
        /// 32 bytes.
        seed: Zeroizing<Vec<u8>>,
        /// The public key as the file states it, if it does.
        public: Option<Vec<u8>>,
    },
    /// RSA with two primes.
    Rsa(RsaParts),
}

/// The numbers of an RSA private key (RFC 8017 §A.1.2), big-endian, without leading zeros.
pub struct RsaParts {
    /// n
    pub modulus: Vec<u8>,
    /// e
    pub exponent: Vec<u8>,
    /// d
    pub private_exponent: Zeroizing<Vec<u8>>,
    /// p
    pub prime1: Zeroizing<Vec<u8>>,
    /// q
    pub prime2: Zeroizing<Vec<u8>>,
    /// d mod (p - 1)
    pub exponent1: Zeroizing<Vec<u8>>,
    /// d mod (q - 1)
    pub exponent2: Zeroizing<Vec<u8>>,
    /// 1/q mod p
    pub coefficient: Zeroizing<Vec<u8>>,
    /// What the file says that it may sign.
    pub usage: RsaUse,
}

impl RsaParts {
    /// All private numbers, in the order of the file.
    pub(super) fn secrets(&self) -> [&[u8]; 6] {
        [
            &self.private_exponent,
            &self.prime1,
            &self.prime2,
            &self.exponent1,
            &self.exponent2,
            &self.coefficient,
        ]
    }
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

impl fmt::Debug for RsaParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaParts(hidden)")
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

/// How we know that the keys belong together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proof {
    /// The public half was derived, and the pair's arithmetic holds; no signature was possible.
    Derived,
    /// The private key signed a message, and the certified key verified it.
    Signed,
}

/// Why they do not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refused {
    /// The private key is no key at all; says why.
    Broken(String),
    /// A sound key, but of another certificate.
    Mismatch,
    /// The right numbers, but only one of both is for RSASSA-PSS alone: what the private key is.
    OtherUse(RsaUse),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(reason) => write!(f, "the private key is broken: {reason}"),
            Self::Mismatch => f.write_str("the private key belongs to another certificate"),
            Self::OtherUse(_) => f.write_str("the private key is of another type"),
        }
    }
}

impl std::error::Error for Refused {}

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

/// Derives the public half of `private` and compares: all but the signature of [`prove`], in a
/// tenth of the time. A pair that it takes and `prove` refutes would have a certified RSA modulus
/// of more than two primes.
///
/// # Errors
///
/// `Broken` before `Mismatch`: a damaged key says nothing about whose it was.
pub fn fits(private: &PrivateKey, certified: &PublicKey) -> Result<Proof, Refused> {
    let public = public_half(private).map_err(|BrokenKey(reason)| Refused::Broken(reason))?;
    if !public.same_key(certified) {
        return Err(Refused::Mismatch);
    }
    match (&public, certified) {
        (PublicKey::Rsa { usage, .. }, PublicKey::Rsa { usage: other, .. })
            if !usage.is_like(*other) =>
        {
            Err(Refused::OtherUse(*usage))
        }
        _ => Ok(Proof::Derived),
    }
}

/// Proves that `private` and the `certified` public key are a pair.
///
/// # Errors
///
/// As [`fits`].
pub fn prove(private: &PrivateKey, certified: &PublicKey) -> Result<Proof, Refused> {
    fits(private, certified)?;
    // The certified key says how: one for RSASSA-PSS may be bound to digests.
    let scheme = sign::scheme_of(certified);
    let Some(signature) = sign(private, scheme) else {
        return Ok(Proof::Derived);
    };
    match verify(scheme, certified, MESSAGE, &signature) {
        Ok(()) => Ok(Proof::Signed),
        Err(Refusal::Unsupported(_)) => Ok(Proof::Derived),
        Err(Refusal::BadSignature | Refusal::KeyMismatch) => {
            Err(Refused::Broken("what it signs does not verify".to_owned()))
        }
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

/// Signs [`MESSAGE`], or `None` where the key is too odd for a signature.
fn sign(private: &PrivateKey, scheme: Scheme) -> Option<Vec<u8>> {
    match private {
        PrivateKey::Rsa(parts) => {
            rsa_math::out_of_range(&parts.modulus, &parts.exponent).is_none().then_some(())?;
            sign::by_ring(parts, scheme, MESSAGE).or_else(|| match scheme {
                Scheme::RsaPkcs1(_) => rsa_math::sign_pkcs1(parts, MESSAGE),
                _ => None,
            })
        }
        PrivateKey::Ec { .. } | PrivateKey::Ed25519 { .. } => sign::sign(private, MESSAGE),
    }
}
