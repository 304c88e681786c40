//! The extensions of a certificate (RFC 5280 §4.2).

use core::net::IpAddr;
use std::collections::HashSet;

use x509_parser::asn1_rs::Any;
use x509_parser::asn1_rs::FromDer;
use x509_parser::asn1_rs::Tag;
use x509_parser::extensions::GeneralName;
use x509_parser::extensions::ParsedExtension;
use x509_parser::extensions::X509Extension;

use crate::parse::cert::CertError;
use crate::parse::cert::general_name::GeneralName as HolderName;
use crate::parse::cert::name_constraints::NameConstraints;
use crate::parse::cert::name_constraints::name_constraints;
use crate::parse::cert::policy::PolicyConstraints;
use crate::parse::cert::policy::inhibit_any_policy;
use crate::parse::cert::policy::policies;
use crate::parse::cert::policy::policy_constraints;
use crate::parse::cert::policy::policy_mappings;
use crate::parse::name::Name;
use crate::parse::name::hex;
use crate::parse::oid;

/// One extension, as it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Extension {
    /// Dotted OID.
    pub oid: String,
    /// RFC 5280 §4.2: must be understood or refused.
    pub critical: bool,
    /// The content of extnValue.
    pub value: Vec<u8>,
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
    /// inhibitAnyPolicy: after how many more certificates anyPolicy stands for nothing.
    pub inhibit_any_policy: Option<u32>,
    /// Name constraints.
    pub name_constraints: Option<NameConstraints>,
    /// Policy constraints.
    pub policy_constraints: Option<PolicyConstraints>,
    /// Policy mappings: the policy above, the one below that stands for it.
    pub policy_mappings: Vec<(String, String)>,
    /// Subject alternative names.
    pub alt_names: Vec<HolderName>,
    /// Subject alternative names, as `DNS:…`, `email:…`, `IP:…`, `URI:…`.
    pub subject_alt_names: Vec<String>,
    /// Subject key identifier.
    pub subject_key_id: Option<Vec<u8>>,
    /// Netscape certificate type bits: 0x80 client, 0x40 server.
    pub netscape_type: Option<u8>,
    /// Whether netscapeCertType says that it is some CA's.
    pub netscape_ca: bool,
    /// CRL distribution points: URLs.
    pub crl_urls: Vec<String>,
    /// Certificate policies, dotted OIDs.
    pub policies: Vec<String>,
    /// Known extensions whose content does not parse: OID and reason.
    pub malformed: Vec<(String, String)>,
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

/// Extensions a certificate may carry once only; a second one could be read differently by each
/// tool, so it is refused (RFC 5280 §4.2).
pub(super) fn extensions(
    parsed: &[X509Extension<'_>],
    version: u32,
) -> Result<Extensions, CertError> {
    let mut out = Extensions::default();
    if let (Some(first), 1 | 2) = (parsed.first(), version) {
        // RFC 5280 §4.1.2.9.
        let reason = format!("stands in a certificate of version {version}, which has none");
        out.malformed.push((oid::text(&first.oid), reason));
    }
    // Hostile certificates have a million of them.
    let mut seen = HashSet::new();
    for extension in parsed {
        let oid = oid::text(&extension.oid);
        if !seen.insert(extension.oid.as_bytes()) {
            let reason = format!("{} stands twice", oid::name(&oid));
            return Err(CertError {
                field: "extensions",
                at: 0,
                reason,
            });
        }
        read_extension(&mut out, extension, &oid);
        let value = extension.value.to_vec();
        out.all.push(Extension {
            oid,
            critical: extension.critical,
            value,
        });
    }
    Ok(out)
}

fn read_extension(out: &mut Extensions, extension: &X509Extension<'_>, oid: &str) {
    match read_constraint(out, extension.value, oid) {
        Some(Ok(())) => return,
        Some(Err(reason)) => return out.malformed.push((oid.to_owned(), reason)),
        None => {}
    }
    let known = !matches!(
        extension.parsed_extension(),
        ParsedExtension::UnsupportedExtension { .. } | ParsedExtension::ParseError { .. }
    );
    // x509-parser reads the first element and passes over the rest.
    if known && !Any::from_der(extension.value).is_ok_and(|(rest, _)| rest.is_empty()) {
        let reason = "has bytes behind its content".to_owned();
        out.malformed.push((oid.to_owned(), reason));
    }
    match extension.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(id) => {
            out.authority_key_id = id.key_identifier.as_ref().map(|id| id.0.to_vec());
            out.authority_serial = id.authority_cert_serial.map(<[u8]>::to_vec);
        }
        ParsedExtension::SubjectKeyIdentifier(id) => out.subject_key_id = Some(id.0.to_vec()),
        ParsedExtension::KeyUsage(usage) => out.key_usage = Some(usage.flags),
        ParsedExtension::BasicConstraints(constraints) => {
            out.basic_constraints = Some(BasicConstraints {
                ca: constraints.ca,
                path_length: constraints.path_len_constraint,
            });
            // An INTEGER without a byte, which x509-parser takes for 0.
            if constraints.path_len_constraint.is_some() && extension.value.ends_with(&[2, 0]) {
                let reason = "has an empty path length".to_owned();
                out.malformed.push((oid.to_owned(), reason));
            }
        }
        ParsedExtension::ExtendedKeyUsage(_) => match parse_oids(extension.value) {
            Some(oids) => out.extended_key_usage = Some(oids),
            None => out
                .malformed
                .push((oid.to_owned(), "not a list of OIDs".to_owned())),
        },
        ParsedExtension::SubjectAlternativeName(names) => {
            out.subject_alt_names = names.general_names.iter().map(general_name).collect();
            match HolderName::parse_all(extension.value) {
                Some(names) => out.alt_names = names,
                None => out
                    .malformed
                    .push((oid.to_owned(), "does not parse".to_owned())),
            }
        }
        ParsedExtension::AuthorityInfoAccess(access) => {
            let issuers = access.accessdescs.iter();
            let issuers = issuers.filter(|d| oid::text(&d.access_method) == CA_ISSUERS);
            out.ca_issuers = issuers.map(|d| general_name(&d.access_location)).collect();
        }
        ParsedExtension::CRLDistributionPoints(points) => {
            use x509_parser::extensions::DistributionPointName::FullName;
            let names = points
                .points
                .iter()
                .filter_map(|p| match &p.distribution_point {
                    Some(FullName(names)) => Some(names.iter().map(general_name)),
                    _ => None,
                });
            out.crl_urls = names.flatten().collect();
        }
        ParsedExtension::NSCertType(kind) => {
            let bit = |set: bool, bit: u8| if set { bit } else { 0 };
            out.netscape_type = Some(bit(kind.ssl_client(), 0x80) | bit(kind.ssl_server(), 0x40));
            out.netscape_ca = kind.ssl_ca() || kind.smime_ca() || kind.object_signing_ca();
        }
        ParsedExtension::ParseError { error } => {
            out.malformed
                .push((oid.to_owned(), format!("does not parse: {error}")));
        }
        _ => {}
    }
}

/// The extensions with which CAs bind those below them, and what these speak of. Their lists decide
/// about others, so they are read to the last byte here, and not by x509-parser. `None` for all
/// other extensions.
fn read_constraint(out: &mut Extensions, value: &[u8], oid: &str) -> Option<Result<(), String>> {
    Some(match oid {
        "2.5.29.30" => name_constraints(value).map(|read| out.name_constraints = Some(read)),
        "2.5.29.32" => policies(value).map(|read| out.policies = read),
        "2.5.29.33" => policy_mappings(value).map(|read| out.policy_mappings = read),
        "2.5.29.36" => policy_constraints(value).map(|read| out.policy_constraints = Some(read)),
        "2.5.29.54" => inhibit_any_policy(value).map(|read| out.inhibit_any_policy = Some(read)),
        _ => return None,
    })
}

fn parse_oids(der: &[u8]) -> Option<Vec<String>> {
    let (_, list) = Any::from_der(der).ok()?;
    (list.tag() == Tag::Sequence).then_some(())?;
    oids_in(list.data)
}

pub(super) fn oids_in(mut content: &[u8]) -> Option<Vec<String>> {
    let mut oids = Vec::new();
    while !content.is_empty() {
        // `Oid::from_der` alone takes any tag.
        let (rest, oid) = Any::from_der(content).ok()?;
        (oid.header.is_universal() && oid.tag() == Tag::Oid).then_some(())?;
        oids.push(oid::dotted(oid.data)?);
        content = rest;
    }
    Some(oids)
}

fn general_name(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(host) => format!("DNS:{host}"),
        GeneralName::DirectoryName(name) => format!("dirName:{}", Name::new(name).screen()),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let address = v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from));
            address.map_or_else(|_| format!("IP:#{}", hex(bytes)), |ip| format!("IP:{ip}"))
        }
        GeneralName::OtherName(oid, _) => format!("otherName:{}", oid::text(oid)),
        GeneralName::RFC822Name(mail) => format!("email:{mail}"),
        GeneralName::RegisteredID(oid) => format!("registeredID:{}", oid::text(oid)),
        GeneralName::URI(uri) => format!("URI:{uri}"),
        GeneralName::EDIPartyName(_) => "ediPartyName".to_owned(),
        GeneralName::X400Address(_) => "x400Address".to_owned(),
        GeneralName::Invalid(_, bytes) => format!("invalid:#{}", hex(bytes)),
    }
}

/// id-ad-caIssuers.
const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";
