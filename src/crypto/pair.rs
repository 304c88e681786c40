//! Does a private key belong to a public key? Proven by a signature, if the key can sign.

use std::fmt;

use crate::crypto::key::{BrokenKey, PrivateKey, public_half};
use crate::crypto::verify::{Refusal, verify};
use crate::crypto::{PublicKey, RsaUse, Scheme, rsa_math, sign};

/// The message that is signed. Its text says that the signature has no meaning, so nobody can
/// misuse it.
const MESSAGE: &[u8] = b"certok: this signature only proves that a key belongs to a certificate";

/// How certok knows that the keys belong together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proof {
    /// The public key was derived and is the same. The key could not sign.
    Derived,
    /// The private key signed a message, and the public key of the certificate verified it.
    Signed,
}

/// Why the keys do not belong together.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refused {
    /// The private key is not a valid key. The text says why.
    Broken(String),
    /// The private key is valid, but belongs to another certificate.
    Mismatch,
    /// The numbers are the same, but only one of the keys is for RSASSA-PSS alone. Holds the use of
    /// the private key.
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

/// Derives the public key of `private` and compares it. As [`prove`], but without the signature, in
/// a tenth of the time. Only a certified RSA modulus of more than two primes could pass here and
/// fail in `prove`.
///
/// # Errors
///
/// `Broken` comes before `Mismatch`: a damaged key does not say to which certificate it belongs.
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

/// Proves that `private` and the public key `certified` are a pair.
///
/// # Errors
///
/// As [`fits`].
pub fn prove(private: &PrivateKey, certified: &PublicKey) -> Result<Proof, Refused> {
    fits(private, certified)?;
    // The public key decides the scheme: a key for RSASSA-PSS may allow only some digests.
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

/// Signs [`MESSAGE`]. `None` if the key cannot sign.
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
