//! DER of a private key to its numbers.

use pkcs8::der::asn1::{AnyRef, BitStringRef, ContextSpecific, OctetStringRef};
use pkcs8::der::{Decode, Reader, TagNumber};
use pkcs8::{PrivateKeyInfoRef, der};
use zeroize::Zeroizing;

use crate::crypto::key::{PrivateKey, RsaParts};
use crate::crypto::{Curve, RsaUse, is_on_curve};
use crate::parse::key::algorithm::{EC, ED25519, RSA, RSA_PSS, curve, key_name};
use crate::parse::key::der::{der_or_ber, malformed, natural, whole};
use crate::parse::key::error::KeyError;
use crate::parse::key::public::{check_rsa, pss_use};

/// `PrivateKeyInfo` (RFC 5208) or `OneAsymmetricKey` (RFC 5958).
pub(super) fn pkcs8_key(der: &[u8]) -> Result<PrivateKey, KeyError> {
    der_or_ber(der, pkcs8_key_der)
}

fn pkcs8_key_der(der: &[u8]) -> Result<PrivateKey, KeyError> {
    let info = whole("PrivateKeyInfo", der, PrivateKeyInfoRef::decode)?;
    let private = info.private_key.as_bytes();
    match info.algorithm.oid {
        RSA => pkcs1(private),
        RSA_PSS => match pkcs1(private)? {
            PrivateKey::Rsa(parts) => {
                let usage = pss_use(info.algorithm.parameters)?;
                Ok(PrivateKey::Rsa(RsaParts { usage, ..parts }))
            }
            other => Ok(other),
        },
        EC => sec1(private, Some(curve(info.algorithm.parameters)?)),
        ED25519 if info.algorithm.parameters.is_some() => {
            Err(malformed("Ed25519 with parameters, which it has not"))
        }
        ED25519 => ed25519(private, public_bytes(info.public_key, "Ed25519 public key")?),
        other => Err(KeyError::Unsupported(key_name(other))),
    }
}

/// `RSAPrivateKey` (RFC 8017 §A.1.2).
pub(super) fn pkcs1(der: &[u8]) -> Result<PrivateKey, KeyError> {
    der_or_ber(der, pkcs1_der)
}

fn pkcs1_der(der: &[u8]) -> Result<PrivateKey, KeyError> {
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
                usage: RsaUse::Any,
            };
            // Version 1 goes on with further primes.
            let others: Option<AnyRef<'_>> = if version == 1 { inner.decode()? } else { None };
            Ok((version, (parts, others.is_some())))
        })
    })?;
    let (parts, has_others) = parts;
    match (version, has_others) {
        (0, _) if *parts.prime1 == [0] || *parts.prime2 == [0] => {
            Err(KeyError::Unsupported("RSA key without its primes".to_owned()))
        }
        (0, _) => check_rsa(&parts.modulus, &parts.exponent).map(|()| PrivateKey::Rsa(parts)),
        (1, true) => Err(KeyError::Unsupported("multi-prime RSA".to_owned())),
        _ => Err(KeyError::Malformed(format!("RSAPrivateKey version {version}"))),
    }
}

/// `ECPrivateKey` (RFC 5915 §3). `outer` is the curve that PKCS#8 states.
pub(super) fn sec1(der: &[u8], outer: Option<Curve>) -> Result<PrivateKey, KeyError> {
    der_or_ber(der, |der| sec1_der(der, outer))
}

fn sec1_der(der: &[u8], outer: Option<Curve>) -> Result<PrivateKey, KeyError> {
    let (version, scalar, inner, public) = whole("ECPrivateKey", der, |reader| {
        reader.sequence(|inner| {
            Ok((
                inner.decode::<u8>()?,
                Zeroizing::new(<&OctetStringRef>::decode(inner)?.as_bytes().to_vec()),
                ContextSpecific::<AnyRef<'_>>::decode_explicit(inner, TagNumber(0))?,
                ContextSpecific::<BitStringRef<'_>>::decode_explicit(inner, TagNumber(1))?,
            ))
        })
    })?;
    if version != 1 {
        return Err(KeyError::Malformed(format!("ECPrivateKey version {version}")));
    }
    let inner = inner.map(|field| curve(Some(field.value))).transpose()?;
    if outer.is_some() && inner.is_some() && outer != inner {
        return Err(malformed("ECPrivateKey and PKCS#8 name different curves"));
    }
    let curve = outer.or(inner).ok_or_else(|| malformed("EC key without a curve"))?;
    // Some writers put a sign byte in front, and OpenSSL takes it.
    if scalar.iter().skip_while(|byte| **byte == 0).count() > curve.field_bytes() {
        return Err(malformed("EC private key is longer than its curve"));
    }
    let public = public_bytes(public.map(|field| field.value), "EC public key")?;
    if public.is_some_and(|point| !is_on_curve(curve, point)) {
        return Err(malformed("its public half is not a point of its curve"));
    }
    Ok(PrivateKey::Ec { curve, scalar, public: public.map(<[u8]>::to_vec) })
}

/// `CurvePrivateKey` (RFC 8410 §7). `public` is what a version 2 file states beside it.
fn ed25519(der: &[u8], public: Option<&[u8]>) -> Result<PrivateKey, KeyError> {
    let seed = whole("CurvePrivateKey", der, <&OctetStringRef>::decode)?.as_bytes();
    if seed.len() != 32 {
        return Err(malformed("Ed25519 private key is not 32 bytes long"));
    }
    Ok(PrivateKey::Ed25519 {
        seed: Zeroizing::new(seed.to_vec()),
        public: public.map(<[u8]>::to_vec),
    })
}

/// The bytes of a public key that stands beside the private one.
fn public_bytes<'a>(
    bits: Option<BitStringRef<'a>>,
    what: &str,
) -> Result<Option<&'a [u8]>, KeyError> {
    bits.map(|bits| bits.as_bytes().ok_or_else(|| malformed(what))).transpose()
}

/// As [`natural`], wiped when dropped.
fn secret<'a>(reader: &mut impl Reader<'a>) -> der::Result<Zeroizing<Vec<u8>>> {
    natural(reader).map(Zeroizing::new)
}
