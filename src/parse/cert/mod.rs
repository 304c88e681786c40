//! X.509 certificates (RFC 5280 §4), owned, with the fields that judgement needs.

mod error;
mod extension;
mod general_name;
mod name_constraints;
mod policy;
mod trust;
mod validity;

use std::fmt;

use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::nom::Parser;

use crate::crypto::PublicKey;
use crate::crypto::verdicts::Verdicts;
use crate::parse::asn1::certificate::CERTIFICATE;
pub use crate::parse::cert::error::CertError;
use crate::parse::cert::extension::extensions;
pub use crate::parse::cert::extension::{
    BasicConstraints, CRL_SIGN, DIGITAL_SIGNATURE, Extension, Extensions, KEY_AGREEMENT,
    KEY_CERT_SIGN, KEY_ENCIPHERMENT, KEY_USAGES,
};
pub use crate::parse::cert::general_name::{GeneralName, is_host, mailbox};
pub use crate::parse::cert::name_constraints::{NameConstraints, Subtree};
pub use crate::parse::cert::policy::{
    ANY_POLICY, PolicyConstraints, has_qualifier, unknown_qualifier,
};
pub use crate::parse::cert::trust::TrustSettings;
use crate::parse::cert::trust::parse_trust;
pub use crate::parse::cert::validity::Validity;
use crate::parse::der::{INTEGER, Reader, SEQUENCE, constructed, span};
use crate::parse::key::KeyError;
use crate::parse::name::Name;
pub use crate::parse::signature::SignatureAlgorithm;
use crate::parse::signature::algorithm;
use crate::parse::{asn1, ber, key};
use crate::text::hex::hex;

/// A number in hexadecimal, without leading zero bytes.
pub fn whole_bytes(number: &[u8]) -> String {
    let first = number.iter().position(|byte| *byte != 0);
    first.map_or_else(|| "00".to_owned(), |first| hex(number.get(first..).unwrap_or_default()))
}

/// The kind of a certificate, by its own fields.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CertificateKind {
    /// cA TRUE, or a self-issued version 1 certificate.
    Ca,
    /// Anything else.
    EndEntity,
    /// A proxy: RFC 3820, its drafts, or Globus legacy (by its last CN).
    Proxy(ProxyKind),
}

/// The types of proxies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProxyKind {
    /// Globus draft, 1.3.6.1.4.1.3536.1.222.
    Draft,
    /// Globus legacy: last CN is `proxy` or `limited proxy`.
    Legacy,
    /// RFC 3820.
    Rfc3820,
}

/// One certificate.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: std::ops::Range<usize>,
    spki: Vec<u8>,
    /// Whether it is not DER. OpenSSL reads it, others do not.
    pub is_ber: bool,
    /// 1, 2 or 3.
    pub version: u32,
    /// Content of the INTEGER, as encoded.
    pub serial: Vec<u8>,
    /// The name of its holder.
    pub subject: Name,
    /// The name of its issuer.
    pub issuer: Name,
    /// Its dates.
    pub validity: Validity,
    /// The subject's key, or the name of its algorithm if certok cannot compute with it.
    pub key: Result<PublicKey, String>,
    /// The signature algorithm.
    pub algorithm: SignatureAlgorithm,
    /// Whether the algorithm inside the signed part differs from the one outside.
    pub algorithm_differs: bool,
    /// The signature's bytes.
    pub signature: Vec<u8>,
    /// Its extensions.
    pub extensions: Extensions,
    /// OpenSSL's trust settings, if it came as a `TRUSTED CERTIFICATE`.
    pub trust: Option<TrustSettings>,
    /// Results of verifying its signature, by key.
    pub verdicts: Verdicts,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.subject.screen())
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl Certificate {
    /// Parses one certificate in DER, or in BER as far as OpenSSL reads it.
    ///
    /// # Errors
    ///
    /// The first field that does not follow RFC 5280.
    pub fn parse(der: &[u8]) -> Result<Self, CertError> {
        let fault = match asn1::walk(CERTIFICATE, der, der) {
            Ok(()) => return Self::parse_der(der),
            Err(fault) => fault,
        };
        let written = ber::to_der(der).ok_or(fault)?;
        asn1::walk(CERTIFICATE, &written, &written)?;
        let parsed = Self::parse_der(&written)?;
        // The signature covers the bytes as they are.
        let tbs = ber::first_inside(der).unwrap_or_default();
        Ok(Self { der: der.to_vec(), tbs, is_ber: true, ..parsed })
    }

    fn parse_der(der: &[u8]) -> Result<Self, CertError> {
        // The extensions are parsed in this file.
        let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
        let (_, parsed) = parser.parse(der).map_err(|error| {
            let reason = format!("malformed: {error:?}").chars().take(120).collect();
            CertError { field: "certificate".to_owned(), at: 0, reason }
        })?;
        Self::take(der, &parsed)
    }

    /// Parses a `TRUSTED CERTIFICATE` block: a certificate, then trust settings of OpenSSL
    /// (`X509_CERT_AUX`).
    ///
    /// # Errors
    ///
    /// As [`Certificate::parse`]. Settings that cannot be parsed are an error too.
    pub fn parse_trusted(der: &[u8]) -> Result<Self, CertError> {
        let mut reader = Reader::new(der);
        let (at, rest) = match reader.read() {
            Some(_) => (reader.at(), reader.rest()),
            None => (der.len(), &[][..]),
        };
        let mut certificate = Self::parse(der.get(..at).unwrap_or_default())?;
        certificate.trust = match rest {
            [] => None,
            _ => Some(parse_trust(rest).ok_or_else(|| CertError {
                field: "trust settings".to_owned(),
                at,
                reason: "not readable".to_owned(),
            })?),
        };
        Ok(certificate)
    }

    /// Whether `der` starts with a good certificate and something follows.
    pub fn is_followed(der: &[u8]) -> bool {
        let mut reader = Reader::new(der);
        let first = reader.read().filter(|_| !reader.is_empty());
        first.is_some_and(|first| Self::parse(first.whole).is_ok())
    }

    /// The whole certificate.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The signed part.
    pub fn tbs(&self) -> &[u8] {
        self.der.get(self.tbs.clone()).unwrap_or_default()
    }

    /// Whether a date before 2050 is a GeneralizedTime (RFC 5280 §4.1.2.5 wants UTCTime).
    pub fn has_early_generalized_time(&self) -> bool {
        validity::has_early_generalized_time(self.tbs())
    }

    /// The SubjectPublicKeyInfo.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Whether subject and issuer are the same name.
    pub fn is_self_issued(&self) -> bool {
        self.subject.same_as(&self.issuer)
    }

    /// Whether it says that it is a CA: cA is TRUE; or it is self-issued and of version 1, which
    /// has no extensions.
    pub fn is_ca(&self) -> bool {
        match self.extensions.basic_constraints {
            Some(constraints) => constraints.ca,
            None => self.version == 1 && self.is_self_issued(),
        }
    }

    /// Whether it is a proxy, of any type.
    pub fn is_proxy(&self) -> bool {
        matches!(self.kind(), CertificateKind::Proxy(_))
    }

    /// Its kind.
    pub fn kind(&self) -> CertificateKind {
        let has = |oid: &str| self.extensions.named(oid).is_some();
        if has(PROXY_RFC3820) {
            return CertificateKind::Proxy(ProxyKind::Rfc3820);
        }
        if has(PROXY_DRAFT) {
            return CertificateKind::Proxy(ProxyKind::Draft);
        }
        if self.is_legacy_proxy() {
            return CertificateKind::Proxy(ProxyKind::Legacy);
        }
        if self.is_ca() { CertificateKind::Ca } else { CertificateKind::EndEntity }
    }

    /// Key usage bits by name; `None` if the extension is absent.
    pub fn key_usage_names(&self) -> Option<Vec<&'static str>> {
        let bits = self.extensions.key_usage?;
        let set = |(at, name): (usize, &&'static str)| (bits >> at & 1 == 1).then_some(*name);
        Some(KEY_USAGES.iter().enumerate().filter_map(set).collect())
    }

    /// Whether the serial number is below zero (its first bit is set).
    pub fn has_negative_serial(&self) -> bool {
        self.serial.first().is_some_and(|first| first & 0x80 != 0)
    }

    /// The serial number in hexadecimal, whole bytes as openssl writes it, `-` in front if negative.
    pub fn serial_hex(&self) -> String {
        if !self.has_negative_serial() {
            return whole_bytes(&self.serial);
        }
        let mut carry = true;
        let mut magnitude: Vec<u8> = self.serial.iter().map(|b| !b).collect();
        for byte in magnitude.iter_mut().rev() {
            if carry {
                (*byte, carry) = byte.overflowing_add(1);
            }
        }
        format!("-{}", whole_bytes(&magnitude))
    }

    /// Whether it is a legacy proxy: the subject is the issuer with one more CN, `proxy` or
    /// `limited proxy`. A certificate that says it is a CA is not one, whatever its name (as in
    /// Globus).
    fn is_legacy_proxy(&self) -> bool {
        let named = |text: &str| {
            text.eq_ignore_ascii_case("proxy") || text.eq_ignore_ascii_case("limited proxy")
        };
        let last = self.subject.rdns().last().and_then(|rdn| rdn.last());
        last.is_some_and(|last| named(&last.text()))
            && self.subject.is_one_cn_below(&self.issuer)
            && !self.is_ca()
    }

    fn take(der: &[u8], parsed: &X509Certificate<'_>) -> Result<Self, CertError> {
        let tbs = &parsed.tbs_certificate;
        let version = tbs.version.0.saturating_add(1);
        if version > 3 {
            let reason = format!("{version} is not a version of X.509");
            return Err(CertError {
                field: "tbsCertificate.version".to_owned(),
                at: span(der, tbs.as_ref()).start,
                reason,
            });
        }
        let fields = Fields::of(der).ok_or_else(|| CertError {
            field: "tbsCertificate".to_owned(),
            at: 0,
            reason: "not readable".to_owned(),
        })?;
        Ok(Self {
            tbs: span(der, tbs.as_ref()),
            spki: tbs.subject_pki.raw.to_vec(),
            is_ber: false,
            version,
            serial: tbs.raw_serial().to_vec(),
            subject: Name::new(&tbs.subject),
            issuer: Name::new(&tbs.issuer),
            validity: fields.validity,
            key: key::public_key(&tbs.subject_pki).map_err(|error| match error {
                KeyError::Unsupported(name) => name,
                malformed => malformed.to_string(),
            }),
            algorithm: algorithm(&parsed.signature_algorithm),
            algorithm_differs: fields.algorithm_differs,
            signature: parsed.signature_value.data.to_vec(),
            extensions: extensions(der, tbs.extensions(), version)?,
            trust: None,
            verdicts: Verdicts::default(),
            der: der.to_vec(),
        })
    }
}

/// Fields that x509-parser does not return, or parses loosely.
struct Fields {
    /// Whether the two AlgorithmIdentifiers differ in any byte.
    algorithm_differs: bool,
    validity: Validity,
}

impl Fields {
    /// From a certificate that was checked.
    fn of(der: &[u8]) -> Option<Self> {
        let mut parts = Reader::new(der).take(SEQUENCE)?.reader();
        let (tbs, outside) = (parts.take(SEQUENCE)?, parts.take(SEQUENCE)?);
        let mut fields = tbs.reader();
        fields.take(constructed(0));
        let _serial = fields.take(INTEGER)?;
        let inside = fields.take(SEQUENCE)?;
        let _issuer = fields.take(SEQUENCE)?;
        Some(Self {
            algorithm_differs: inside.content != outside.content,
            validity: Validity::read(&fields.take(SEQUENCE)?)?,
        })
    }
}

/// proxyCertInfo of RFC 3820.
pub const PROXY_RFC3820: &str = "1.3.6.1.5.5.7.1.14";

/// proxyCertInfo of the Globus drafts.
pub const PROXY_DRAFT: &str = "1.3.6.1.4.1.3536.1.222";
