//! Does a private key belong to a public one? Proven by a signature where we can make one.

use std::fmt;

use crate::crypto::key::{BrokenKey, PrivateKey, public_half};
use crate::crypto::verify::{Refusal, verify};
use crate::crypto::{PublicKey, RsaUse, Scheme, rsa_math, sign};

/// What is signed. Its meaning: none, so that the signature is of no use to anybody.
const MESSAGE: &[u8] = b"certok: this signature only proves that a key belongs to a certificate";

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
        PrivateKey::Ec { .. }
        | PrivateKey::Ed25519 { .. }
        | PrivateKey::Ed448 { .. }
        | PrivateKey::MlDsa { .. } => sign::sign(private, MESSAGE),
    }
}
