//! Key algorithms and curves by their object identifiers.

use pkcs8::ObjectIdentifier;
use pkcs8::der::asn1::AnyRef;
use pkcs8::der::{Tag, Tagged};

use crate::crypto::{Curve, MlDsa, Scheme, algorithm};
use crate::parse::key::der::malformed;
use crate::parse::key::error::KeyError;

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
        other => Err(KeyError::Unsupported(format!("EC with curve {}", key_name(other)))),
    }
}

/// The name of a key algorithm or a curve, or its OID.
pub(super) fn key_name(oid: ObjectIdentifier) -> String {
    algorithm::name(&oid.to_string()).to_owned()
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

/// id-Ed448 (RFC 8410 §3).
pub(super) const ED448: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.113");

/// The parameter set of an ML-DSA key (RFC 9881 §2).
pub(super) fn ml_dsa(oid: ObjectIdentifier) -> Option<MlDsa> {
    match algorithm::scheme(&oid.to_string()) {
        Some(Scheme::MlDsa(set)) => Some(set),
        _ => None,
    }
}

/// secp256r1 (RFC 5480 §2.1.1.1).
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// secp384r1.
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// secp521r1.
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
