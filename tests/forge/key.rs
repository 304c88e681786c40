//! The committed test keys, and every signature they can make, byte for byte the same each time.

use std::fs;
use std::path::PathBuf;

use md5::Md5;
use p256::ecdsa::signature::hazmat::{PrehashSigner, RandomizedPrehashSigner};
use ring::rand::SystemRandom;
use ring::signature as ring_signature;
use ring::signature::{Ed25519KeyPair, KeyPair, RsaKeyPair};
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::rand_core::{self, CryptoRng, RngCore};
use rsa::{Pkcs1v15Sign, Pss, RsaPrivateKey};
use sha1::Sha1;
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

/// What kind of key, and its private numbers.
#[derive(Clone)]
enum Kind {
    /// PKCS#1 DER.
    Rsa(Vec<u8>),
    /// Field size in bytes (32, 48, 66) and the private scalar.
    Ec(usize, Vec<u8>),
    /// PKCS#8 DER.
    Ed25519(Vec<u8>),
}

/// A test key from `testdata/keys`.
#[derive(Clone)]
pub struct Key {
    kind: Kind,
    der: Vec<u8>,
    label: String,
    note: String,
}

impl Key {
    /// Reads `testdata/keys/NAME.pem`: PKCS#1, SEC1, or PKCS#8 for Ed25519.
    pub fn load(name: &str) -> Self {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/keys/{name}.pem"));
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let block = pem::parse(&text).expect("a PEM key");
        let der = block.contents().to_vec();
        let kind = match block.tag() {
            "RSA PRIVATE KEY" => Kind::Rsa(der.clone()),
            "EC PRIVATE KEY" => {
                let scalar = der::elements(der::elements(&der)[0].1)[1].1.to_vec();
                Kind::Ec(scalar.len(), scalar)
            }
            "PRIVATE KEY" => Kind::Ed25519(der.clone()),
            other => panic!("{name}: {other}"),
        };
        let note = text.lines().next().expect("a note").to_owned();
        Self {
            kind,
            der,
            label: block.tag().to_owned(),
            note,
        }
    }

    /// The PEM block, in the form the key is kept in.
    pub fn pem(&self) -> String {
        super::pem(&self.label, &self.der)
    }

    /// The note that precedes a test key, then the PEM block.
    pub fn noted_pem(&self) -> String {
        format!("{}\n{}", self.note, self.pem())
    }

    /// The DER of the form the key is kept in.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// PrivateKeyInfo (RFC 5208, version 0).
    pub fn pkcs8(&self) -> Vec<u8> {
        let algorithm = self.algorithm();
        match &self.kind {
            Kind::Rsa(der) => private_key_info(&algorithm, der),
            Kind::Ec(_, scalar) => {
                let public = der::context(1, &der::bit_string(&self.public_bits()));
                let inner = der::sequence(&[&der::number(1), &der::octets(scalar), &public]);
                private_key_info(&algorithm, &inner)
            }
            Kind::Ed25519(der) => der.clone(),
        }
    }

    /// SubjectPublicKeyInfo.
    pub fn spki(&self) -> Vec<u8> {
        der::sequence(&[&self.algorithm(), &der::bit_string(&self.public_bits())])
    }

    /// The usual key identifier: SHA-1 of the public key bits (RFC 5280 §4.2.1.2, method 1).
    pub fn id(&self) -> Vec<u8> {
        Sha1::digest(self.public_bits()).to_vec()
    }

    /// The algorithm a CA with this key would use.
    pub fn usual_sign(&self) -> Sign {
        match &self.kind {
            Kind::Rsa(_) => Sign::Pkcs1(Hash::Sha256),
            Kind::Ec(32, _) => Sign::Ecdsa(Hash::Sha256),
            Kind::Ec(48, _) => Sign::Ecdsa(Hash::Sha384),
            Kind::Ec(..) => Sign::Ecdsa(Hash::Sha512),
            Kind::Ed25519(_) => Sign::Ed25519,
        }
    }

    /// Signs; the same bytes each time.
    pub fn sign(&self, how: Sign, message: &[u8]) -> Vec<u8> {
        match (&self.kind, how) {
            (Kind::Rsa(der), Sign::Pkcs1(hash)) => pkcs1(der, hash, message),
            (Kind::Rsa(der), Sign::Pss(hash)) => pss(der, hash, message),
            (Kind::Ec(field, scalar), Sign::Ecdsa(hash)) => ecdsa(*field, scalar, hash, message),
            (Kind::Ed25519(_), Sign::Ed25519) => self.ed25519().sign(message).as_ref().to_vec(),
            _ => panic!("{how:?} does not go with this key"),
        }
    }

    /// The public key as it stands in the BIT STRING.
    pub fn public_bits(&self) -> Vec<u8> {
        match &self.kind {
            Kind::Rsa(der) => {
                let fields = der::elements(der::elements(der)[0].1);
                der::sequence(&[&der::integer(fields[1].1), &der::integer(fields[2].1)])
            }
            Kind::Ec(32, d) => signing_256(d)
                .verifying_key()
                .to_encoded_point(false)
                .as_bytes()
                .into(),
            Kind::Ec(48, d) => signing_384(d)
                .verifying_key()
                .to_encoded_point(false)
                .as_bytes()
                .into(),
            Kind::Ec(_, d) => p521::ecdsa::VerifyingKey::from(&signing_521(d))
                .to_encoded_point(false)
                .as_bytes()
                .into(),
            Kind::Ed25519(_) => self.ed25519().public_key().as_ref().to_vec(),
        }
    }

    /// AlgorithmIdentifier of the key.
    fn algorithm(&self) -> Vec<u8> {
        let curve = match &self.kind {
            Kind::Rsa(_) => {
                return der::sequence(&[&der::oid("1.2.840.113549.1.1.1"), &der::null()]);
            }
            Kind::Ed25519(_) => return der::sequence(&[&der::oid("1.3.101.112")]),
            Kind::Ec(32, _) => "1.2.840.10045.3.1.7",
            Kind::Ec(48, _) => "1.3.132.0.34",
            Kind::Ec(..) => "1.3.132.0.35",
        };
        der::sequence(&[&der::oid("1.2.840.10045.2.1"), &der::oid(curve)])
    }

    fn ed25519(&self) -> Ed25519KeyPair {
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(&self.der).expect("an Ed25519 key")
    }
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
                der::sequence(&[
                    &der::oid(&format!("1.2.840.113549.1.1.{last}")),
                    &der::null(),
                ])
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

fn private_key_info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::number(0), algorithm, &der::octets(key)])
}

/// By ring where it can, since the rsa crate is slow in a debug build.
fn pkcs1(key: &[u8], hash: Hash, message: &[u8]) -> Vec<u8> {
    let encoding: Option<&'static dyn ring_signature::RsaEncoding> = match hash {
        Hash::Sha256 => Some(&ring_signature::RSA_PKCS1_SHA256),
        Hash::Sha384 => Some(&ring_signature::RSA_PKCS1_SHA384),
        Hash::Sha512 => Some(&ring_signature::RSA_PKCS1_SHA512),
        Hash::Md5 | Hash::Sha1 | Hash::Sha224 => None,
    };
    if let (Some(encoding), Ok(pair)) = (encoding, RsaKeyPair::from_der(key)) {
        let mut out = vec![0; pair.public().modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), message, &mut out)
            .expect("signs");
        return out;
    }
    let info = der::sequence(&[&hash.algorithm(), &der::octets(&hash.digest(message))]);
    rsa_key(key)
        .sign(Pkcs1v15Sign::new_unprefixed(), &info)
        .expect("signs")
}

fn pss(key: &[u8], hash: Hash, message: &[u8]) -> Vec<u8> {
    let padding = match hash {
        Hash::Sha224 => Pss::new::<Sha224>(),
        Hash::Sha256 => Pss::new::<Sha256>(),
        Hash::Sha384 => Pss::new::<Sha384>(),
        Hash::Sha512 => Pss::new::<Sha512>(),
        Hash::Sha1 => Pss::new::<Sha1>(),
        Hash::Md5 => panic!("not made here"),
    };
    let digest = hash.digest(message);
    rsa_key(key)
        .sign_with_rng(&mut Stream::new(&[key, &digest]), padding, &digest)
        .expect("signs")
}

fn rsa_key(der: &[u8]) -> RsaPrivateKey {
    RsaPrivateKey::from_pkcs1_der(der).expect("an RSA key")
}

/// The digest is cut or padded to the field size: the same number for every library, and the
/// p256, p384 and p521 crates refuse digests shorter than half of it.
fn ecdsa(field: usize, scalar: &[u8], hash: Hash, message: &[u8]) -> Vec<u8> {
    let digest = hash.digest(message);
    let mut z = vec![0; field.saturating_sub(digest.len())];
    z.extend(&digest[..digest.len().min(field)]);
    match field {
        32 => {
            let made: p256::ecdsa::Signature = signing_256(scalar).sign_prehash(&z).expect("signs");
            made.to_der().as_bytes().to_vec()
        }
        48 => {
            let made: p384::ecdsa::Signature = signing_384(scalar).sign_prehash(&z).expect("signs");
            made.to_der().as_bytes().to_vec()
        }
        _ => {
            // This crate has no RFC 6979; a nonce from key and digest serves the same end.
            let made: p521::ecdsa::Signature = signing_521(scalar)
                .sign_prehash_with_rng(&mut Stream::new(&[scalar, &z]), &z)
                .expect("signs");
            made.to_der().as_bytes().to_vec()
        }
    }
}

fn signing_256(scalar: &[u8]) -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(scalar).expect("a P-256 key")
}

fn signing_384(scalar: &[u8]) -> p384::ecdsa::SigningKey {
    p384::ecdsa::SigningKey::from_slice(scalar).expect("a P-384 key")
}

fn signing_521(scalar: &[u8]) -> p521::ecdsa::SigningKey {
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
        Self {
            seed: Sha256::digest(parts.concat()).to_vec(),
            counter: 0,
        }
    }
}

impl RngCore for Stream {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let block = Sha256::digest([&self.seed[..], &self.counter.to_be_bytes()].concat());
            chunk.copy_from_slice(&block[..chunk.len()]);
            self.counter += 1;
        }
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(out);
        Ok(())
    }
}

impl CryptoRng for Stream {}
