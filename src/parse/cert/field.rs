//! Where a field of a certificate lies, found by walking the DER.

use std::fmt;

use x509_parser::asn1_rs::Any;
use x509_parser::asn1_rs::FromDer;
use x509_parser::certificate::X509Certificate;

use crate::parse::cert::CertError;
use crate::parse::cert::validity::strict_validity;
use crate::parse::der::BIT_STRING;
use crate::parse::der::Element;
use crate::parse::der::SEQUENCE;
use crate::parse::der::span;
use crate::parse::der::tagged;
use crate::parse::oid;
use crate::parse::shape;

/// Checks that every OBJECT IDENTIFIER outside the values of extensions is in its only DER form:
/// x509-parser reads `55 1d 93` as it reads `55 1d 13`, OpenSSL refuses the whole certificate.
pub(super) fn strict_oids(der: &[u8], parsed: &X509Certificate<'_>) -> Result<(), CertError> {
    let tbs = &parsed.tbs_certificate;
    let extensions = tbs.extensions().iter();
    let key = &tbs.subject_pki.algorithm.algorithm;
    let fixed = [
        (
            "signatureAlgorithm",
            parsed.signature_algorithm.algorithm.clone(),
        ),
        ("signature", tbs.signature.algorithm.clone()),
        ("subjectPublicKeyInfo", key.clone()),
    ];
    let issuer = tbs
        .issuer
        .iter_attributes()
        .map(|a| ("issuer", a.attr_type().clone()));
    let subject = tbs
        .subject
        .iter_attributes()
        .map(|a| ("subject", a.attr_type().clone()));
    let extensions = extensions.map(|e| ("extensions", e.oid.clone()));
    let mut all = fixed
        .into_iter()
        .chain(issuer)
        .chain(subject)
        .chain(extensions);
    let malformed = all.find(|(_, oid)| oid::dotted(oid.as_bytes()).is_none());
    malformed.map_or(Ok(()), |(field, oid)| {
        Err(CertError {
            field,
            at: span(der, oid.as_bytes()).start,
            reason: format!("{} is no OID in DER", oid::text(&oid)),
        })
    })
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

#[cfg(test)]
mod tests {
    use crate::parse::cert::Certificate;
    use crate::parse::pem;

    /// A number without its end, in an attribute type, an extension, an algorithm, a key.
    #[test]
    fn malformed_identifiers_are_refused_where_they_stand() {
        let file = include_bytes!("../../../testdata/cert/healthy.pem");
        let scanned = pem::scan(file);
        let good = &scanned.blocks[0].as_ref().unwrap().bytes;
        assert!(Certificate::parse(good).is_ok());
        for (identifier, field) in [
            // CN: in the issuer's name first.
            (&b"\x06\x03\x55\x04\x03"[..], "issuer"),
            // OU, which only the subject has.
            (b"\x06\x03\x55\x04\x0b", "subject"),
            // keyUsage.
            (b"\x06\x03\x55\x1d\x0f", "extensions"),
            // sha256WithRSAEncryption.
            (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", "signature"),
            // rsaEncryption.
            (
                b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01",
                "subjectPublicKeyInfo",
            ),
        ] {
            let mut windows = good.windows(identifier.len());
            let at = windows.position(|window| window == identifier).unwrap();
            let mut copy = good.clone();
            copy[at + identifier.len() - 1] |= 0x80;
            let error = Certificate::parse(&copy).unwrap_err();
            assert_eq!((error.field, error.at), (field, at + 2), "{error}");
        }
    }
}
