//! Where a field of a certificate lies, found by walking the DER.

use std::fmt;

use x509_parser::asn1_rs::Any;
use x509_parser::asn1_rs::FromDer;

use crate::parse::cert::CertError;
use crate::parse::cert::validity::strict_validity;
use crate::parse::shape;

/// Where `part`, a slice of `whole`, lies in it.
pub(super) fn span(whole: &[u8], part: &[u8]) -> std::ops::Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    start..start + part.len()
}

/// Finds the content of the field `wanted` (from [`FIELDS`]) by walking the DER.
pub(super) fn walk<'a>(der: &'a [u8], wanted: &str) -> Result<&'a [u8], CertError> {
    let here = |content: &[u8]| span(der, content).start;
    let fail = |field: &'static str, content: &[u8], reason: &str| CertError {
        field,
        at: here(content),
        reason: reason.to_owned(),
    };
    let (_, outer) = Any::from_der(der).map_err(|_| fail("certificate", der, "not DER"))?;
    let (_, tbs) = Any::from_der(outer.data)
        .map_err(|_| fail("tbsCertificate", outer.data, "not DER, or cut short"))?;
    let mut content = tbs.data;
    if let Ok((rest, version)) = Any::from_der(content) {
        if version.header.is_contextspecific() && version.tag().0 == 0 {
            content = rest;
        }
    }
    for field in FIELDS {
        let (rest, value) =
            Any::from_der(content).map_err(|_| fail(field, content, "not DER, or cut short"))?;
        if *field == wanted {
            return Ok(value.data);
        }
        content = rest;
    }
    Err(fail("tbsCertificate", content, "a field is missing"))
}

/// The fields of TBSCertificate up to the validity, by name; `version` is optional.
const FIELDS: &[&str] = &[
    "serialNumber",
    "signature",
    "issuer",
    "validity",
    "subject",
    "subjectPublicKeyInfo",
];

/// All of an element, its content, and what follows it.
type Element<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// One element of `bytes`, a part of `der`: all of it, its content, and what follows. Its first
/// byte must be `tag` and its length the shortest form of DER (X.690 §10.1), which x509-parser
/// does not insist on: it takes 0x10 for a SEQUENCE, too.
fn element<'a>(
    der: &[u8],
    bytes: &'a [u8],
    tag: u8,
    field: &'static str,
) -> Result<Element<'a>, CertError> {
    let fail = |reason: &str| CertError {
        field,
        at: span(der, bytes).start,
        reason: reason.to_owned(),
    };
    let (rest, value) = Any::from_der(bytes).map_err(|_| fail("not DER, or cut short"))?;
    let whole = bytes.get(..bytes.len() - rest.len()).unwrap_or_default();
    let length_bytes = match value.data.len() {
        0..0x80 => 0,
        long => long.to_be_bytes().iter().skip_while(|b| **b == 0).count(),
    };
    if whole.first() != Some(&tag) || whole.len() != 2 + length_bytes + value.data.len() {
        return Err(fail("its tag or length is not in the shortest form"));
    }
    Ok((whole, value.data, rest))
}

/// Tag byte of a SEQUENCE.
const SEQUENCE: u8 = 0x30;
/// Tag byte of a BIT STRING.
const BIT_STRING: u8 = 0x03;

/// Checks what stands outside the signed part, which nobody signed: only one encoding of it is
/// taken. Gives where the signed part lies, and the content of the outer algorithm.
pub(super) fn strict_outside(der: &[u8]) -> Result<(std::ops::Range<usize>, &[u8]), CertError> {
    let fail = |at: &[u8], reason: String| CertError {
        field: "signatureValue",
        at: span(der, at).start,
        reason,
    };
    let (_, content, _) = element(der, der, SEQUENCE, "certificate")?;
    let (signed, _, rest) = element(der, content, SEQUENCE, "tbsCertificate")?;
    let (_, algorithm, rest) = element(der, rest, SEQUENCE, "signatureAlgorithm")?;
    let (_, bits, end) = element(der, rest, BIT_STRING, "signatureValue")?;
    if !end.is_empty() {
        return Err(fail(end, format!("{} bytes follow it", end.len())));
    }
    match bits.first() {
        Some(0) => Ok((span(der, signed), algorithm)),
        Some(unused) => Err(fail(bits, format!("{unused} unused bits"))),
        None => Err(fail(bits, "empty".to_owned())),
    }
}

/// Why x509-parser refused `der`: our own walk finds the field.
pub(super) fn diagnose(der: &[u8], error: &impl fmt::Debug) -> CertError {
    if let Some((says, has)) = shape::truncated_der(der) {
        let reason = format!("truncated: DER says {says} bytes, there are {has}");
        return CertError {
            field: "certificate",
            at: 0,
            reason,
        };
    }
    if let Err(found) = strict_validity(der) {
        return found;
    }
    if let Err(found) = walk(der, "subjectPublicKeyInfo") {
        return found;
    }
    let reason = format!("malformed: {error:?}").chars().take(120).collect();
    CertError {
        field: "certificate",
        at: 0,
        reason,
    }
}
