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
