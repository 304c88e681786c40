//! Signatures of JWS (RFC 7518 §3). The name says the algorithm, and ECDSA signatures are two plain
//! integers instead of DER.

use crate::crypto::verify::Refusal;
use crate::crypto::{Curve, Hash, PublicKey, Scheme, price, verify};

/// A signature algorithm, as its name says it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Algorithm {
    scheme: Scheme,
    curve: Option<Curve>,
}

/// The algorithms with a public key that certok can verify.
pub const NAMES: &[&str] =
    &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/// The shortest RSA signature in use, of a key with 1024 bits.
const MIN_RSA_BYTES: usize = 128;

/// Bytes of an Ed25519 signature.
const ED25519_BYTES: usize = 64;

impl Algorithm {
    /// The algorithm named `alg`. None for `none` and HMAC, which have no public key.
    pub fn named(alg: &str) -> Option<Self> {
        let hash = |digits: &str| match digits {
            "256" => Some(Hash::Sha256),
            "384" => Some(Hash::Sha384),
            "512" => Some(Hash::Sha512),
            _ => None,
        };
        let plain = |scheme| Some(Self { scheme, curve: None });
        if alg == "EdDSA" {
            return plain(Scheme::Ed25519);
        }
        let (family, digits) = alg.split_at_checked(2)?;
        let hash = hash(digits)?;
        match family {
            "RS" => plain(Scheme::RsaPkcs1(hash)),
            "PS" => plain(Scheme::RsaPss { hash, mask: hash, salt_bytes: hash.size_bytes() }),
            "ES" => Some(Self {
                scheme: Scheme::Ecdsa(hash),
                curve: Some(match hash {
                    Hash::Sha256 => Curve::P256,
                    Hash::Sha384 => Curve::P384,
                    _ => Curve::P521,
                }),
            }),
            _ => None,
        }
    }

    /// Whether `key` is of the type that the algorithm needs.
    pub fn fits(self, key: &PublicKey) -> bool {
        match (self.scheme, key) {
            (Scheme::Ecdsa(_), PublicKey::Ec { curve, .. }) => self.curve == Some(*curve),
            (Scheme::Ed25519, PublicKey::Ed25519(_)) => true,
            (scheme, PublicKey::Rsa { usage, .. }) => usage.allows(scheme),
            _ => false,
        }
    }

    /// Whether a signature may have this length.
    pub fn may_have(self, bytes: usize) -> bool {
        match (self.scheme, self.curve) {
            (Scheme::Ecdsa(_), Some(curve)) => bytes == 2 * curve.field_bytes(),
            (Scheme::Ed25519, _) => bytes == ED25519_BYTES,
            _ => bytes >= MIN_RSA_BYTES,
        }
    }

    /// The cost of [`verify`](Self::verify), in units of about one microsecond.
    pub fn price(self, key: &PublicKey, message: &[u8]) -> u64 {
        if self.fits(key) { price::of(self.scheme, key, message.len()) } else { 1 }
    }

    /// Verifies the signature of a JWS.
    ///
    /// # Errors
    ///
    /// `Ok` is the only acceptance.
    pub fn verify(self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        if !self.fits(key) {
            return Err(Refusal::KeyMismatch);
        }
        let Some(curve) = self.curve else {
            return verify::verify(self.scheme, key, message, signature);
        };
        let (r, s) = signature
            .split_at_checked(curve.field_bytes())
            .filter(|(r, s)| r.len() == s.len())
            .ok_or(Refusal::BadSignature)?;
        verify::verify(self.scheme, key, message, &sequence(r, s))
    }
}

/// ECDSA-Sig-Value of RFC 3279 §2.2.3.
fn sequence(r: &[u8], s: &[u8]) -> Vec<u8> {
    let content = [integer(r), integer(s)].concat();
    with_header(0x30, &content)
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let mut content = bytes.get(zeros..).unwrap_or_default().to_vec();
    if content.first().is_none_or(|first| first & 0x80 != 0) {
        content.insert(0, 0);
    }
    with_header(0x02, &content)
}

/// Puts tag and length before `content`. That has two integers of P-521 at most, so fewer than 256
/// bytes.
fn with_header(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    let mut out = match length {
        0..=0x7f => vec![tag, length],
        _ => vec![tag, 0x81, length],
    };
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in NAMES {
            assert!(Algorithm::named(name).is_some(), "{name}");
        }
        for name in ["none", "None", "", "HS256", "RS1", "rs256", "ES256K", "é256"] {
            assert!(Algorithm::named(name).is_none(), "{name}");
        }
    }

    #[test]
    fn raw_integers_become_der() {
        assert_eq!(integer(&[0, 0, 1]), [2, 1, 1]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[0, 0]), [2, 1, 0]);
        assert_eq!(sequence(&[1], &[2]), [0x30, 6, 2, 1, 1, 2, 1, 2]);
        let long = sequence(&[0x7f; 66], &[0x7f; 66]);
        assert_eq!(long[..3], [0x30, 0x81, 136]);
    }

    #[test]
    fn curve_and_digest_belong_together() {
        let key = |curve| PublicKey::Ec { curve, point: Vec::new() };
        let es256 = Algorithm::named("ES256").unwrap();
        assert!(es256.fits(&key(Curve::P256)) && !es256.fits(&key(Curve::P384)));
        assert!(es256.may_have(64) && !es256.may_have(63));
        let refused = es256.verify(&key(Curve::P384), b"", &[0; 64]);
        assert_eq!(refused, Err(Refusal::KeyMismatch));
    }
}
