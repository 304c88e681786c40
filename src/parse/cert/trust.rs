//! What OpenSSL writes behind a certificate: its trust settings.

use x509_parser::asn1_rs::{Any, FromDer, Tag};

use crate::parse::cert::extension::oids_in;

/// The trust settings of OpenSSL, which follow the certificate in a `TRUSTED CERTIFICATE` block.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TrustSettings {
    /// Trusted only for these purposes, dotted OIDs. Empty if there is no such list.
    pub trusted: Vec<String>,
    /// Rejected for these purposes.
    pub rejected: Vec<String>,
}

/// `X509_CERT_AUX`: `SEQUENCE { trust SEQUENCE OF OID OPTIONAL, reject [0] SEQUENCE OF OID
/// OPTIONAL, alias UTF8String OPTIONAL, keyid OCTET STRING OPTIONAL, other [1] OPTIONAL }`.
pub(super) fn parse_trust(der: &[u8]) -> Option<TrustSettings> {
    let (rest, aux) = Any::from_der(der).ok()?;
    (rest.is_empty() && aux.tag() == Tag::Sequence).then_some(())?;
    let mut settings = TrustSettings::default();
    let mut content = aux.data;
    while !content.is_empty() {
        let (rest, field) = Any::from_der(content).ok()?;
        if field.header.is_universal() && field.tag() == Tag::Sequence {
            settings.trusted = oids_in(field.data)?;
        } else if field.header.is_contextspecific() && field.tag().0 == 0 {
            settings.rejected = oids_in(field.data)?;
        }
        content = rest;
    }
    Some(settings)
}
