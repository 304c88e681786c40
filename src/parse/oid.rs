//! Names of object identifiers.

use std::fmt::Write as _;

use x509_parser::asn1_rs::Oid;

use crate::text::hex::hex;

/// Attribute types: dotted OID, the short name of OpenSSL, whether RFC 4514 §3 lists it.
const ATTRIBUTES: &[(&str, &str, bool)] = &[
    ("0.9.2342.19200300.100.1.1", "UID", true),
    ("0.9.2342.19200300.100.1.25", "DC", true),
    ("1.2.840.113549.1.9.1", "emailAddress", false),
    ("1.2.840.113549.1.9.2", "unstructuredName", false),
    ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL", false),
    ("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST", false),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC", false),
    ("2.5.4.10", "O", true),
    ("2.5.4.11", "OU", true),
    ("2.5.4.12", "title", false),
    ("2.5.4.13", "description", false),
    ("2.5.4.15", "businessCategory", false),
    ("2.5.4.17", "postalCode", false),
    ("2.5.4.3", "CN", true),
    ("2.5.4.4", "SN", false),
    ("2.5.4.41", "name", false),
    ("2.5.4.42", "GN", false),
    ("2.5.4.43", "initials", false),
    ("2.5.4.44", "generationQualifier", false),
    ("2.5.4.45", "x500UniqueIdentifier", false),
    ("2.5.4.46", "dnQualifier", false),
    ("2.5.4.5", "serialNumber", false),
    ("2.5.4.6", "C", true),
    ("2.5.4.65", "pseudonym", false),
    ("2.5.4.7", "L", true),
    ("2.5.4.8", "ST", true),
    ("2.5.4.9", "street", false),
    ("2.5.4.97", "organizationIdentifier", false),
];

/// Extensions and extended key usages: dotted OID, name.
const NAMES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.9.14", "extensionRequest"),
    ("1.3.6.1.4.1.11129.2.4.2", "signedCertificateTimestamps"),
    ("1.3.6.1.4.1.11129.2.4.3", "ctPoison"),
    ("1.3.6.1.4.1.311.10.3.4", "encryptedFileSystem"),
    ("1.3.6.1.4.1.311.20.2", "certificateTemplateName"),
    ("1.3.6.1.4.1.311.20.2.2", "smartcardLogon"),
    ("1.3.6.1.4.1.311.20.2.3", "userPrincipalName"),
    ("1.3.6.1.4.1.311.21.1", "caVersion"),
    ("1.3.6.1.4.1.311.21.7", "certificateTemplate"),
    ("1.3.6.1.4.1.3536.1.222", "proxyCertInfo (draft)"),
    ("1.3.6.1.4.1.8005.100.100.10", "vomsCertificates"),
    ("1.3.6.1.4.1.8005.100.100.11", "vomsGenericAttributes"),
    ("1.3.6.1.4.1.8005.100.100.5", "vomsAttributes"),
    ("1.3.6.1.5.5.7.1.1", "authorityInfoAccess"),
    ("1.3.6.1.5.5.7.1.11", "subjectInfoAccess"),
    ("1.3.6.1.5.5.7.1.14", "proxyCertInfo"),
    ("1.3.6.1.5.5.7.1.24", "tlsFeature"),
    ("1.3.6.1.5.5.7.1.3", "qcStatements"),
    ("1.3.6.1.5.5.7.1.7", "ipAddrBlocks"),
    ("1.3.6.1.5.5.7.1.8", "autonomousSysIds"),
    ("1.3.6.1.5.5.7.3.1", "serverAuth"),
    ("1.3.6.1.5.5.7.3.2", "clientAuth"),
    ("1.3.6.1.5.5.7.3.3", "codeSigning"),
    ("1.3.6.1.5.5.7.3.4", "emailProtection"),
    ("1.3.6.1.5.5.7.3.8", "timeStamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
    ("1.3.6.1.5.5.7.48.1.5", "ocspNoCheck"),
    ("2.16.840.1.113730.1.1", "netscapeCertType"),
    ("2.16.840.1.113730.1.13", "netscapeComment"),
    ("2.16.840.1.113730.1.2", "netscapeBaseUrl"),
    ("2.16.840.1.113730.1.3", "netscapeRevocationUrl"),
    ("2.16.840.1.113730.1.4", "netscapeCaRevocationUrl"),
    ("2.16.840.1.113730.1.8", "netscapeCaPolicyUrl"),
    ("2.5.29.14", "subjectKeyIdentifier"),
    ("2.5.29.15", "keyUsage"),
    ("2.5.29.16", "privateKeyUsagePeriod"),
    ("2.5.29.17", "subjectAltName"),
    ("2.5.29.18", "issuerAltName"),
    ("2.5.29.19", "basicConstraints"),
    ("2.5.29.20", "cRLNumber"),
    ("2.5.29.30", "nameConstraints"),
    ("2.5.29.31", "cRLDistributionPoints"),
    ("2.5.29.32", "certificatePolicies"),
    ("2.5.29.32.0", "anyPolicy"),
    ("2.5.29.33", "policyMappings"),
    ("2.5.29.35", "authorityKeyIdentifier"),
    ("2.5.29.36", "policyConstraints"),
    ("2.5.29.37", "extKeyUsage"),
    ("2.5.29.37.0", "anyExtendedKeyUsage"),
    ("2.5.29.46", "freshestCRL"),
    ("2.5.29.54", "inhibitAnyPolicy"),
    ("2.5.29.55", "targetInformation"),
    ("2.5.29.56", "noRevAvail"),
    ("2.5.29.9", "subjectDirectoryAttributes"),
];

/// The dotted form of the content of an OBJECT IDENTIFIER. `None` if it is not in its single DER
/// form: the last number is complete, and none starts with zero bits (X.690 §8.19.2).
///
/// Numbers beyond 128 bits, which no real OID has, are written like malformed ones by [`text`].
pub fn dotted(content: &[u8]) -> Option<String> {
    let ends = content.last().is_some_and(|byte| byte & 0x80 == 0);
    let mut numbers = content.split_inclusive(|byte| byte & 0x80 == 0);
    let padded = numbers.any(|digits| digits.first() == Some(&0x80));
    (ends && !padded).then(|| decimal(content).unwrap_or_else(|| raw(content)))
}

/// The [`dotted`] form. If it is malformed, its bytes, so that it equals no other.
pub fn text(oid: &Oid<'_>) -> String {
    dotted(oid.as_bytes()).unwrap_or_else(|| raw(oid.as_bytes()))
}

fn raw(content: &[u8]) -> String {
    format!("#{}", hex(content))
}

/// The first number stands for two: 40 times the first (0, 1 or 2) plus the second. The second can
/// be 40 or more only if the first is 2 (X.690 §8.19.4).
fn decimal(content: &[u8]) -> Option<String> {
    let mut out = String::with_capacity(content.len() * 3);
    for (at, digits) in content.split_inclusive(|byte| byte & 0x80 == 0).enumerate() {
        let number = digits.iter().try_fold(0_u128, |sum, digit| {
            sum.checked_mul(128).map(|sum| sum | u128::from(digit & 0x7f))
        })?;
        let written = if at == 0 {
            let first = (number / 40).min(2);
            write!(out, "{first}.{}", number - first * 40)
        } else {
            write!(out, ".{number}")
        };
        written.ok()?;
    }
    Some(out)
}

/// OpenSSL's short name of an attribute type.
pub fn attribute(oid: &str) -> Option<&'static str> {
    ATTRIBUTES.iter().find(|row| row.0 == oid).map(|row| row.1)
}

/// Whether RFC 4514 §3 lists the attribute type, so that python's `cryptography` names it.
pub fn in_rfc4514(oid: &str) -> bool {
    ATTRIBUTES.iter().any(|row| row.0 == oid && row.2)
}

/// The name of an extension or extended key usage. If it is not known, the dotted OID.
pub fn name(oid: &str) -> &str {
    NAMES.iter().find(|row| row.0 == oid).map_or(oid, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_encoding_of_an_identifier() {
        let large = [&[0x69][..], &[0x83], &[0xff; 17], &[0x7f]].concat();
        let larger = [&[0x69][..], &[0x84], &[0xff; 17], &[0x7f]].concat();
        for (content, expected) in [
            (&[0x00][..], Some("0.0")),
            (&[0x27], Some("0.39")),
            (&[0x28], Some("1.0")),
            (&[0x55, 0x1d, 0x13], Some("2.5.29.19")),
            (&[0x2a, 0x86, 0x48], Some("1.2.840")),
            (&[0x4f], Some("1.39")),
            (&[0x50], Some("2.0")),
            // 40 and more below 2.
            (&[0x78], Some("2.40")),
            (&[0x88, 0x37, 0x03], Some("2.999.3")),
            (&large, Some("2.25.340282366920938463463374607431768211455")),
            (&larger, Some("#6984ffffffffffffffffffffffffffffffffff7f")),
            // A number without its end.
            (&[0x55, 0x1d, 0x93], None),
            (&[0x85], None),
            // Zero bits before one.
            (&[0x55, 0x80, 0x1d, 0x13], None),
            (&[0x80, 0x55], None),
            (&[], None),
        ] {
            assert_eq!(dotted(content).as_deref(), expected, "{content:02x?}");
        }
    }

    #[test]
    fn what_is_malformed_is_like_nothing_else() {
        let text = |content: &[u8]| text(&Oid::new(content.into()));
        assert_eq!(text(&[0x55, 0x1d, 0x13]), "2.5.29.19");
        assert_eq!(text(&[0x55, 0x1d, 0x93]), "#551d93");
    }
}
