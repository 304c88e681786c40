//! The public key of a certificate.

use pkcs8::SubjectPublicKeyInfoRef;
use pkcs8::der::asn1::AnyRef;
use pkcs8::der::{Decode, Encode, Reader};
use x509_parser::asn1_rs::{Any, FromDer};
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::crypto::{Curve, PublicKey, RsaUse, Scheme, is_on_curve};
use crate::parse::key::algorithm::{
    EC, ED448, ED25519, RSA, RSA_PSS, X500_RSA, curve, key_name, ml_dsa,
};
use crate::parse::key::der::{malformed, natural, whole};
use crate::parse::key::error::KeyError;
use crate::parse::signature::pss_scheme;

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
    let spki = whole("SubjectPublicKeyInfo", spki, SubjectPublicKeyInfoRef::decode)?;
    let bits = spki.subject_public_key.as_bytes().ok_or_else(|| malformed("public key bits"))?;
    match spki.algorithm.oid {
        RSA | X500_RSA => rsa_public(bits, RsaUse::Any),
        RSA_PSS => rsa_public(bits, pss_use(spki.algorithm.parameters)?),
        EC => ec_public(curve(spki.algorithm.parameters)?, bits),
        ED25519 => sized(&spki, 32).map(PublicKey::Ed25519),
        ED448 => sized(&spki, 57).map(PublicKey::Ed448),
        other => match ml_dsa(other) {
            Some(set) => sized(&spki, set.key_bytes()).map(|key| PublicKey::MlDsa { set, key }),
            None => Err(KeyError::Unsupported(key_name(other))),
        },
    }
}

/// A key of this length, whose algorithm has no parameters (RFC 8410 §3, RFC 9881 §2).
fn sized(spki: &SubjectPublicKeyInfoRef<'_>, size: usize) -> Result<Vec<u8>, KeyError> {
    let name = key_name(spki.algorithm.oid);
    if spki.algorithm.parameters.is_some() {
        return Err(KeyError::Malformed(format!("{name} with parameters, which it has not")));
    }
    let bits = spki.subject_public_key.raw_bytes();
    if bits.len() != size {
        return Err(KeyError::Malformed(format!("{name} public key is not {size} bytes long")));
    }
    Ok(bits.to_vec())
}

/// `RSAPublicKey` (RFC 8017 §A.1.1).
fn rsa_public(der: &[u8], usage: RsaUse) -> Result<PublicKey, KeyError> {
    let (modulus, exponent) = whole("RSAPublicKey", der, |reader| {
        reader.sequence(|inner| Ok((natural(inner)?, natural(inner)?)))
    })?;
    check_rsa(&modulus, &exponent)?;
    Ok(PublicKey::Rsa { modulus, exponent, usage })
}

/// The uses that the parameters of id-RSASSA-PSS allow (RFC 4055 §1.2).
pub(super) fn pss_use(parameters: Option<AnyRef<'_>>) -> Result<RsaUse, KeyError> {
    let Some(parameters) = parameters else {
        return Ok(RsaUse::Pss);
    };
    let der = parameters.to_der().map_err(|_| malformed("RSA-PSS parameters"))?;
    let (_, any) = Any::from_der(&der).map_err(|_| malformed("RSA-PSS parameters"))?;
    match pss_scheme(&any) {
        Some(Scheme::RsaPss { hash, mask, salt_bytes }) => {
            Ok(RsaUse::PssWith { hash, mask, min_salt_bytes: salt_bytes })
        }
        _ => Err(KeyError::Unsupported(
            "RSA-PSS with parameters that certok does not know".to_owned(),
        )),
    }
}

/// The minimum requirements for an RSA public key. Its strength is judged elsewhere.
pub(super) fn check_rsa(modulus: &[u8], exponent: &[u8]) -> Result<(), KeyError> {
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
        return Err(KeyError::Malformed(format!("EC public key is not a point of {curve}")));
    }
    Ok(PublicKey::Ec { curve, point: point.to_vec() })
}
