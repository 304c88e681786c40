//! The one room that names the crypto crates: verify, sign, derive, digest, decrypt a key.
//!
//! `ring` does what it can. The modules `rsa_math`, `ec`, `ed448` and `ml_dsa` do the rest with the
//! RustCrypto crates: RSA of 1024 bits with SHA-384, unusual PSS parameters, P-521, compressed
//! points, SHA-3, Ed448, ML-DSA, and making new keys.

pub mod algorithm;
pub mod decrypt;
pub mod digest;
mod ec;
mod ed448;
pub mod generate;
pub mod hmac;
pub mod jose;
pub mod key;
pub(crate) mod ml_dsa;
pub mod pair;
pub mod price;
pub mod random;
mod rsa_math;
pub mod seal;
pub mod sign;
pub mod verdicts;
pub mod verify;

use std::fmt;

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
    /// SHA3-224.
    Sha3_224,
    /// SHA3-256.
    Sha3_256,
    /// SHA3-384.
    Sha3_384,
    /// SHA3-512.
    Sha3_512,
}

impl Hash {
    /// Length of a digest.
    pub fn size_bytes(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha3_224 => 28,
            Self::Sha256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha3_224 => "SHA3-224",
            Self::Sha3_256 => "SHA3-256",
            Self::Sha3_384 => "SHA3-384",
            Self::Sha3_512 => "SHA3-512",
        })
    }
}

/// A named elliptic curve that certok can compute on.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Curve {
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
}

impl Curve {
    /// Size of the field. Key size rules count the same number.
    pub fn bits(self) -> usize {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// Length of a coordinate and of a private scalar.
    pub fn field_bytes(self) -> usize {
        self.bits().div_ceil(8)
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P-{}", self.bits())
    }
}

/// A parameter set of ML-DSA (FIPS 204 §4).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum MlDsa {
    /// ML-DSA-44.
    Set44,
    /// ML-DSA-65.
    Set65,
    /// ML-DSA-87.
    Set87,
}

impl MlDsa {
    /// Length of a public key.
    pub fn key_bytes(self) -> usize {
        match self {
            Self::Set44 => 1312,
            Self::Set65 => 1952,
            Self::Set87 => 2592,
        }
    }

    /// Length of an expanded private key.
    pub fn expanded_bytes(self) -> usize {
        match self {
            Self::Set44 => 2560,
            Self::Set65 => 4032,
            Self::Set87 => 4896,
        }
    }
}

impl fmt::Display for MlDsa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Set44 => "ML-DSA-44",
            Self::Set65 => "ML-DSA-65",
            Self::Set87 => "ML-DSA-87",
        })
    }
}

/// A public key, decoded from its SubjectPublicKeyInfo.
///
/// `==` compares encodings. [`PublicKey::same_key`] compares keys.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum PublicKey {
    /// An uncompressed or compressed SEC1 point.
    Ec {
        curve: Curve,
        /// As encoded.
        point: Vec<u8>,
    },
    /// 32 bytes.
    Ed25519(Vec<u8>),
    /// 57 bytes.
    Ed448(Vec<u8>),
    /// Encoded as in FIPS 204.
    MlDsa {
        set: MlDsa,
        /// The bytes.
        key: Vec<u8>,
    },
    /// Both numbers are big-endian, without leading zeros.
    Rsa {
        /// n
        modulus: Vec<u8>,
        /// e
        exponent: Vec<u8>,
        /// What it may sign.
        usage: RsaUse,
    },
}

/// What an RSA key may sign, by the algorithm of its SubjectPublicKeyInfo (RFC 4055 §1.2).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RsaUse {
    /// PKCS#1 v1.5 and PSS: rsaEncryption.
    Any,
    /// PSS only: id-RSASSA-PSS without parameters.
    Pss,
    /// PSS with these parameters only: id-RSASSA-PSS with parameters.
    PssWith {
        /// Digest of the message.
        hash: Hash,
        /// Digest in MGF1.
        mask: Hash,
        /// Minimum length of the salt.
        min_salt_bytes: usize,
    },
}

impl RsaUse {
    /// Whether such a key may make a signature of `scheme` (RFC 4055 §3.3).
    pub fn allows(self, scheme: Scheme) -> bool {
        match (self, scheme) {
            (Self::Any, Scheme::RsaPkcs1(_) | Scheme::RsaPss { .. }) => true,
            (Self::Pss, Scheme::RsaPss { .. }) => true,
            (
                Self::PssWith { hash, mask, min_salt_bytes },
                Scheme::RsaPss { hash: by, mask: masked, salt_bytes },
            ) => hash == by && mask == masked && salt_bytes >= min_salt_bytes,
            _ => false,
        }
    }

    /// The scheme with which certok signs by such a key.
    pub(crate) fn scheme(self) -> Scheme {
        let pss = |hash: Hash, mask, salt_bytes| Scheme::RsaPss { hash, mask, salt_bytes };
        match self {
            Self::Any => Scheme::RsaPkcs1(Hash::Sha256),
            Self::Pss => pss(Hash::Sha256, Hash::Sha256, Hash::Sha256.size_bytes()),
            Self::PssWith { hash, mask, min_salt_bytes } => {
                pss(hash, mask, min_salt_bytes.max(hash.size_bytes()))
            }
        }
    }

    /// Whether both keys have the same algorithm. OpenSSL takes no rsaEncryption key for an
    /// id-RSASSA-PSS certificate, nor the reverse. It does not compare parameters.
    pub fn is_like(self, other: Self) -> bool {
        (self == Self::Any) == (other == Self::Any)
    }
}

impl PublicKey {
    /// Size in bits, as key size rules count it: of the modulus or of the field.
    pub fn bits(&self) -> usize {
        match self {
            Self::Ec { curve, .. } => curve.bits(),
            Self::Ed25519(_) => 256,
            Self::Ed448(_) => 456,
            Self::MlDsa { key, .. } => key.len() * 8,
            Self::Rsa { modulus, .. } => bit_length(modulus),
        }
    }

    /// Type and size: `RSA-2048`, `EC P-384`, `Ed25519`.
    pub fn describe(&self) -> String {
        match self {
            Self::Ec { curve, .. } => format!("EC {curve}"),
            Self::Ed25519(_) => "Ed25519".to_owned(),
            Self::Ed448(_) => "Ed448".to_owned(),
            Self::MlDsa { set, .. } => set.to_string(),
            Self::Rsa { usage: RsaUse::Any, .. } => format!("RSA-{}", self.bits()),
            Self::Rsa { .. } => format!("RSA-{} (PSS only)", self.bits()),
        }
    }

    /// Whether both are the same key, even if points are encoded differently or the allowed uses
    /// differ.
    ///
    /// A point that is not on its curve is no key. It does not even equal itself.
    pub fn same_key(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ec { curve, point }, Self::Ec { curve: other_curve, point: other_point }) => {
                curve == other_curve && same_point(*curve, point, other_point)
            }
            (
                Self::Rsa { modulus, exponent, .. },
                Self::Rsa { modulus: other_modulus, exponent: other_exponent, .. },
            ) => modulus == other_modulus && exponent == other_exponent,
            _ => self == other,
        }
    }
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Scheme {
    /// ECDSA with a digest; the curve comes from the key.
    Ecdsa(Hash),
    Ed25519,
    Ed448,
    /// ML-DSA with an empty context.
    MlDsa(MlDsa),
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Hash),
    /// RSASSA-PSS.
    RsaPss {
        /// Digest of the message.
        hash: Hash,
        /// Digest in MGF1.
        mask: Hash,
        /// Salt length in bytes.
        salt_bytes: usize,
    },
}

impl Scheme {
    /// Whether `key` has the type that makes such signatures.
    pub fn is_for(self, key: &PublicKey) -> bool {
        match self {
            Self::Ecdsa(_) => matches!(key, PublicKey::Ec { .. }),
            Self::Ed25519 => matches!(key, PublicKey::Ed25519(_)),
            Self::Ed448 => matches!(key, PublicKey::Ed448(_)),
            Self::MlDsa(wanted) => matches!(key, PublicKey::MlDsa { set, .. } if *set == wanted),
            Self::RsaPkcs1(_) | Self::RsaPss { .. } => matches!(key, PublicKey::Rsa { .. }),
        }
    }

    /// The digest that is signed. None if the scheme takes the message itself.
    pub fn hash(self) -> Option<Hash> {
        match self {
            Self::Ecdsa(hash) | Self::RsaPkcs1(hash) | Self::RsaPss { hash, .. } => Some(hash),
            Self::Ed25519 | Self::Ed448 | Self::MlDsa(_) => None,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ecdsa(hash) => write!(f, "ECDSA with {hash}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Ed448 => f.write_str("Ed448"),
            Self::MlDsa(set) => set.fmt(f),
            Self::RsaPkcs1(hash) => write!(f, "RSA with {hash}"),
            Self::RsaPss { hash, mask, .. } if hash == mask => write!(f, "RSA-PSS with {hash}"),
            Self::RsaPss { hash, mask, .. } => {
                write!(f, "RSA-PSS with {hash} and MGF1 with {mask}")
            }
        }
    }
}

/// Whether `point` encodes a point of `curve`, compressed or not.
pub fn is_on_curve(curve: Curve, point: &[u8]) -> bool {
    ec::uncompressed(curve, point).is_some()
}

/// Whether two encodings are the same point of `curve`.
fn same_point(curve: Curve, left: &[u8], right: &[u8]) -> bool {
    let left = ec::uncompressed(curve, left);
    left.is_some() && left == ec::uncompressed(curve, right)
}

/// Number of bits of a big-endian number, without leading zeros.
fn bit_length(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    match number.get(zeros) {
        None => 0,
        Some(first) => (number.len() - zeros) * 8 - zero_bits(*first),
    }
}

/// Leading zero bits of a byte.
fn zero_bits(byte: u8) -> usize {
    (0..8).take_while(|shift| byte & (0x80 >> shift) == 0).count()
}
