//! The extensions of a certificate (RFC 5280 §4.2).

use std::collections::HashSet;

use x509_parser::extensions::X509Extension;

use crate::parse::cert::error::CertError;
use crate::parse::cert::general_name::GeneralName;
use crate::parse::cert::name_constraints::{NameConstraints, name_constraints};
use crate::parse::cert::policy::{
    PolicyConstraints, inhibit_any_policy, policies, policy_constraints, policy_mappings,
};
use crate::parse::der::{Reader, all, fields, number, only, span};
use crate::parse::name::Name;
use crate::parse::{asn1, ber, der, oid};

/// One extension, not interpreted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Extension {
    /// Dotted OID.
    pub oid: String,
    /// RFC 5280 §4.2: software that does not understand it must refuse the certificate.
    pub critical: bool,
    /// The content of extnValue.
    pub value: Vec<u8>,
}

impl Extension {
    /// Whether its value is one SEQUENCE, with any content.
    pub fn is_sequence(&self) -> bool {
        only(&self.value, der::SEQUENCE).is_some()
    }
}

/// RFC 5280 §4.2.1.9.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BasicConstraints {
    /// Whether the subject is a CA.
    pub ca: bool,
    /// How many non-self-issued CAs may follow.
    pub path_length: Option<u32>,
}

/// The extensions that certok understands.
#[derive(Clone, Debug, Default)]
pub struct Extensions {
    /// All, in order.
    pub all: Vec<Extension>,
    /// Authority key identifier: keyid.
    pub authority_key_id: Option<Vec<u8>>,
    /// Authority key identifier: authorityCertIssuer, the first directoryName.
    pub authority_issuer: Option<Name>,
    /// Authority key identifier: authorityCertSerialNumber, as encoded.
    pub authority_serial: Option<Vec<u8>>,
    /// Authority information access: caIssuers URLs.
    pub ca_issuers: Vec<String>,
    /// Basic constraints.
    pub basic_constraints: Option<BasicConstraints>,
    /// Extended key usages, dotted OIDs.
    pub extended_key_usage: Option<Vec<String>>,
    /// Key usage bits, bit 0 is digitalSignature.
    pub key_usage: Option<u16>,
    /// inhibitAnyPolicy: number of certificates after which anyPolicy no longer counts.
    pub inhibit_any_policy: Option<u32>,
    /// Name constraints.
    pub name_constraints: Option<NameConstraints>,
    /// Policy constraints.
    pub policy_constraints: Option<PolicyConstraints>,
    /// Policy mappings: the policy above, and the policy below that stands for it.
    pub policy_mappings: Vec<(String, String)>,
    /// Subject alternative names.
    pub alt_names: Vec<GeneralName>,
    /// Subject key identifier.
    pub subject_key_id: Option<Vec<u8>>,
    /// Netscape certificate type bits: 0x80 client, 0x40 server, 0x07 the three CA types.
    pub netscape_type: Option<u8>,
    /// CRL distribution points: URLs.
    pub crl_urls: Vec<String>,
    /// Certificate policies, dotted OIDs.
    pub policies: Vec<String>,
    /// Extensions with harmless bytes after their value, dotted OIDs.
    pub trailing: Vec<String>,
    /// Known extensions that cannot be parsed: OID and reason.
    pub malformed: Vec<(String, String)>,
    /// The same for extensions that are not critical and that OpenSSL parses only on request. They
    /// count as missing.
    pub passed_over: Vec<(String, String)>,
}

/// Names of the key usage bits, bit 0 first (RFC 5280 §4.2.1.3).
pub const KEY_USAGES: &[&str] = &[
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

/// Bit of digitalSignature.
pub const DIGITAL_SIGNATURE: u16 = 1;

/// Bit of keyEncipherment.
pub const KEY_ENCIPHERMENT: u16 = 1 << 2;

/// Bit of keyAgreement.
pub const KEY_AGREEMENT: u16 = 1 << 4;

/// Bit of keyCertSign.
pub const KEY_CERT_SIGN: u16 = 1 << 5;

/// Bit of cRLSign.
pub const CRL_SIGN: u16 = 1 << 6;

/// Reads the extensions. Each may occur only once, because tools could choose different ones (RFC
/// 5280 §4.2).
pub(super) fn extensions(
    der: &[u8],
    parsed: &[X509Extension<'_>],
    version: u32,
) -> Result<Extensions, CertError> {
    let mut out = Extensions::default();
    if let (Some(first), 1 | 2) = (parsed.first(), version) {
        // RFC 5280 §4.1.2.9.
        let reason = format!(
            "is in a certificate of version {version}, which cannot have \
                              extensions"
        );
        out.malformed.push((oid::text(&first.oid), reason));
    }
    // Hostile certificates have a million extensions.
    let mut seen = HashSet::new();
    for extension in parsed {
        let oid = oid::text(&extension.oid);
        if !seen.insert(extension.oid.as_bytes()) {
            let reason = format!("{} occurs twice", oid::name(&oid));
            return Err(CertError {
                field: "tbsCertificate.extensions".to_owned(),
                at: span(der, extension.oid.as_bytes()).start,
                reason,
            });
        }
        let written = ber::to_der(extension.value);
        let value = walked(der, extension.value, &oid);
        if value.as_ref().is_ok_and(|value| value.len() < extension.value.len()) {
            out.trailing.push(oid.clone());
        }
        let value = match (value, &written) {
            (Err(reason), Some(written)) => walked(written, written, &oid).map_err(|_| reason),
            (value, _) => value,
        };
        if let Err(reason) = value.and_then(|value| out.read(value, &oid)) {
            let passes = !extension.critical && UNREAD.contains(&oid.as_str());
            let list = if passes { &mut out.passed_over } else { &mut out.malformed };
            list.push((oid.clone(), reason));
        }
        let value = extension.value.to_vec();
        out.all.push(Extension { oid, critical: extension.critical, value });
    }
    Ok(out)
}

/// The value of an extension after the strict check, without harmless bytes behind it.
fn walked<'a>(der: &[u8], mut value: &'a [u8], oid: &str) -> Result<&'a [u8], String> {
    let Some(component) = asn1::extension::value(oid) else {
        return Ok(value);
    };
    // OpenSSL ignores what follows.
    value = Reader::new(value).read().map_or(value, |first| first.whole);
    asn1::walk(component, value, der).map_err(|fault| format!("does not parse: {fault}"))?;
    Ok(value)
}

impl Extensions {
    /// The extension of this type.
    pub fn named(&self, oid: &str) -> Option<&Extension> {
        self.all.iter().find(|extension| extension.oid == oid)
    }

    /// Stores the value of a checked extension, if it is a known one.
    fn read(&mut self, value: &[u8], oid: &str) -> Result<(), String> {
        match oid {
            "2.5.29.14" => self.subject_key_id = only(value, der::OCTET_STRING).map(<[u8]>::to_vec),
            "2.5.29.15" => self.key_usage = Some(key_usage(value)?),
            "2.5.29.17" => {
                self.alt_names = GeneralName::parse_all(value).ok_or("does not parse")?;
            }
            "2.5.29.19" => self.basic_constraints = Some(basic_constraints(value)?),
            "2.5.29.30" => self.name_constraints = Some(name_constraints(value)?),
            "2.5.29.31" => {
                let points = contents(value, der::SEQUENCE);
                if !points.iter().all(|(_, point)| names_list(point)) {
                    return Err("has a distribution point that names no list".to_owned());
                }
                let names = points.into_iter().flat_map(|(_, point)| full_names(point));
                self.crl_urls = names.collect();
            }
            "2.5.29.32" => self.policies = policies(value)?,
            "2.5.29.33" => self.policy_mappings = policy_mappings(value)?,
            "2.5.29.35" => self.authority(value),
            "2.5.29.36" => self.policy_constraints = Some(policy_constraints(value)?),
            "2.5.29.37" => {
                let list = only(value, der::SEQUENCE).and_then(oids_in);
                self.extended_key_usage = Some(list.ok_or("is no list of OIDs")?);
            }
            "2.5.29.54" => self.inhibit_any_policy = Some(inhibit_any_policy(value)?),
            AUTHORITY_INFO_ACCESS => {
                let all = contents(value, der::SEQUENCE).into_iter();
                self.ca_issuers = all.filter_map(|(_, access)| ca_issuer(access)).collect();
            }
            NETSCAPE_TYPE => {
                let bits = only(value, der::BIT_STRING).unwrap_or_default();
                self.netscape_type = Some(bits.get(1).copied().unwrap_or(0));
            }
            _ => {}
        }
        Ok(())
    }

    fn authority(&mut self, value: &[u8]) {
        for (tag, content) in contents(value, der::SEQUENCE) {
            match tag {
                0x80 => self.authority_key_id = Some(content.to_vec()),
                0xa1 => {
                    let names = fields(content).unwrap_or_default().into_iter();
                    let mut names = names.filter_map(|(tag, name)| GeneralName::parse(tag, name));
                    self.authority_issuer = names.find_map(|name| match name {
                        GeneralName::Directory(name) => Some(*name),
                        _ => None,
                    });
                }
                _ => self.authority_serial = Some(content.to_vec()),
            }
        }
    }
}

/// Tags and contents inside of the element `value`.
fn contents(value: &[u8], tag: u8) -> Vec<(u8, &[u8])> {
    only(value, tag).and_then(fields).unwrap_or_default()
}

/// Bit 0 first. OpenSSL reads only two bytes.
fn key_usage(value: &[u8]) -> Result<u16, String> {
    let bits = only(value, der::BIT_STRING).unwrap_or_default();
    let byte = |at: usize| bits.get(at).copied().unwrap_or(0).reverse_bits();
    match u16::from_le_bytes([byte(1), byte(2)]) {
        // OpenSSL refuses it.
        0 => Err("names no usage".to_owned()),
        usages => Ok(usages),
    }
}

fn basic_constraints(value: &[u8]) -> Result<BasicConstraints, String> {
    let mut constraints = BasicConstraints { ca: false, path_length: None };
    for (tag, content) in contents(value, der::SEQUENCE) {
        match tag {
            der::BOOLEAN => constraints.ca = content != [0],
            _ => {
                let length = number(content).ok_or("has a negative path length")?;
                constraints.path_length = Some(length);
            }
        }
    }
    Ok(constraints)
}

/// §4.2.1.13: distributionPoint or cRLIssuer is required. Without them OpenSSL refuses the
/// certificate.
fn names_list(point: &[u8]) -> bool {
    let parts = fields(point).unwrap_or_default();
    parts.iter().any(|(tag, content)| *tag == 0xa0 || *tag == 0xa2 && !content.is_empty())
}

/// The names of a distribution point.
fn full_names(point: &[u8]) -> Vec<String> {
    let inside = |tag: u8, bytes| {
        let parts = fields(bytes).unwrap_or_default().into_iter();
        parts.filter(move |part| part.0 == tag).map(|part| part.1)
    };
    let names = inside(0xa0, point).flat_map(|name| inside(0xa0, name));
    let names = names.flat_map(|names| fields(names).unwrap_or_default());
    let names = names.filter_map(|(tag, name)| GeneralName::parse(tag, name));
    names.map(|name| name.to_string()).collect()
}

/// The location of an AccessDescription whose method is caIssuers.
fn ca_issuer(access: &[u8]) -> Option<String> {
    let parts = all(access)?;
    let [method, location] = parts.as_slice() else {
        return None;
    };
    (oid::dotted(method.content)? == CA_ISSUERS).then_some(())?;
    GeneralName::parse(location.tag, location.content).map(|name| name.to_string())
}

pub(super) fn oids_in(content: &[u8]) -> Option<Vec<String>> {
    let all = fields(content)?.into_iter();
    all.map(|(tag, id)| if tag == der::OID { oid::dotted(id) } else { None }).collect()
}

/// certificatePolicies and authorityInfoAccess. OpenSSL parses the first only if policies are
/// checked, and then takes it as empty; the second only on request.
const UNREAD: &[&str] = &["2.5.29.32", AUTHORITY_INFO_ACCESS];

const AUTHORITY_INFO_ACCESS: &str = "1.3.6.1.5.5.7.1.1";
const NETSCAPE_TYPE: &str = "2.16.840.1.113730.1.1";

/// id-ad-caIssuers.
const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";
