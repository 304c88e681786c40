//! Signatures of every kind, byte for byte the same each time.

use std::convert::Infallible;

use md5::Md5;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use ring::rand::SystemRandom;
use ring::signature as ring_signature;
use ring::signature::RsaKeyPair;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::{Pkcs1v15Sign, PrivateKey, Pss};
use sha1::Sha1;
use sha2::digest::FixedOutputReset;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::der;

/// A digest function.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hash {
    /// MD5.
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

/// A signature algorithm.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sign {
    /// ECDSA on the curve of the key; the nonce follows from key and digest.
    Ecdsa(Hash),
    /// Ed25519.
    Ed25519,
    /// RSASSA-PKCS1-v1_5.
    Pkcs1(Hash),
    /// RSASSA-PSS, MGF1 with the same hash, salt as long as the hash.
    Pss(Hash),
}

impl Hash {
    /// The digest of `message`.
    pub fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(message).to_vec(),
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha224 => Sha224::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }

    fn oid(self) -> &'static str {
        match self {
            Self::Md5 => "1.2.840.113549.2.5",
            Self::Sha1 => "1.3.14.3.2.26",
            Self::Sha224 => "2.16.840.1.101.3.4.2.4",
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
        }
    }

    /// AlgorithmIdentifier with the NULL that PKCS#1 has.
    fn algorithm(self) -> Vec<u8> {
        der::sequence(&[&der::oid(self.oid()), &der::null()])
    }
}

impl Sign {
    /// AlgorithmIdentifier of the signature.
    pub fn algorithm(self) -> Vec<u8> {
        match self {
            Self::Ed25519 => der::sequence(&[&der::oid("1.3.101.112")]),
            Self::Pkcs1(hash) => {
                let last = match hash {
                    Hash::Md5 => 4,
                    Hash::Sha1 => 5,
                    Hash::Sha224 => 14,
                    Hash::Sha256 => 11,
                    Hash::Sha384 => 12,
                    Hash::Sha512 => 13,
                };
                der::sequence(&[&der::oid(&format!("1.2.840.113549.1.1.{last}")), &der::null()])
            }
            Self::Ecdsa(Hash::Sha1) => der::sequence(&[&der::oid("1.2.840.10045.4.1")]),
            Self::Ecdsa(hash) => {
                let last = match hash {
                    Hash::Sha224 => 1,
                    Hash::Sha256 => 2,
                    Hash::Sha384 => 3,
                    Hash::Sha512 => 4,
                    Hash::Md5 | Hash::Sha1 => panic!("no such algorithm"),
                };
                der::sequence(&[&der::oid(&format!("1.2.840.10045.4.3.{last}"))])
            }
            Self::Pss(hash) => {
                let mgf = der::sequence(&[&der::oid("1.2.840.113549.1.1.8"), &hash.algorithm()]);
                let salt = der::number(hash.digest(b"").len() as u64);
                let parameters = der::sequence(&[
                    &der::context(0, &hash.algorithm()),
                    &der::context(1, &mgf),
                    &der::context(2, &salt),
                ]);
                der::sequence(&[&der::oid("1.2.840.113549.1.1.10"), &parameters])
            }
        }
    }
}

/// RSASSA-PKCS1-v1_5, by ring where it can, since the rsa crate is slow in a debug build.
pub fn pkcs1(key: &[u8], hash: Hash, message: &[u8]) -> Vec<u8> {
    let encoding: Option<&'static dyn ring_signature::RsaEncoding> = match hash {
        Hash::Sha256 => Some(&ring_signature::RSA_PKCS1_SHA256),
        Hash::Sha384 => Some(&ring_signature::RSA_PKCS1_SHA384),
        Hash::Sha512 => Some(&ring_signature::RSA_PKCS1_SHA512),
        Hash::Md5 | Hash::Sha1 | Hash::Sha224 => None,
    };
    if let (Some(encoding), Ok(pair)) = (encoding, RsaKeyPair::from_der(key)) {
        let mut out = vec![0; pair.public().modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), message, &mut out).expect("signs");
        return out;
    }
    let info = der::sequence(&[&hash.algorithm(), &der::octets(&hash.digest(message))]);
    rsa_key(key).sign(Pkcs1v15Sign::new_unprefixed(), &info).expect("signs")
}

/// RSASSA-PSS; the salt follows from key and digest.
pub fn pss(key: &[u8], hash: Hash, message: &[u8]) -> Vec<u8> {
    let digest = hash.digest(message);
    match hash {
        Hash::Sha224 => pss_with::<Sha224>(key, &digest),
        Hash::Sha256 => pss_with::<Sha256>(key, &digest),
        Hash::Sha384 => pss_with::<Sha384>(key, &digest),
        Hash::Sha512 => pss_with::<Sha512>(key, &digest),
        Hash::Sha1 => pss_with::<Sha1>(key, &digest),
        Hash::Md5 => panic!("not made here"),
    }
}

fn pss_with<D: Digest + FixedOutputReset>(key: &[u8], digest: &[u8]) -> Vec<u8> {
    let mut padding = Pss::<D>::new();
    // Blinding would draw random bytes too, and so change the salt.
    padding.blinded = false;
    rsa_key(key).sign_with_rng(&mut Stream::new(&[key, digest]), padding, digest).expect("signs")
}

fn rsa_key(der: &[u8]) -> PrivateKey {
    PrivateKey::from_pkcs1_der(der).expect("an RSA key")
}

/// ECDSA. The digest is cut or padded to the field size: the same number for every library, and the
/// p256, p384 and p521 crates refuse digests shorter than half of it.
pub fn ecdsa(field: usize, scalar: &[u8], hash: Hash, message: &[u8]) -> Vec<u8> {
    let digest = hash.digest(message);
    let mut z = vec![0; field.saturating_sub(digest.len())];
    z.extend(&digest[..digest.len().min(field)]);
    match field {
        32 => {
            let made: p256::ecdsa::Signature = key_256(scalar).sign_prehash(&z).expect("signs");
            made.to_der().as_bytes().to_vec()
        }
        48 => {
            let made: p384::ecdsa::Signature = key_384(scalar).sign_prehash(&z).expect("signs");
            made.to_der().as_bytes().to_vec()
        }
        _ => {
            let made: p521::ecdsa::Signature = key_521(scalar).sign_prehash(&z).expect("signs");
            made.to_der().as_bytes().to_vec()
        }
    }
}

/// P-256 from its scalar.
pub fn key_256(scalar: &[u8]) -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(scalar).expect("a P-256 key")
}

/// P-384 from its scalar.
pub fn key_384(scalar: &[u8]) -> p384::ecdsa::SigningKey {
    p384::ecdsa::SigningKey::from_slice(scalar).expect("a P-384 key")
}

/// P-521 from its scalar.
pub fn key_521(scalar: &[u8]) -> p521::ecdsa::SigningKey {
    p521::ecdsa::SigningKey::from_slice(scalar).expect("a P-521 key")
}

/// Bytes that look random and follow from a seed: SHA-256 in counter mode.
pub struct Stream {
    seed: Vec<u8>,
    counter: u64,
}

impl Stream {
    /// A stream that depends on all parts.
    pub fn new(parts: &[&[u8]]) -> Self {
        Self { seed: Sha256::digest(parts.concat()).to_vec(), counter: 0 }
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for chunk in out.chunks_mut(32) {
            let block = Sha256::digest([&self.seed[..], &self.counter.to_be_bytes()].concat());
            chunk.copy_from_slice(&block[..chunk.len()]);
            self.counter += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Stream {}
