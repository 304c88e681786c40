//! Where a field of a certificate lies, found by walking the DER.

use std::fmt;

use x509_parser::asn1_rs::Any;
use x509_parser::asn1_rs::FromDer;

use crate::parse::cert::CertError;
use crate::parse::cert::validity::strict_validity;
use crate::parse::der::BIT_STRING;
use crate::parse::der::Element;
use crate::parse::der::SEQUENCE;
use crate::parse::der::span;
use crate::parse::der::tagged;
use crate::parse::shape;

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

/// One element of `bytes`, a part of `der`, in the form of DER: x509-parser takes 0x10 for a
/// SEQUENCE, and lengths that are not the shortest.
fn element<'a>(
    der: &[u8],
    bytes: &'a [u8],
    tag: u8,
    field: &'static str,
) -> Result<Element<'a>, CertError> {
    tagged(bytes, tag).ok_or_else(|| CertError {
        field,
        at: span(der, bytes).start,
        reason: "cut short, or its tag or length is not in the one form of DER".to_owned(),
    })
}

/// Checks what stands outside the signed part, which nobody signed: only one encoding of it is
/// taken. Gives where the signed part lies, and the content of the outer algorithm.
pub(super) fn strict_outside(der: &[u8]) -> Result<(std::ops::Range<usize>, &[u8]), CertError> {
    let fail = |at: &[u8], reason: String| CertError {
        field: "signatureValue",
        at: span(der, at).start,
        reason,
    };
    let outer = element(der, der, SEQUENCE, "certificate")?;
    let signed = element(der, outer.content, SEQUENCE, "tbsCertificate")?;
    let algorithm = element(der, signed.rest, SEQUENCE, "signatureAlgorithm")?;
    let bits = element(der, algorithm.rest, BIT_STRING, "signatureValue")?;
    if !bits.rest.is_empty() {
        let reason = format!("{} bytes follow it", bits.rest.len());
        return Err(fail(bits.rest, reason));
    }
    match bits.content.first() {
        Some(0) => Ok((span(der, signed.whole), algorithm.content)),
        Some(unused) => Err(fail(bits.content, format!("{unused} unused bits"))),
        None => Err(fail(bits.content, "empty".to_owned())),
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
