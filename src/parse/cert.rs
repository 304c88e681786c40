//! X.509 certificates (RFC 5280 §4), owned, with the fields that judgement needs.

use core::net::IpAddr;
use std::fmt;

use x509_parser::asn1_rs::Any;
use x509_parser::asn1_rs::FromDer;
use x509_parser::asn1_rs::Oid;
use x509_parser::asn1_rs::Tag;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::extensions::ParsedExtension;
use x509_parser::extensions::X509Extension;
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::AlgorithmIdentifier;

use crate::crypto::Hash;
use crate::crypto::PublicKey;
use crate::crypto::Scheme;
use crate::parse::key;
use crate::parse::key::KeyError;
use crate::parse::name::Name;
use crate::parse::name::hex;
use crate::parse::oid;
use crate::time::Seconds;
use crate::time::UnixTime;

/// When a certificate may be used. Both ends are inclusive (RFC 5280 §4.1.2.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Validity {
    /// First good second.
    pub not_before: UnixTime,
    /// Last good second.
    pub not_after: UnixTime,
}

impl Validity {
    /// Seconds left at `now`, counting the last good second as 0. Negative once expired.
    pub fn remaining(&self, now: UnixTime) -> Seconds {
        self.not_after - now
    }

    /// Whether `now` lies between the ends.
    pub fn covers(&self, now: UnixTime) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}

/// What a certificate is, as far as its own fields tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// cA TRUE, or a self-issued version 1 certificate.
    Ca,
    /// Anything else.
    EndEntity,
    /// A proxy: RFC 3820, its drafts, or Globus legacy (by its last CN).
    Proxy(ProxyKind),
}

/// The family a proxy belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProxyKind {
    /// Globus draft, 1.3.6.1.4.1.3536.1.222.
    Draft,
    /// Globus legacy: last CN is `proxy` or `limited proxy`.
    Legacy,
    /// RFC 3820.
    Rfc3820,
}

/// The algorithm a certificate was signed with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignatureAlgorithm {
    /// As OpenSSL names it: `sha256WithRSAEncryption`; else the dotted OID.
    pub name: String,
    /// How to verify it, if certok can.
    pub scheme: Option<Scheme>,
}

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
    /// Authority information access: caIssuers URLs.
    pub ca_issuers: Vec<String>,
    /// Basic constraints.
    pub basic_constraints: Option<BasicConstraints>,
    /// Extended key usages, dotted OIDs.
    pub extended_key_usage: Option<Vec<String>>,
    /// Key usage bits, bit 0 is digitalSignature.
    pub key_usage: Option<u16>,
    /// Subject alternative names, as `DNS:…`, `email:…`, `IP:…`, `URI:…`.
    pub subject_alt_names: Vec<String>,
    /// Subject key identifier.
    pub subject_key_id: Option<Vec<u8>>,
    /// Netscape certificate type bits: 0x80 client, 0x40 server.
    pub netscape_type: Option<u8>,
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

/// OpenSSL's own trust settings, which follow the certificate in a `TRUSTED CERTIFICATE` block.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TrustSettings {
    /// Trusted for these purposes alone, dotted OIDs; empty means no such list.
    pub trusted: Vec<String>,
    /// Rejected for these purposes.
    pub rejected: Vec<String>,
}

/// One certificate.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: std::ops::Range<usize>,
    spki: std::ops::Range<usize>,
    /// 1, 2 or 3.
    pub version: u32,
    /// Content octets of the INTEGER, as encoded.
    pub serial: Vec<u8>,
    /// Whom it names.
    pub subject: Name,
    /// Who signed it.
    pub issuer: Name,
    /// When it may be used.
    pub validity: Validity,
    /// The subject's key, or the name of its algorithm if certok cannot compute with it.
    pub key: Result<PublicKey, String>,
    /// How it was signed.
    pub algorithm: SignatureAlgorithm,
    /// Whether the algorithm inside the signed part differs from the one outside.
    pub algorithm_differs: bool,
    /// The signature's bytes.
    pub signature: Vec<u8>,
    /// Its extensions.
    pub extensions: Extensions,
    /// OpenSSL's trust settings, if it came as a `TRUSTED CERTIFICATE`.
    pub trust: Option<TrustSettings>,
}

/// Why bytes are not a certificate: the field, where it starts, and what is wrong with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertError {
    /// The path of the field: `validity.notAfter`.
    pub field: &'static str,
    /// Offset of the field in the DER, in bytes.
    pub at: usize,
    /// What is wrong: lower case, no full stop.
    pub reason: String,
}

impl fmt::Display for CertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {}): {}", self.field, self.at, self.reason)
    }
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

impl Certificate {
    /// Parses one certificate in DER.
    ///
    /// # Errors
    ///
    /// The first field that is not as RFC 5280 wants it.
    pub fn parse(der: &[u8]) -> Result<Self, CertError> {
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|e| diagnose(der, &e))?;
        if !rest.is_empty() {
            let reason = format!("{} bytes follow the certificate", rest.len());
            return Err(CertError {
                field: "certificate",
                at: der.len() - rest.len(),
                reason,
            });
        }
        Self::take(der, &parsed)
    }

    /// Parses the content of a `TRUSTED CERTIFICATE` block: a certificate, then OpenSSL's trust
    /// settings (`X509_CERT_AUX`).
    ///
    /// # Errors
    ///
    /// As [`Certificate::parse`]; settings that cannot be read are an error too.
    pub fn parse_trusted(der: &[u8]) -> Result<Self, CertError> {
        let (rest, _) = X509Certificate::from_der(der).map_err(|e| diagnose(der, &e))?;
        let at = der.len() - rest.len();
        let mut certificate = Self::parse(der.get(..at).unwrap_or_default())?;
        certificate.trust = match rest {
            [] => None,
            _ => Some(parse_trust(rest).ok_or_else(|| CertError {
                field: "trust settings",
                at,
                reason: "not readable".to_owned(),
            })?),
        };
        Ok(certificate)
    }

    /// The whole certificate.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The signed part.
    pub fn tbs(&self) -> &[u8] {
        self.der.get(self.tbs.clone()).unwrap_or_default()
    }

    /// The SubjectPublicKeyInfo.
    pub fn spki(&self) -> &[u8] {
        self.der.get(self.spki.clone()).unwrap_or_default()
    }

    /// Whether subject and issuer are the same name.
    pub fn is_self_issued(&self) -> bool {
        self.subject.same_as(&self.issuer)
    }

    /// Whether it says that it is a CA: cA TRUE, or self-issued in version 1, which has no
    /// extensions to say so.
    pub fn is_ca(&self) -> bool {
        match self.extensions.basic_constraints {
            Some(constraints) => constraints.ca,
            None => self.version == 1 && self.is_self_issued(),
        }
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        let has = |oid: &str| self.extensions.all.iter().any(|e| e.oid == oid);
        if has(PROXY_RFC3820) {
            return Kind::Proxy(ProxyKind::Rfc3820);
        }
        if has(PROXY_DRAFT) {
            return Kind::Proxy(ProxyKind::Draft);
        }
        if self.is_legacy_proxy() {
            return Kind::Proxy(ProxyKind::Legacy);
        }
        if self.is_ca() {
            Kind::Ca
        } else {
            Kind::EndEntity
        }
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

    /// The serial number in hexadecimal, without leading zeros, `-` in front if negative.
    pub fn serial_hex(&self) -> String {
        if !self.has_negative_serial() {
            let text = hex(&self.serial);
            let trimmed = text.trim_start_matches('0');
            return if trimmed.is_empty() {
                "0".to_owned()
            } else {
                trimmed.to_owned()
            };
        }
        let mut carry = true;
        let mut magnitude: Vec<u8> = self.serial.iter().map(|b| !b).collect();
        for byte in magnitude.iter_mut().rev() {
            if carry {
                (*byte, carry) = byte.overflowing_add(1);
            }
        }
        format!("-{}", hex(&magnitude).trim_start_matches('0'))
    }

    /// A legacy proxy: the subject is the issuer with one more CN, `proxy` or `limited proxy`.
    fn is_legacy_proxy(&self) -> bool {
        let (subject, issuer) = (self.subject.rdns(), self.issuer.rdns());
        let Some(([last], before)) = subject.split_last().map(|(l, b)| (l.as_slice(), b)) else {
            return false;
        };
        let named = matches!(
            last.text().to_ascii_lowercase().as_str(),
            "proxy" | "limited proxy"
        );
        named && last.short() == "CN" && before.len() == issuer.len() && before == issuer
    }

    fn take(der: &[u8], parsed: &X509Certificate<'_>) -> Result<Self, CertError> {
        let tbs = &parsed.tbs_certificate;
        let (signed, algorithm_outside) = strict_outside(der)?;
        let validity = strict_validity(der)?;
        if span(der, tbs.as_ref()) != signed {
            return Err(CertError {
                field: "tbsCertificate",
                at: span(der, tbs.as_ref()).end,
                reason: "bytes follow its last field".to_owned(),
            });
        }
        let version = tbs.version.0.saturating_add(1);
        if version > 3 {
            let reason = format!("{version} is not a version of X.509");
            return Err(CertError {
                field: "version",
                at: 0,
                reason,
            });
        }
        Ok(Self {
            tbs: signed,
            spki: span(der, tbs.subject_pki.raw),
            version,
            serial: tbs.raw_serial().to_vec(),
            subject: Name::new(&tbs.subject),
            issuer: Name::new(&tbs.issuer),
            validity,
            key: key::public_key(&tbs.subject_pki).map_err(|error| match error {
                KeyError::Unsupported(name) => name,
                malformed => malformed.to_string(),
            }),
            algorithm: algorithm(&parsed.signature_algorithm),
            algorithm_differs: algorithm_outside != walk(der, "signature")?,
            signature: parsed.signature_value.data.to_vec(),
            extensions: extensions(tbs.extensions(), version)?,
            trust: None,
            der: der.to_vec(),
        })
    }
}

/// proxyCertInfo of RFC 3820.
pub const PROXY_RFC3820: &str = "1.3.6.1.5.5.7.1.14";
/// proxyCertInfo of the Globus drafts.
pub const PROXY_DRAFT: &str = "1.3.6.1.4.1.3536.1.222";

/// Extensions a certificate may carry once only; a second one could be read differently by each
/// tool, so it is refused (RFC 5280 §4.2).
fn extensions(parsed: &[X509Extension<'_>], version: u32) -> Result<Extensions, CertError> {
    let mut out = Extensions::default();
    if let (Some(first), 1 | 2) = (parsed.first(), version) {
        // RFC 5280 §4.1.2.9.
        let reason = format!("stands in a certificate of version {version}, which has none");
        out.malformed.push((first.oid.to_id_string(), reason));
    }
    for extension in parsed {
        let oid = extension.oid.to_id_string();
        if out.all.iter().any(|seen| seen.oid == oid) {
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
        }
        ParsedExtension::AuthorityInfoAccess(access) => {
            let issuers = access.accessdescs.iter();
            let issuers = issuers.filter(|d| d.access_method.to_id_string() == CA_ISSUERS);
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
        ParsedExtension::CertificatePolicies(policies) => {
            out.policies = policies
                .iter()
                .map(|p| p.policy_id.to_id_string())
                .collect();
        }
        ParsedExtension::NSCertType(kind) => {
            let bit = |set: bool, bit: u8| if set { bit } else { 0 };
            out.netscape_type = Some(bit(kind.ssl_client(), 0x80) | bit(kind.ssl_server(), 0x40));
        }
        ParsedExtension::ParseError { error } => {
            out.malformed
                .push((oid.to_owned(), format!("does not parse: {error}")));
        }
        _ => {}
    }
}

/// id-ad-caIssuers.
const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";

fn parse_oids(der: &[u8]) -> Option<Vec<String>> {
    let (_, list) = Any::from_der(der).ok()?;
    (list.tag() == Tag::Sequence).then_some(())?;
    oids_in(list.data)
}

fn oids_in(mut content: &[u8]) -> Option<Vec<String>> {
    let mut oids = Vec::new();
    while !content.is_empty() {
        // `Oid::from_der` alone takes any tag.
        let (rest, oid) = Any::from_der(content).ok()?;
        (oid.header.is_universal() && oid.tag() == Tag::Oid).then_some(())?;
        oids.push(Oid::new(oid.data.into()).to_id_string());
        content = rest;
    }
    Some(oids)
}

/// `X509_CERT_AUX`: SEQUENCE { trust SEQUENCE OF OID OPTIONAL, reject [0] SEQUENCE OF OID
/// OPTIONAL, alias UTF8String OPTIONAL, keyid OCTET STRING OPTIONAL, other [1] OPTIONAL }.
fn parse_trust(der: &[u8]) -> Option<TrustSettings> {
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

fn general_name(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(host) => format!("DNS:{host}"),
        GeneralName::DirectoryName(name) => format!("dirName:{}", Name::new(name).screen()),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let address = v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from));
            address.map_or_else(|_| format!("IP:#{}", hex(bytes)), |ip| format!("IP:{ip}"))
        }
        GeneralName::OtherName(oid, _) => format!("otherName:{}", oid.to_id_string()),
        GeneralName::RFC822Name(mail) => format!("email:{mail}"),
        GeneralName::RegisteredID(oid) => format!("registeredID:{}", oid.to_id_string()),
        GeneralName::URI(uri) => format!("URI:{uri}"),
        GeneralName::EDIPartyName(_) => "ediPartyName".to_owned(),
        GeneralName::X400Address(_) => "x400Address".to_owned(),
        GeneralName::Invalid(_, bytes) => format!("invalid:#{}", hex(bytes)),
    }
}

/// Signature algorithms: dotted OID, OpenSSL's name, how to verify. RSASSA-PSS is apart, since
/// its parameters decide.
const ALGORITHMS: &[(&str, &str, Option<Scheme>)] = &[
    ("1.2.840.10040.4.3", "dsaWithSHA1", None),
    (
        "1.2.840.10045.4.1",
        "ecdsa-with-SHA1",
        Some(Scheme::Ecdsa(Hash::Sha1)),
    ),
    (
        "1.2.840.10045.4.3.1",
        "ecdsa-with-SHA224",
        Some(Scheme::Ecdsa(Hash::Sha224)),
    ),
    (
        "1.2.840.10045.4.3.2",
        "ecdsa-with-SHA256",
        Some(Scheme::Ecdsa(Hash::Sha256)),
    ),
    (
        "1.2.840.10045.4.3.3",
        "ecdsa-with-SHA384",
        Some(Scheme::Ecdsa(Hash::Sha384)),
    ),
    (
        "1.2.840.10045.4.3.4",
        "ecdsa-with-SHA512",
        Some(Scheme::Ecdsa(Hash::Sha512)),
    ),
    (
        "1.2.840.113549.1.1.11",
        "sha256WithRSAEncryption",
        Some(Scheme::RsaPkcs1(Hash::Sha256)),
    ),
    (
        "1.2.840.113549.1.1.12",
        "sha384WithRSAEncryption",
        Some(Scheme::RsaPkcs1(Hash::Sha384)),
    ),
    (
        "1.2.840.113549.1.1.13",
        "sha512WithRSAEncryption",
        Some(Scheme::RsaPkcs1(Hash::Sha512)),
    ),
    (
        "1.2.840.113549.1.1.14",
        "sha224WithRSAEncryption",
        Some(Scheme::RsaPkcs1(Hash::Sha224)),
    ),
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption", None),
    ("1.2.840.113549.1.1.3", "md4WithRSAEncryption", None),
    (
        "1.2.840.113549.1.1.4",
        "md5WithRSAEncryption",
        Some(Scheme::RsaPkcs1(Hash::Md5)),
    ),
    (
        "1.2.840.113549.1.1.5",
        "sha1WithRSAEncryption",
        Some(Scheme::RsaPkcs1(Hash::Sha1)),
    ),
    ("1.3.101.112", "ED25519", Some(Scheme::Ed25519)),
    ("1.3.101.113", "ED448", None),
    ("1.3.14.3.2.15", "shaWithRSAEncryption", None),
    (
        "1.3.14.3.2.29",
        "sha1WithRSA",
        Some(Scheme::RsaPkcs1(Hash::Sha1)),
    ),
    (
        "1.3.14.3.2.3",
        "md5WithRSA",
        Some(Scheme::RsaPkcs1(Hash::Md5)),
    ),
    ("2.16.840.1.101.3.4.3.2", "dsa_with_SHA256", None),
];

/// id-RSASSA-PSS.
const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";

fn algorithm(identifier: &AlgorithmIdentifier<'_>) -> SignatureAlgorithm {
    let oid = identifier.algorithm.to_id_string();
    if oid == RSASSA_PSS {
        let scheme = identifier.parameters.as_ref().and_then(pss_scheme);
        let name = match scheme {
            Some(Scheme::RsaPss { hash, .. }) => format!("RSASSA-PSS with {hash}"),
            _ => "RSASSA-PSS".to_owned(),
        };
        return SignatureAlgorithm { name, scheme };
    }
    match ALGORITHMS.iter().find(|row| row.0 == oid) {
        Some(row) => SignatureAlgorithm {
            name: row.1.to_owned(),
            scheme: row.2,
        },
        None => SignatureAlgorithm {
            name: oid,
            scheme: None,
        },
    }
}

fn pss_scheme(parameters: &Any<'_>) -> Option<Scheme> {
    let parameters = RsaSsaPssParams::try_from(parameters).ok()?;
    let mask = parameters.mask_gen_algorithm().ok()?;
    (mask.mgf.to_id_string() == "1.2.840.113549.1.1.8").then_some(())?;
    (parameters.trailer_field() == 1).then_some(())?;
    Some(Scheme::RsaPss {
        hash: hash(&parameters.hash_algorithm_oid().to_id_string())?,
        mask: hash(&mask.hash.to_id_string())?,
        salt_bytes: usize::try_from(parameters.salt_length()).ok()?,
    })
}

fn hash(oid: &str) -> Option<Hash> {
    match oid {
        "1.2.840.113549.2.5" => Some(Hash::Md5),
        "1.3.14.3.2.26" => Some(Hash::Sha1),
        "2.16.840.1.101.3.4.2.1" => Some(Hash::Sha256),
        "2.16.840.1.101.3.4.2.2" => Some(Hash::Sha384),
        "2.16.840.1.101.3.4.2.3" => Some(Hash::Sha512),
        "2.16.840.1.101.3.4.2.4" => Some(Hash::Sha224),
        _ => None,
    }
}

/// Where `part`, a slice of `whole`, lies in it.
fn span(whole: &[u8], part: &[u8]) -> std::ops::Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    start..start + part.len()
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

/// Finds the content of the field `wanted` (from [`FIELDS`]) by walking the DER.
fn walk<'a>(der: &'a [u8], wanted: &str) -> Result<&'a [u8], CertError> {
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

/// One element of `bytes`, a part of `der`: all of it, its content, and what follows. Its first
/// byte must be `tag` and its length the shortest form of DER (X.690 §10.1), which x509-parser
/// does not insist on: it takes 0x10 for a SEQUENCE, too.
fn element<'a>(
    der: &[u8],
    bytes: &'a [u8],
    tag: u8,
    field: &'static str,
) -> Result<(&'a [u8], &'a [u8], &'a [u8]), CertError> {
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
fn strict_outside(der: &[u8]) -> Result<(std::ops::Range<usize>, &[u8]), CertError> {
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

/// Reads both times as RFC 5280 §4.1.2.5 writes them, which x509-parser does loosely.
fn strict_validity(der: &[u8]) -> Result<Validity, CertError> {
    let content = walk(der, "validity")?;
    let (rest, not_before) = time(der, content, "validity.notBefore")?;
    let (rest, not_after) = time(der, rest, "validity.notAfter")?;
    if !rest.is_empty() {
        return Err(CertError {
            field: "validity",
            at: span(der, rest).start,
            reason: "bytes follow its two times".to_owned(),
        });
    }
    Ok(Validity {
        not_before,
        not_after,
    })
}

fn time<'a>(
    der: &[u8],
    content: &'a [u8],
    field: &'static str,
) -> Result<(&'a [u8], UnixTime), CertError> {
    let fail = |reason: String| CertError {
        field,
        at: span(der, content).start,
        reason,
    };
    let (rest, value) =
        Any::from_der(content).map_err(|_| fail("not DER, or cut short".to_owned()))?;
    let (form, shape) = match value.tag() {
        Tag::UtcTime => ("UTCTime", "YYMMDDHHMMSSZ"),
        Tag::GeneralizedTime => ("GeneralizedTime", "YYYYMMDDHHMMSSZ"),
        other => {
            return Err(fail(format!(
                "malformed: neither UTCTime nor GeneralizedTime but {other}"
            )));
        }
    };
    let text = String::from_utf8_lossy(value.data).into_owned();
    parse_time(&text, shape.len())
        .map(|at| (rest, at))
        .ok_or_else(|| {
            let shown: String = text
                .chars()
                .filter(|c| c.is_ascii_graphic())
                .take(24)
                .collect();
            let seconds = if text.len() + 2 == shape.len() {
                " (the seconds are missing)"
            } else {
                ""
            };
            fail(format!(
                "malformed {form} `{shown}`{seconds}, the format is {shape}"
            ))
        })
}

fn parse_time(text: &str, length: usize) -> Option<UnixTime> {
    let digits = text.strip_suffix('Z')?;
    let shaped = text.len() == length && digits.bytes().all(|b| b.is_ascii_digit());
    shaped.then_some(())?;
    let (year, rest) = digits.split_at(digits.len() - 10);
    let year: i64 = year.parse().ok()?;
    // RFC 5280 §4.1.2.5.1: two-digit years from 50 on are of the last century.
    let year = match (length, year) {
        (13, 50..) => 1900 + year,
        (13, _) => 2000 + year,
        _ => year,
    };
    let two = |at: usize| rest.get(at..at + 2)?.parse::<u32>().ok();
    UnixTime::from_civil((year, two(0)?, two(2)?), (two(4)?, two(6)?, two(8)?))
}

/// Why x509-parser refused `der`: our own walk finds the field.
fn diagnose(der: &[u8], error: &impl fmt::Debug) -> CertError {
    if let Some((says, has)) = crate::parse::shape::truncated_der(der) {
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
