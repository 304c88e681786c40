//! HMAC signatures of JWTs (RFC 7518 §3.2), and the key that HTCondor derives for them.

use ring::{hkdf, hmac};
use zeroize::Zeroizing;

/// An HMAC algorithm of JWTs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

impl Algorithm {
    /// The algorithm with that name. Upper and lower case differ.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "HS256" => Some(Self::Hs256),
            "HS384" => Some(Self::Hs384),
            "HS512" => Some(Self::Hs512),
            _ => None,
        }
    }
}

/// Whether `signature` is the HMAC of `message` with `key`. Compares in constant time.
pub fn verify(algorithm: Algorithm, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let algorithm = match algorithm {
        Algorithm::Hs256 => hmac::HMAC_SHA256,
        Algorithm::Hs384 => hmac::HMAC_SHA384,
        Algorithm::Hs512 => hmac::HMAC_SHA512,
    };
    let key = hmac::Key::new(algorithm, key);
    hmac::verify(&key, message, signature).is_ok()
}

/// Signs with HS256, as HTCondor does.
pub fn sign(key: &[u8], message: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, message).as_ref().to_vec()
}

/// The key with which HTCondor signs tokens. `secret` is the content of a signing key file,
/// unscrambled. HKDF with SHA-256 (RFC 5869), salt `htcondor`, info `master jwt`.
pub fn condor_key(secret: &[u8]) -> Zeroizing<[u8; 32]> {
    hkdf_key(secret, b"htcondor", b"master jwt")
}

/// A key of 32 bytes, derived by HKDF with SHA-256 (RFC 5869).
pub fn hkdf_key(secret: &[u8], salt: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    let info = [info];
    let expanded = extracted.expand(&info, hkdf::HKDF_SHA256);
    expanded.and_then(|okm| okm.fill(key.as_mut())).expect("HKDF gives one digest's length");
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_key() {
        // By Python's hmac: extract, then one block of expand.
        let key = condor_key(b"secret");
        assert_eq!(
            key.as_ref(),
            [
                0x9c, 0x36, 0x5a, 0x18, 0x02, 0xba, 0x61, 0x30, 0x26, 0xf9, 0x97, 0xfe, 0x29, 0xb0,
                0xaf, 0x2a, 0x7b, 0x00, 0x1b, 0xf5, 0x2b, 0x07, 0x66, 0xec, 0xe6, 0x60, 0x4e, 0xb7,
                0x51, 0x16, 0x32, 0x86
            ]
        );
    }

    #[test]
    fn signatures() {
        // RFC 4231 §4.3 has a short key; padded with zeros to a block it is the same key.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = [
            0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95,
            0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9,
            0x64, 0xec, 0x38, 0x43,
        ];
        let message = b"what do ya want for nothing?";
        assert!(verify(Algorithm::Hs256, &key, message, &mac));
        assert_eq!(sign(&key, message), mac);
        assert!(!verify(Algorithm::Hs256, &key, message, &mac[..31]));
        assert!(!verify(Algorithm::Hs384, &key, message, &mac));
        assert!(!verify(Algorithm::Hs256, &key, b"something else", &mac));
        for (name, known) in [("HS256", true), ("HS512", true), ("hs256", false), ("none", false)] {
            assert_eq!(Algorithm::parse(name).is_some(), known, "{name}");
        }
    }
}
