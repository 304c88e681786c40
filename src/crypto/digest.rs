//! Digests. ring computes those it has; RustCrypto computes MD5, SHA-224 and SHA-3.

use md5::Digest;
use ring::digest;
use shake::{ExtendableOutput, Update};

use crate::crypto::Hash;

/// MD5. OpenSSL before 1.0 used it for subject hashes, and keys with `DEK-Info` are derived with
/// it.
pub fn md5(bytes: &[u8]) -> [u8; 16] {
    md5::Md5::digest(bytes).into()
}

/// SHA-1.
pub fn sha1(bytes: &[u8]) -> [u8; 20] {
    fixed(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes)
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    fixed(&digest::SHA256, bytes)
}

/// SHA-512.
pub fn sha512(bytes: &[u8]) -> [u8; 64] {
    fixed(&digest::SHA512, bytes)
}

/// The first 64 bytes of SHAKE256.
pub(super) fn shake256_64(bytes: &[u8]) -> [u8; 64] {
    let mut out = [0; 64];
    shake::Shake256::default().chain(bytes).finalize_xof_into(&mut out);
    out
}

/// The digest of `bytes`.
pub fn digest(hash: Hash, bytes: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Md5 => md5(bytes).to_vec(),
        Hash::Sha1 => sha1(bytes).to_vec(),
        Hash::Sha224 => sha2::Sha224::digest(bytes).to_vec(),
        Hash::Sha256 => sha256(bytes).to_vec(),
        Hash::Sha384 => fixed::<48>(&digest::SHA384, bytes).to_vec(),
        Hash::Sha512 => sha512(bytes).to_vec(),
        Hash::Sha3_224 => sha3::Sha3_224::digest(bytes).to_vec(),
        Hash::Sha3_256 => sha3::Sha3_256::digest(bytes).to_vec(),
        Hash::Sha3_384 => sha3::Sha3_384::digest(bytes).to_vec(),
        Hash::Sha3_512 => sha3::Sha3_512::digest(bytes).to_vec(),
    }
}

/// A digest by ring, as an array. `SIZE` must be the size of the algorithm.
fn fixed<const SIZE: usize>(algorithm: &'static digest::Algorithm, bytes: &[u8]) -> [u8; SIZE] {
    let mut out = [0; SIZE];
    out.copy_from_slice(digest::digest(algorithm, bytes).as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 1321 §A.5, FIPS 180-4 and 202 examples: the digest of "abc" begins so.
    const ABC: &[(Hash, [u8; 4])] = &[
        (Hash::Md5, [0x90, 0x01, 0x50, 0x98]),
        (Hash::Sha1, [0xa9, 0x99, 0x3e, 0x36]),
        (Hash::Sha224, [0x23, 0x09, 0x7d, 0x22]),
        (Hash::Sha256, [0xba, 0x78, 0x16, 0xbf]),
        (Hash::Sha384, [0xcb, 0x00, 0x75, 0x3f]),
        (Hash::Sha512, [0xdd, 0xaf, 0x35, 0xa1]),
        (Hash::Sha3_224, [0xe6, 0x42, 0x82, 0x4c]),
        (Hash::Sha3_256, [0x3a, 0x98, 0x5d, 0xa7]),
        (Hash::Sha3_384, [0xec, 0x01, 0x49, 0x82]),
        (Hash::Sha3_512, [0xb7, 0x51, 0x85, 0x0b]),
    ];

    #[test]
    fn known_digests() {
        for (hash, start) in ABC {
            let got = digest(*hash, b"abc");
            assert_eq!(&got[..4], start, "{hash}");
            assert_eq!(got.len(), hash.size_bytes(), "{hash}");
        }
    }
}
