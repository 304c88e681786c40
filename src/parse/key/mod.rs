//! Private keys in their containers, and public keys from certificates.

use std::fmt;

use pkcs8::AlgorithmIdentifierRef;
use pkcs8::ObjectIdentifier;
use pkcs8::PrivateKeyInfo;
use pkcs8::SubjectPublicKeyInfoRef;
use pkcs8::der;
use pkcs8::der::Decode;
use pkcs8::der::Reader;
use pkcs8::der::SliceReader;
use pkcs8::der::Tag;
use pkcs8::der::TagNumber;
use pkcs8::der::Tagged;
use pkcs8::der::asn1::AnyRef;
use pkcs8::der::asn1::BitStringRef;
use pkcs8::der::asn1::ContextSpecific;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::asn1::UintRef;
use x509_parser::x509::SubjectPublicKeyInfo;
use zeroize::Zeroizing;

use crate::crypto::Curve;
use crate::crypto::PublicKey;
use crate::crypto::decrypt;
use crate::crypto::decrypt::DecryptError;
use crate::crypto::is_on_curve;
use crate::crypto::prove::PrivateKey;
use crate::crypto::prove::RsaParts;
use crate::parse::pem::Block;

/// What a private key is wrapped in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Container {
    /// `ENCRYPTED PRIVATE KEY`.
    EncryptedPkcs8 {
        /// `PBES2, PBKDF2-HMAC-SHA256, AES-256-CBC`.
        encryption: String,
    },
    /// A block with a `DEK-Info` header.
    Legacy {
        /// As the header names it: `AES-256-CBC`.
        cipher: String,
        /// What is inside: `PKCS#1`.
        inner: &'static str,
    },
    /// `RSA PRIVATE KEY`.
    Pkcs1,
    /// `PRIVATE KEY`.
    Pkcs8,
    /// `EC PRIVATE KEY`.
    Sec1,
}

impl Container {
    /// Whether a passphrase is needed.
    pub fn is_encrypted(&self) -> bool {
        matches!(self, Self::EncryptedPkcs8 { .. } | Self::Legacy { .. })
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EncryptedPkcs8 { encryption } => write!(f, "encrypted PKCS#8 ({encryption})"),
            Self::Legacy { cipher, inner } => write!(f, "encrypted {inner} (DEK-Info: {cipher})"),
            Self::Pkcs1 => f.write_str("PKCS#1"),
            Self::Pkcs8 => f.write_str("PKCS#8"),
            Self::Sec1 => f.write_str("SEC1"),
        }
    }
}

/// Why there is no key. Holds no key material.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyError {
    /// Says where the structure breaks.
    Malformed(String),
    /// Names what we do not compute on: `DSA`, `EC with curve secp256k1`.
    Unsupported(String),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(place) => write!(f, "malformed key: {place}"),
            Self::Unsupported(name) => write!(f, "{name} is not supported"),
        }
    }
}

impl std::error::Error for KeyError {}

/// A private key as found in a file.
#[derive(Debug)]
pub enum LockedKey {
    /// Needs a passphrase.
    Locked(Locked),
    /// Was not encrypted.
    Open(PrivateKey, Container),
}

impl LockedKey {
    /// What the key is wrapped in.
    pub fn container(&self) -> &Container {
        match self {
            Self::Locked(locked) => locked.container(),
            Self::Open(_, container) => container,
        }
    }
}

/// An encrypted private key.
#[derive(Clone, Eq, PartialEq)]
pub struct Locked {
    container: Container,
    body: Vec<u8>,
    /// Initialisation vector of the legacy form, in hexadecimal; else empty.
    vector: String,
}

impl Locked {
    /// What the key is wrapped in.
    pub fn container(&self) -> &Container {
        &self.container
    }

    /// Decrypts and parses the key.
    ///
    /// # Errors
    ///
    /// A plaintext that is no key counts as a wrong passphrase; a key of a type we do not know is
    /// `Unsupported`.
    pub fn unlock(&self, passphrase: &[u8]) -> Result<PrivateKey, DecryptError> {
        let (plain, parse): (_, Parser) = match &self.container {
            Container::Legacy { cipher, inner } => (
                decrypt::decrypt_legacy(cipher, &self.vector, &self.body, passphrase)?,
                match *inner {
                    PKCS1 => pkcs1,
                    SEC1 => |der| sec1(der, None),
                    _ => pkcs8_key,
                },
            ),
            _ => (decrypt::decrypt_pkcs8(&self.body, passphrase)?, pkcs8_key),
        };
        parse(&plain).map_err(|error| match error {
            KeyError::Malformed(_) => DecryptError::WrongPassphrase,
            KeyError::Unsupported(name) => DecryptError::Unsupported(name),
        })
    }
}

impl fmt::Debug for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locked")
            .field("container", &self.container)
            .finish_non_exhaustive()
    }
}

/// DER of one container to a key.
type Parser = fn(&[u8]) -> Result<PrivateKey, KeyError>;

/// Whether a PEM block of this label holds a private key of whatever kind.
pub fn is_private_label(label: &str) -> bool {
    label == "PRIVATE KEY" || label.ends_with(" PRIVATE KEY") || label == "PGP PRIVATE KEY BLOCK"
}

/// Reads the private key in a PEM block.
///
/// # Errors
///
/// `Unsupported` for the labels of other key types, and for any label that is no private key.
pub fn parse(block: &Block) -> Result<LockedKey, KeyError> {
    let (inner, container) = match &*block.label {
        "ENCRYPTED PRIVATE KEY" => return encrypted_pkcs8(&block.bytes).map(LockedKey::Locked),
        "RSA PRIVATE KEY" => (PKCS1, Container::Pkcs1),
        "EC PRIVATE KEY" => (SEC1, Container::Sec1),
        "PRIVATE KEY" => (PKCS8, Container::Pkcs8),
        other => return Err(KeyError::Unsupported(label_name(other))),
    };
    if let Some(locked) = legacy(block, inner)? {
        return Ok(LockedKey::Locked(locked));
    }
    let key = match container {
        Container::Pkcs1 => pkcs1(&block.bytes)?,
        Container::Sec1 => sec1(&block.bytes, None)?,
        _ => pkcs8_key(&block.bytes)?,
    };
    Ok(LockedKey::Open(key, container))
}

/// Reads a private key in DER, whatever its container.
///
/// # Errors
///
/// `Malformed` when the bytes are no private key, or a damaged one.
pub fn parse_der(der: &[u8]) -> Result<LockedKey, KeyError> {
    let attempts = [
        pkcs8_key(der).map(|key| LockedKey::Open(key, Container::Pkcs8)),
        pkcs1(der).map(|key| LockedKey::Open(key, Container::Pkcs1)),
        sec1(der, None).map(|key| LockedKey::Open(key, Container::Sec1)),
        encrypted_pkcs8(der).map(LockedKey::Locked),
    ];
    let recognised =
        |attempt: &Result<_, KeyError>| !matches!(attempt, Err(KeyError::Malformed(_)));
    attempts
        .into_iter()
        .find(recognised)
        .unwrap_or_else(|| Err(KeyError::Malformed("not a private key in DER".to_owned())))
}

/// The public key of a certificate.
///
/// # Errors
///
/// As [`public_key_der`].
pub fn public_key(spki: &SubjectPublicKeyInfo<'_>) -> Result<PublicKey, KeyError> {
    public_key_der(spki.raw)
}

/// The public key in a DER `SubjectPublicKeyInfo` (RFC 5280 §4.1).
///
/// # Errors
///
/// `Unsupported` names the algorithm; `Malformed` when the bits are no key of the algorithm: an
/// RSA exponent that is even or 1, a point that is not on its curve.
pub fn public_key_der(spki: &[u8]) -> Result<PublicKey, KeyError> {
    let spki = whole(
        "SubjectPublicKeyInfo",
        spki,
        SubjectPublicKeyInfoRef::decode,
    )?;
    let bits = spki
        .subject_public_key
        .as_bytes()
        .ok_or_else(|| malformed("public key bits"))?;
    match spki.algorithm.oid {
        RSA | RSA_PSS | X500_RSA => rsa_public(bits),
        EC => ec_public(curve(spki.algorithm.parameters)?, bits),
        ED25519 if bits.len() == 32 => Ok(PublicKey::Ed25519(bits.to_vec())),
        ED25519 => Err(malformed("Ed25519 public key is not 32 bytes long")),
        other => Err(KeyError::Unsupported(key_name(other))),
    }
}

/// `RSAPublicKey` (RFC 8017 §A.1.1).
fn rsa_public(der: &[u8]) -> Result<PublicKey, KeyError> {
    let (modulus, exponent) = whole("RSAPublicKey", der, |reader| {
        reader.sequence(|inner| Ok((natural(inner)?, natural(inner)?)))
    })?;
    check_rsa(&modulus, &exponent)?;
    Ok(PublicKey::Rsa { modulus, exponent })
}

/// What a public RSA key must be at the least; its strength is judged elsewhere.
fn check_rsa(modulus: &[u8], exponent: &[u8]) -> Result<(), KeyError> {
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    if !is_odd(modulus) {
        return Err(malformed("RSA modulus is even"));
    }
    if !is_odd(exponent) || exponent == [1] {
        return Err(malformed("RSA exponent is even or 1"));
    }
    Ok(())
}

/// A point of `curve` (RFC 5480 §2.2).
fn ec_public(curve: Curve, point: &[u8]) -> Result<PublicKey, KeyError> {
    if !is_on_curve(curve, point) {
        return Err(KeyError::Malformed(format!(
            "EC public key is not a point of {curve}"
        )));
    }
    Ok(PublicKey::Ec {
        curve,
        point: point.to_vec(),
    })
}

/// The curve that `ECParameters` name (RFC 5480 §2.1.1).
fn curve(parameters: Option<AnyRef<'_>>) -> Result<Curve, KeyError> {
    let parameters = parameters.ok_or_else(|| malformed("EC key without a curve"))?;
    let oid = match parameters.tag() {
        Tag::ObjectIdentifier => parameters.decode_as::<ObjectIdentifier>(),
        Tag::Sequence => {
            return Err(KeyError::Unsupported(
                "EC with explicit parameters".to_owned(),
            ));
        }
        _ => return Err(malformed("EC parameters name no curve")),
    };
    match oid.map_err(|error| KeyError::Malformed(format!("EC curve: {error}")))? {
        P256 => Ok(Curve::P256),
        P384 => Ok(Curve::P384),
        P521 => Ok(Curve::P521),
        other => Err(KeyError::Unsupported(format!(
            "EC with curve {}",
            name_in(CURVES, other)
        ))),
    }
}

/// `EncryptedPrivateKeyInfo`; only its outer shape is checked before there is a passphrase.
fn encrypted_pkcs8(der: &[u8]) -> Result<Locked, KeyError> {
    whole("EncryptedPrivateKeyInfo", der, |reader| {
        reader.sequence(|inner| {
            AlgorithmIdentifierRef::decode(inner)?;
            OctetStringRef::decode(inner)
        })
    })?;
    let encryption = decrypt::encryption_name(der);
    Ok(Locked {
        container: Container::EncryptedPkcs8 { encryption },
        body: der.to_vec(),
        vector: String::new(),
    })
}

/// The legacy encryption of a block, if its headers announce one (RFC 1421 §4.6.1).
fn legacy(block: &Block, inner: &'static str) -> Result<Option<Locked>, KeyError> {
    let header = |name: &str| {
        let named = block
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.trim())
    };
    let is_encrypted =
        header("Proc-Type").is_some_and(|value| value.to_ascii_uppercase().ends_with("ENCRYPTED"));
    if !is_encrypted {
        return Ok(None);
    }
    let (cipher, vector) = header("DEK-Info")
        .map(|value| value.split_once(',').unwrap_or((value, "")))
        .ok_or_else(|| malformed("Proc-Type says encrypted, but there is no DEK-Info header"))?;
    Ok(Some(Locked {
        container: Container::Legacy {
            cipher: cipher.trim().to_owned(),
            inner,
        },
        body: block.bytes.to_vec(),
        vector: vector.trim().to_owned(),
    }))
}

/// `PrivateKeyInfo` (RFC 5208) or `OneAsymmetricKey` (RFC 5958).
fn pkcs8_key(der: &[u8]) -> Result<PrivateKey, KeyError> {
    let info = whole("PrivateKeyInfo", der, PrivateKeyInfo::decode)?;
    match info.algorithm.oid {
        RSA | RSA_PSS => pkcs1(info.private_key),
        EC => sec1(info.private_key, Some(curve(info.algorithm.parameters)?)),
        ED25519 => ed25519(info.private_key, info.public_key),
        other => Err(KeyError::Unsupported(key_name(other))),
    }
}

/// `RSAPrivateKey` (RFC 8017 §A.1.2).
fn pkcs1(der: &[u8]) -> Result<PrivateKey, KeyError> {
    let (version, parts) = whole("RSAPrivateKey", der, |reader| {
        reader.sequence(|inner| {
            let version: u8 = inner.decode()?;
            let parts = RsaParts {
                modulus: natural(inner)?,
                exponent: natural(inner)?,
                private_exponent: secret(inner)?,
                prime1: secret(inner)?,
                prime2: secret(inner)?,
                exponent1: secret(inner)?,
                exponent2: secret(inner)?,
                coefficient: secret(inner)?,
            };
            // Version 1 goes on with further primes.
            let others: Option<AnyRef<'_>> = if version == 1 { inner.decode()? } else { None };
            Ok((version, (parts, others.is_some())))
        })
    })?;
    let (parts, has_others) = parts;
    match (version, has_others) {
        (0, _) if *parts.prime1 == [0] || *parts.prime2 == [0] => Err(KeyError::Unsupported(
            "RSA key without its primes".to_owned(),
        )),
        (0, _) => check_rsa(&parts.modulus, &parts.exponent).map(|()| PrivateKey::Rsa(parts)),
        (1, true) => Err(KeyError::Unsupported("multi-prime RSA".to_owned())),
        _ => Err(KeyError::Malformed(format!(
            "RSAPrivateKey version {version}"
        ))),
    }
}

/// `ECPrivateKey` (RFC 5915 §3). `outer` is the curve that PKCS#8 states.
fn sec1(der: &[u8], outer: Option<Curve>) -> Result<PrivateKey, KeyError> {
    let (version, scalar, inner, public) = whole("ECPrivateKey", der, |reader| {
        reader.sequence(|inner| {
            Ok((
                inner.decode::<u8>()?,
                Zeroizing::new(OctetStringRef::decode(inner)?.as_bytes().to_vec()),
                ContextSpecific::<AnyRef<'_>>::decode_explicit(inner, TagNumber::N0)?,
                ContextSpecific::<BitStringRef<'_>>::decode_explicit(inner, TagNumber::N1)?,
            ))
        })
    })?;
    if version != 1 {
        return Err(KeyError::Malformed(format!(
            "ECPrivateKey version {version}"
        )));
    }
    let inner = inner.map(|field| curve(Some(field.value))).transpose()?;
    if outer.is_some() && inner.is_some() && outer != inner {
        return Err(malformed("ECPrivateKey and PKCS#8 name different curves"));
    }
    let curve = outer
        .or(inner)
        .ok_or_else(|| malformed("EC key without a curve"))?;
    // Some writers put a sign byte in front, and OpenSSL takes it.
    if scalar.iter().skip_while(|byte| **byte == 0).count() > curve.field_bytes() {
        return Err(malformed("EC private key is longer than its curve"));
    }
    let public = match public {
        None => None,
        Some(field) => Some(
            field
                .value
                .as_bytes()
                .ok_or_else(|| malformed("EC public key"))?,
        ),
    };
    Ok(PrivateKey::Ec {
        curve,
        scalar,
        public: public.map(<[u8]>::to_vec),
    })
}

/// `CurvePrivateKey` (RFC 8410 §7). `public` is what a version 2 file states beside it.
fn ed25519(der: &[u8], public: Option<&[u8]>) -> Result<PrivateKey, KeyError> {
    let seed = whole("CurvePrivateKey", der, OctetStringRef::decode)?.as_bytes();
    if seed.len() != 32 {
        return Err(malformed("Ed25519 private key is not 32 bytes long"));
    }
    Ok(PrivateKey::Ed25519 {
        seed: Zeroizing::new(seed.to_vec()),
        public: public.map(<[u8]>::to_vec),
    })
}

/// Reads all of `der`; `what` names it when it is damaged or something follows.
fn whole<'a, T>(
    what: &str,
    der: &'a [u8],
    read: impl FnOnce(&mut SliceReader<'a>) -> der::Result<T>,
) -> Result<T, KeyError> {
    let run = || {
        let mut reader = SliceReader::new(der)?;
        let value = read(&mut reader)?;
        reader.finish(value)
    };
    run().map_err(|error| KeyError::Malformed(format!("{what}: {error}")))
}

/// An INTEGER that is not negative, big-endian, without leading zeros.
fn natural<'a>(reader: &mut impl Reader<'a>) -> der::Result<Vec<u8>> {
    Ok(UintRef::decode(reader)?.as_bytes().to_vec())
}

/// As [`natural`], wiped when dropped.
fn secret<'a>(reader: &mut impl Reader<'a>) -> der::Result<Zeroizing<Vec<u8>>> {
    natural(reader).map(Zeroizing::new)
}

/// A fault that is not the DER's.
fn malformed(place: &str) -> KeyError {
    KeyError::Malformed(place.to_owned())
}

/// What a label says that we do not read.
fn label_name(label: &str) -> String {
    match label {
        "DSA PRIVATE KEY" => "DSA".to_owned(),
        "OPENSSH PRIVATE KEY" => "an OpenSSH private key".to_owned(),
        "PGP PRIVATE KEY BLOCK" => "a PGP private key".to_owned(),
        _ => format!("a PEM block {label}"),
    }
}

/// The name of a key algorithm, or its OID.
fn key_name(oid: ObjectIdentifier) -> String {
    name_in(KEY_ALGORITHMS, oid)
}

/// Looks an OID up; itself when it is unknown.
fn name_in(table: &[(&str, &str)], oid: ObjectIdentifier) -> String {
    let text = oid.to_string();
    let name = table.iter().find(|(known, _)| *known == text);
    name.map_or(text, |(_, name)| (*name).to_owned())
}

/// Name of a container inside the legacy encryption.
const PKCS1: &str = "PKCS#1";
/// As [`PKCS1`].
const PKCS8: &str = "PKCS#8";
/// As [`PKCS1`].
const SEC1: &str = "SEC1";

/// rsaEncryption (RFC 3279 §2.3.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// id-ea-rsa of X.509 annex F, which OpenSSL takes for rsaEncryption.
const X500_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.8.1.1");
/// id-RSASSA-PSS (RFC 4055 §1.2): an RSA key restricted to PSS.
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
/// id-ecPublicKey (RFC 5480 §2.1.1).
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// id-Ed25519 (RFC 8410 §3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// secp256r1 (RFC 5480 §2.1.1.1).
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
/// secp384r1.
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
/// secp521r1.
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// Key algorithms that we can name but not use.
const KEY_ALGORITHMS: &[(&str, &str)] = &[
    ("1.2.840.10040.4.1", "DSA"),
    ("1.2.840.10046.2.1", "DH"),
    ("1.2.840.113549.1.3.1", "DH"),
    ("1.2.840.113549.1.1.7", "RSA-OAEP"),
    ("1.3.132.1.12", "ECDH"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.113", "Ed448"),
    ("1.2.643.2.2.19", "GOST R 34.10-2001"),
    ("1.2.643.2.2.20", "GOST R 34.10-94"),
    ("1.2.643.7.1.1.1.1", "GOST R 34.10-2012 (256 bits)"),
    ("1.2.643.7.1.1.1.2", "GOST R 34.10-2012 (512 bits)"),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
];

/// Curves that we can name but not use.
const CURVES: &[(&str, &str)] = &[
    ("1.2.840.10045.3.1.1", "secp192r1"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.132.0.33", "secp224r1"),
    ("1.3.36.3.3.2.8.1.1.1", "brainpoolP160r1"),
    ("1.3.36.3.3.2.8.1.1.3", "brainpoolP192r1"),
    ("1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1"),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
    ("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1"),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
    ("1.2.156.10197.1.301", "SM2"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::prove::Proof;
    use crate::crypto::prove::Refused;
    use crate::crypto::prove::prove;
    use crate::crypto::prove::public_half;

    fn block(file: &str) -> Block {
        let path = format!("{}/testdata/crypto/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let pem = ::pem::parse(&text).unwrap();
        let pair = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        Block {
            label: pem.tag().to_owned(),
            line: 2,
            headers: pem.headers().iter().map(pair).collect(),
            bytes: pem.contents().to_vec(),
        }
    }

    fn open(file: &str) -> PrivateKey {
        match parse(&block(file)) {
            Ok(LockedKey::Open(key, _)) => key,
            other => panic!("{file}: {other:?}"),
        }
    }

    fn public(file: &str) -> PublicKey {
        public_key_der(&block(file).bytes).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    // Private key, its public key, container, description, bits.
    const PAIRS: &[(&str, &str, &str, &str, usize)] = &[
        ("pkcs1-rsa-1024", "rsa-1024", "PKCS#1", "RSA-1024", 1024),
        ("pkcs1-rsa-2048", "rsa-2048", "PKCS#1", "RSA-2048", 2048),
        ("pkcs8-ec-p-256", "ec-p-256", "PKCS#8", "EC P-256", 256),
        (
            "pkcs8-ec-p-256-no-public",
            "ec-p-256",
            "PKCS#8",
            "EC P-256",
            256,
        ),
        ("pkcs8-ec-p-384", "ec-p-384", "PKCS#8", "EC P-384", 384),
        (
            "pkcs8-ec-p-384",
            "ec-p-384-compressed",
            "PKCS#8",
            "EC P-384",
            384,
        ),
        ("pkcs8-ec-p-521", "ec-p-521", "PKCS#8", "EC P-521", 521),
        ("pkcs8-ed25519", "ed25519", "PKCS#8", "Ed25519", 256),
        ("pkcs8-ed25519-v2", "ed25519", "PKCS#8", "Ed25519", 256),
        ("pkcs8-rsa-512", "rsa-512", "PKCS#8", "RSA-512", 512),
        ("pkcs8-rsa-1024", "rsa-1024", "PKCS#8", "RSA-1024", 1024),
        ("pkcs8-rsa-2047", "rsa-2047", "PKCS#8", "RSA-2047", 2047),
        ("pkcs8-rsa-2048", "rsa-2048", "PKCS#8", "RSA-2048", 2048),
        (
            "pkcs8-rsa-2048-e3",
            "rsa-2048-e3",
            "PKCS#8",
            "RSA-2048",
            2048,
        ),
        (
            "pkcs8-rsa-2048-e64bit",
            "rsa-2048-e64bit",
            "PKCS#8",
            "RSA-2048",
            2048,
        ),
        ("pkcs8-rsa-4096", "rsa-4096", "PKCS#8", "RSA-4096", 4096),
        ("pkcs8-rsa-8192", "rsa-8192", "PKCS#8", "RSA-8192", 8192),
        (
            "pkcs8-rsa-pss-2048",
            "rsa-pss-2048",
            "PKCS#8",
            "RSA-2048",
            2048,
        ),
        ("sec1-ec-p-256", "ec-p-256", "SEC1", "EC P-256", 256),
        (
            "sec1-ec-p-256-no-public",
            "ec-p-256",
            "SEC1",
            "EC P-256",
            256,
        ),
        ("sec1-ec-p-384", "ec-p-384", "SEC1", "EC P-384", 384),
        (
            "sec1-ec-p-384-compressed",
            "ec-p-384",
            "SEC1",
            "EC P-384",
            384,
        ),
        ("sec1-ec-p-521", "ec-p-521", "SEC1", "EC P-521", 521),
    ];

    #[test]
    fn pairs_are_proven_by_a_signature() {
        for (private, certified, container, name, bits) in PAIRS {
            let block = block(&format!("{private}.pem"));
            let certified = public(&format!("public-{certified}.pem"));
            assert_eq!(certified.describe(), *name);
            assert_eq!(certified.bits(), *bits, "{private}");
            let (Ok(LockedKey::Open(key, found)), Ok(LockedKey::Open(der_key, der_found))) =
                (parse(&block), parse_der(&block.bytes))
            else {
                panic!("{private}");
            };
            assert_eq!(found.to_string(), *container, "{private}");
            assert_eq!(der_found, found, "{private}");
            assert_eq!(public_half(&key), public_half(&der_key), "{private}");
            assert_eq!(prove(&key, &certified), Ok(Proof::Signed), "{private}");
        }
    }

    #[test]
    fn other_keys_are_mismatches() {
        let certified = ["rsa-2048", "rsa-2048-e3", "ec-p-256", "ec-p-384", "ed25519"];
        for (private, own, ..) in PAIRS {
            let key = open(&format!("{private}.pem"));
            for other in certified.iter().filter(|other| !own.starts_with(**other)) {
                let got = prove(&key, &public(&format!("public-{other}.pem")));
                assert_eq!(got, Err(Refused::Mismatch), "{private} {other}");
            }
        }
    }

    type Damage = fn(&mut RsaParts);

    #[test]
    fn a_key_that_contradicts_itself_is_broken() {
        let certified = public("public-rsa-2048.pem");
        let damages: &[(Damage, &str)] = &[
            (
                |key| key.prime1[5] ^= 1,
                "the product of the primes is not the modulus",
            ),
            (
                |key| key.modulus[9] ^= 1,
                "the product of the primes is not the modulus",
            ),
            (
                |key| key.private_exponent[5] ^= 1,
                "the private exponent does not fit the public one",
            ),
            (
                |key| key.exponent1[5] ^= 1,
                "the CRT values do not fit the private exponent",
            ),
            (
                |key| key.coefficient[5] ^= 1,
                "the CRT values do not fit the private exponent",
            ),
            (
                |key| key.exponent2.clear(),
                "the CRT values do not fit the private exponent",
            ),
            (
                |key| *key.prime2 = vec![1],
                "the product of the primes is not the modulus",
            ),
            (
                |key| *key.prime2 = vec![3; 5000],
                "a private value is longer than any modulus",
            ),
            (
                |key| key.modulus = vec![3; 5000],
                "an RSA modulus of 39994 bits",
            ),
        ];
        for (damage, want) in damages {
            let PrivateKey::Rsa(mut parts) = open("pkcs1-rsa-2048.pem") else {
                panic!()
            };
            damage(&mut parts);
            let got = prove(&PrivateKey::Rsa(parts), &certified);
            assert_eq!(got, Err(Refused::Broken((*want).to_owned())));
        }
        let PrivateKey::Ec {
            curve,
            scalar,
            mut public,
        } = open("sec1-ec-p-256.pem")
        else {
            panic!()
        };
        public.as_mut().unwrap()[9] ^= 1;
        let stated = "the public key in the file is not that of the private key";
        let key = PrivateKey::Ec {
            curve,
            scalar,
            public,
        };
        assert_eq!(public_half(&key).unwrap_err().to_string(), stated);
        let key = open("pkcs8-ed25519-v2-wrong-public.pem");
        assert_eq!(public_half(&key).unwrap_err().to_string(), stated);
        let scalar = Zeroizing::new(vec![0xff; 32]);
        let key = PrivateKey::Ec {
            curve: Curve::P256,
            scalar,
            public: None,
        };
        let range = "the secret number is outside the range of the curve";
        assert_eq!(public_half(&key).unwrap_err().to_string(), range);
    }

    const PBES2: &str = "encrypted PKCS#8 (PBES2, ";

    // File, container, certified key. All open with "secret".
    const LOCKED: &[(&str, &str, &str)] = &[
        (
            "encrypted-rsa-2048",
            "PBKDF2-HMAC-SHA256, AES-256-CBC)",
            "rsa-2048",
        ),
        (
            "encrypted-scrypt-aes256",
            "scrypt, AES-256-CBC)",
            "ec-p-256",
        ),
        (
            "encrypted-sha1-aes256",
            "PBKDF2-HMAC-SHA1, AES-256-CBC)",
            "ec-p-256",
        ),
        (
            "encrypted-sha224-aes256",
            "PBKDF2-HMAC-SHA224, AES-256-CBC)",
            "ec-p-256",
        ),
        (
            "encrypted-sha256-aes128",
            "PBKDF2-HMAC-SHA256, AES-128-CBC)",
            "ec-p-256",
        ),
        (
            "encrypted-sha256-aes192",
            "PBKDF2-HMAC-SHA256, AES-192-CBC)",
            "ec-p-256",
        ),
        (
            "encrypted-sha256-aes256",
            "PBKDF2-HMAC-SHA256, AES-256-CBC)",
            "ec-p-256",
        ),
        (
            "encrypted-sha256-des3",
            "PBKDF2-HMAC-SHA256, DES-EDE3-CBC)",
            "ec-p-256",
        ),
        (
            "encrypted-sha384-aes256",
            "PBKDF2-HMAC-SHA384, AES-256-CBC)",
            "ec-p-256",
        ),
        (
            "encrypted-sha512-aes256",
            "PBKDF2-HMAC-SHA512, AES-256-CBC)",
            "ec-p-256",
        ),
        (
            "legacy-ec-aes256",
            "encrypted SEC1 (DEK-Info: AES-256-CBC)",
            "ec-p-384",
        ),
        (
            "legacy-rsa-aes128",
            "encrypted PKCS#1 (DEK-Info: AES-128-CBC)",
            "rsa-1024",
        ),
        (
            "legacy-rsa-aes192",
            "encrypted PKCS#1 (DEK-Info: AES-192-CBC)",
            "rsa-1024",
        ),
        (
            "legacy-rsa-aes256",
            "encrypted PKCS#1 (DEK-Info: AES-256-CBC)",
            "rsa-1024",
        ),
        (
            "legacy-rsa-des3",
            "encrypted PKCS#1 (DEK-Info: DES-EDE3-CBC)",
            "rsa-1024",
        ),
    ];

    fn locked(file: &str) -> Locked {
        match parse(&block(file)) {
            Ok(LockedKey::Locked(locked)) => locked,
            other => panic!("{file}: {other:?}"),
        }
    }

    #[test]
    fn locked_keys_open_with_their_passphrase_only() {
        for (file, container, certified) in LOCKED {
            let locked = locked(&format!("{file}.pem"));
            let name = locked.container().to_string();
            assert_eq!(name.strip_prefix(PBES2).unwrap_or(&name), *container);
            let key = locked
                .unlock(b"secret")
                .unwrap_or_else(|error| panic!("{file}: {error}"));
            let certified = public(&format!("public-{certified}.pem"));
            assert_eq!(prove(&key, &certified), Ok(Proof::Signed), "{file}");
            for wrong in [&b""[..], b"Secret", b"secret\n", "se\u{e7}ret".as_bytes()] {
                let got = locked.unlock(wrong).unwrap_err();
                assert_eq!(got, DecryptError::WrongPassphrase, "{file}");
            }
        }
    }

    #[test]
    fn unsupported_encryption_is_named() {
        for (file, want) in [
            ("encrypted-pbe-md5-des", "pbeWithMD5AndDES-CBC"),
            (
                "encrypted-pbe-sha1-3des",
                "pbeWithSHA1And3-KeyTripleDES-CBC",
            ),
            ("encrypted-pbe-sha1-rc2-40", "pbeWithSHA1And40BitRC2-CBC"),
            ("encrypted-pbe-sha1-rc4-128", "pbeWithSHA1And128BitRC4"),
            ("encrypted-sha256-camellia256", "CAMELLIA-256-CBC"),
            ("encrypted-sha256-des", "DES-CBC"),
            ("encrypted-x25519", "X25519"),
            ("legacy-rsa-camellia128", "CAMELLIA-128-CBC"),
            ("legacy-rsa-des", "DES-CBC"),
            ("legacy-rsa-rc2", "RC2-CBC"),
        ] {
            let got = locked(&format!("{file}.pem"))
                .unlock(b"secret")
                .unwrap_err();
            assert_eq!(got, DecryptError::Unsupported(want.to_owned()), "{file}");
        }
    }

    #[test]
    fn unsupported_keys_are_named() {
        for (file, want) in [
            ("dsa", "DSA"),
            ("openssh", "an OpenSSH private key"),
            ("pkcs1-rsa-multi-prime", "multi-prime RSA"),
            ("pkcs8-dsa", "DSA"),
            ("pkcs8-ec-brainpoolp256r1", "EC with curve brainpoolP256r1"),
            ("pkcs8-ec-secp224r1", "EC with curve secp224r1"),
            ("pkcs8-ec-secp256k1", "EC with curve secp256k1"),
            ("pkcs8-ed448", "Ed448"),
            ("pkcs8-x25519", "X25519"),
            ("sec1-ec-p-256-explicit", "EC with explicit parameters"),
            ("sec1-ec-secp256k1", "EC with curve secp256k1"),
        ] {
            let got = parse(&block(&format!("{file}.pem"))).unwrap_err();
            assert_eq!(got, KeyError::Unsupported(want.to_owned()), "{file}");
        }
        for (file, want) in [
            ("dsa", "DSA"),
            ("ec-brainpoolp256r1", "EC with curve brainpoolP256r1"),
            ("ec-p-256-explicit", "EC with explicit parameters"),
            ("ec-secp256k1", "EC with curve secp256k1"),
            ("ed448", "Ed448"),
            ("x25519", "X25519"),
        ] {
            let got = public_key_der(&block(&format!("public-{file}.pem")).bytes).unwrap_err();
            assert_eq!(got, KeyError::Unsupported(want.to_owned()), "{file}");
        }
    }

    #[test]
    fn damaged_files_are_malformed_and_nothing_panics() {
        for file in [
            "encrypted-scrypt-aes256",
            "encrypted-sha256-aes256",
            "encrypted-sha256-des3",
            "legacy-ec-aes256",
            "pkcs1-rsa-1024",
            "pkcs8-ec-p-256",
            "pkcs8-ed25519-v2",
            "pkcs8-rsa-1024",
            "sec1-ec-p-521",
        ] {
            let whole = block(&format!("{file}.pem"));
            let is_legacy = !whole.headers.is_empty();
            let with = |bytes: Vec<u8>| Block {
                bytes,
                ..whole.clone()
            };
            for end in 0..whole.bytes.len() {
                let got = parse(&with(whole.bytes[..end].to_vec()));
                let is_malformed = matches!(got, Err(KeyError::Malformed(_)));
                assert!(is_malformed || is_legacy, "{file} cut at {end}: {got:?}");
            }
            let longer = parse(&with([&whole.bytes[..], &[0]].concat()));
            assert!(
                matches!(longer, Err(KeyError::Malformed(_))) || is_legacy,
                "{file}: longer"
            );
            for at in 0..whole.bytes.len().min(120) {
                let mut bytes = whole.bytes.clone();
                bytes[at] ^= 0x41;
                let _ = parse_der(&bytes);
                match parse(&with(bytes)) {
                    // Deriving a key is slow; every fifth byte still meets every field.
                    Ok(LockedKey::Locked(locked)) if at % 5 == 0 => drop(locked.unlock(b"secret")),
                    Ok(LockedKey::Locked(_)) => {}
                    Ok(LockedKey::Open(key, _)) => drop(public_half(&key)),
                    Err(_) => {}
                }
            }
        }
    }

    #[test]
    fn damaged_legacy_headers_are_named() {
        let whole = block("legacy-rsa-aes256.pem");
        for (value, want) in [
            ("AES-256-CBC", "DEK-Info initialisation vector"),
            ("AES-256-CBC,00", "DEK-Info initialisation vector"),
            ("AES-256-CBC,zz", "DEK-Info initialisation vector"),
            (
                "DES-EDE3-CBC,00112233445566778899aabbccddeeff",
                "DEK-Info initialisation vector",
            ),
        ] {
            let mut block = whole.clone();
            block.headers[1].1 = value.to_owned();
            let Ok(LockedKey::Locked(locked)) = parse(&block) else {
                panic!("{value}")
            };
            let got = locked.unlock(b"secret").unwrap_err();
            assert_eq!(got, DecryptError::Malformed(want.to_owned()), "{value}");
        }
        let mut block = whole.clone();
        block.headers.truncate(1);
        assert!(matches!(parse(&block), Err(KeyError::Malformed(_))));
        let mut block = whole;
        block.bytes.pop();
        let Ok(LockedKey::Locked(locked)) = parse(&block) else {
            panic!()
        };
        assert!(matches!(
            locked.unlock(b"secret"),
            Err(DecryptError::Malformed(_))
        ));
    }

    #[test]
    fn debug_hides_keys() {
        let key = open("pkcs8-ed25519.pem");
        assert_eq!(format!("{key:?}"), "PrivateKey::Ed25519(hidden)");
        let locked = format!("{:?}", locked("legacy-rsa-des3.pem"));
        assert!(locked.starts_with("Locked { container: Legacy"), "{locked}");
        assert!(!locked.contains('['), "{locked}");
    }

    #[test]
    fn private_labels() {
        for (label, want) in [
            ("PRIVATE KEY", true),
            ("RSA PRIVATE KEY", true),
            ("OPENSSH PRIVATE KEY", true),
            ("PUBLIC KEY", false),
            ("CERTIFICATE", false),
            ("EC PARAMETERS", false),
        ] {
            assert_eq!(is_private_label(label), want, "{label}");
        }
    }
}
