//! The one room that names the crypto crates: verify, sign, derive, digest, decrypt a key.

/// A digest algorithm.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Hash {
    /// MD5, broken.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// A named elliptic curve that certok computes on.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Curve {
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
}

/// A public key, decoded from its SubjectPublicKeyInfo.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum PublicKey {
    /// An uncompressed or compressed SEC1 point.
    Ec {
        /// Its curve.
        curve: Curve,
        /// The point as encoded.
        point: Vec<u8>,
    },
    /// 32 bytes.
    Ed25519(Vec<u8>),
    /// Big-endian, without leading zeros.
    Rsa {
        /// n
        modulus: Vec<u8>,
        /// e
        exponent: Vec<u8>,
    },
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Scheme {
    /// ECDSA with a digest; the curve comes from the key.
    Ecdsa(Hash),
    /// Ed25519.
    Ed25519,
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Hash),
    /// RSASSA-PSS.
    RsaPss {
        /// Of the message.
        hash: Hash,
        /// Of MGF1.
        mask: Hash,
        /// Salt length in bytes.
        salt_bytes: usize,
    },
}
