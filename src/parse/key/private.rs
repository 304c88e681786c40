//! From the DER of a private key to its numbers.

use pkcs8::der::asn1::{AnyRef, BitStringRef, ContextSpecific, OctetStringRef};
use pkcs8::der::{Decode, Reader, Tag, TagNumber, Tagged};
use pkcs8::{PrivateKeyInfoRef, der};
use zeroize::Zeroizing;

use crate::crypto::key::{PrivateKey, RsaParts};
use crate::crypto::{Curve, MlDsa, RsaUse, is_on_curve};
use crate::parse::key::algorithm::{EC, ED448, ED25519, RSA, RSA_PSS, curve, key_name, ml_dsa};
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
        oid if (oid == ED25519 || oid == ED448) || ml_dsa(oid).is_some() => {
            let name = key_name(oid);
            if info.algorithm.parameters.is_some() {
                return Err(KeyError::Malformed(format!(
                    "{name} with parameters, which it has not"
                )));
            }
            let public = public_bytes(info.public_key, &format!("{name} public key"))?;
            let public = public.map(<[u8]>::to_vec);
            match (ml_dsa(oid), oid) {
                (Some(set), _) => ml_dsa_key(set, private, public),
                (None, ED448) => Ok(PrivateKey::Ed448 { seed: seed(private, &name, 57)?, public }),
                _ => Ok(PrivateKey::Ed25519 { seed: seed(private, &name, 32)?, public }),
            }
        }
        other => Err(KeyError::Unsupported(key_name(other))),
    }
}

/// A seed, an expanded key, or both (RFC 9881 §6).
fn ml_dsa_key(set: MlDsa, der: &[u8], public: Option<Vec<u8>>) -> Result<PrivateKey, KeyError> {
    let octets = |any: AnyRef<'_>| Zeroizing::new(any.value().to_vec());
    let form = whole("ML-DSA private key", der, AnyRef::decode)?;
    let (seed, expanded) = match form.tag() {
        Tag::ContextSpecific { constructed: false, number: TagNumber(0) } => {
            (Some(octets(form)), None)
        }
        Tag::OctetString => (None, Some(octets(form))),
        Tag::Sequence => {
            let (seed, expanded) = whole("ML-DSA private key", der, |reader| {
                reader.sequence(|inner| {
                    let part = |bytes: &OctetStringRef| Zeroizing::new(bytes.as_bytes().to_vec());
                    let seed = part(<&OctetStringRef>::decode(inner)?);
                    Ok((seed, part(<&OctetStringRef>::decode(inner)?)))
                })
            })?;
            (Some(seed), Some(expanded))
        }
        _ => return Err(malformed("ML-DSA private key of an unknown form")),
    };
    let of_size =
        |part: Option<&Zeroizing<Vec<u8>>>, size| part.is_none_or(|part| part.len() == size);
    if !of_size(seed.as_ref(), 32) || !of_size(expanded.as_ref(), set.expanded_bytes()) {
        return Err(KeyError::Malformed(format!("{set} private key has not the right length")));
    }
    Ok(PrivateKey::MlDsa { set, seed, expanded, public })
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
            // Version 1 has more primes at the end.
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
    // Some writers put a sign byte in front. OpenSSL accepts this.
    if scalar.iter().skip_while(|byte| **byte == 0).count() > curve.field_bytes() {
        return Err(malformed("EC private key is longer than its curve"));
    }
    let public = public_bytes(public.map(|field| field.value), "EC public key")?;
    if public.is_some_and(|point| !is_on_curve(curve, point)) {
        return Err(malformed("its public half is not a point of its curve"));
    }
    Ok(PrivateKey::Ec { curve, scalar, public: public.map(<[u8]>::to_vec) })
}

/// `CurvePrivateKey` (RFC 8410 §7).
fn seed(der: &[u8], name: &str, size: usize) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let seed = whole("CurvePrivateKey", der, <&OctetStringRef>::decode)?.as_bytes();
    if seed.len() != size {
        return Err(KeyError::Malformed(format!("{name} private key is not {size} bytes long")));
    }
    Ok(Zeroizing::new(seed.to_vec()))
}

/// The bytes of a public key beside the private one.
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
