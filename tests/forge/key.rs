//! The committed test keys.

use std::fs;
use std::path::PathBuf;

use ring::signature::{Ed25519KeyPair, KeyPair};
use sha1::{Digest, Sha1};

use super::der;
use super::sign::{
    Hash, Sign, {self},
};

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
        Self { kind, der, label: block.tag().to_owned(), note }
    }

    /// A P-256 key that is not kept: always the same one for a number, another for each.
    pub fn numbered(number: u64) -> Self {
        let scalar = sha2::Sha256::digest(number.to_be_bytes()).to_vec();
        let key = Self {
            kind: Kind::Ec(32, scalar),
            der: Vec::new(),
            label: "EC PRIVATE KEY".to_owned(),
            note: String::new(),
        };
        let der = key.pkcs8();
        Self { der, ..key }
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

    /// SubjectPublicKeyInfo of an RSA key for RSASSA-PSS alone, bound to a digest or not.
    pub fn pss_spki(&self, hash: Option<Hash>) -> Vec<u8> {
        der::sequence(&[&pss(hash), &der::bit_string(&self.public_bits())])
    }

    /// PrivateKeyInfo of the same.
    pub fn pss_pkcs8(&self, hash: Option<Hash>) -> Vec<u8> {
        private_key_info(&pss(hash), &self.der)
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
            (Kind::Rsa(der), Sign::Pkcs1(hash)) => sign::pkcs1(der, hash, message),
            (Kind::Rsa(der), Sign::Pss(hash)) => sign::pss(der, hash, message),
            (Kind::Ec(field, scalar), Sign::Ecdsa(hash)) => {
                sign::ecdsa(*field, scalar, hash, message)
            }
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
            Kind::Ec(32, d) => {
                sign::key_256(d).verifying_key().to_sec1_point(false).as_bytes().into()
            }
            Kind::Ec(48, d) => {
                sign::key_384(d).verifying_key().to_sec1_point(false).as_bytes().into()
            }
            Kind::Ec(_, d) => p521::ecdsa::VerifyingKey::from(&sign::key_521(d))
                .to_sec1_point(false)
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

/// id-RSASSA-PSS; its parameters, a salt as long as the digest at least, are those of a signature.
fn pss(hash: Option<Hash>) -> Vec<u8> {
    match hash {
        Some(hash) => Sign::Pss(hash).algorithm(),
        None => der::sequence(&[&der::oid("1.2.840.113549.1.1.10")]),
    }
}

fn private_key_info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::number(0), algorithm, &der::octets(key)])
}
