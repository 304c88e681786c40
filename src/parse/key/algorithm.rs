//! Key algorithms and curves by their object identifiers.

use pkcs8::ObjectIdentifier;
use pkcs8::der::asn1::AnyRef;
use pkcs8::der::{Tag, Tagged};

use crate::crypto::Curve;
use crate::parse::key::KeyError;
use crate::parse::key::der::malformed;

/// The curve that `ECParameters` name (RFC 5480 §2.1.1).
pub(super) fn curve(parameters: Option<AnyRef<'_>>) -> Result<Curve, KeyError> {
    let parameters = parameters.ok_or_else(|| malformed("EC key without a curve"))?;
    let oid = match parameters.tag() {
        Tag::ObjectIdentifier => parameters.decode_as::<ObjectIdentifier>(),
        Tag::Sequence => {
            return Err(KeyError::Unsupported("EC with explicit parameters".to_owned()));
        }
        _ => return Err(malformed("EC parameters name no curve")),
    };
    match oid.map_err(|error| KeyError::Malformed(format!("EC curve: {error}")))? {
        P256 => Ok(Curve::P256),
        P384 => Ok(Curve::P384),
        P521 => Ok(Curve::P521),
        other => Err(KeyError::Unsupported(format!("EC with curve {}", name_in(CURVES, other)))),
    }
}

/// The name of a key algorithm, or its OID.
pub(super) fn key_name(oid: ObjectIdentifier) -> String {
    name_in(KEY_ALGORITHMS, oid)
}

/// Looks an OID up; itself when it is unknown.
fn name_in(table: &[(&str, &str)], oid: ObjectIdentifier) -> String {
    let text = oid.to_string();
    let name = table.iter().find(|(known, _)| *known == text);
    name.map_or(text, |(_, name)| (*name).to_owned())
}

/// rsaEncryption (RFC 3279 §2.3.1).
pub(super) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// id-ea-rsa of X.509 annex F, which OpenSSL takes for rsaEncryption.
pub(super) const X500_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.8.1.1");

/// id-RSASSA-PSS (RFC 4055 §1.2): an RSA key restricted to PSS.
pub(super) const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// id-ecPublicKey (RFC 5480 §2.1.1).
pub(super) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// id-Ed25519 (RFC 8410 §3).
pub(super) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

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
