//! Distinguished names: kept as ordered RDNs, written in four forms, compared and hashed.

mod attribute;

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use x509_parser::asn1_rs::FromDer;
use x509_parser::x509::X509Name;

use crate::crypto::digest;
pub use crate::parse::name::attribute::Attribute;
use crate::parse::name::attribute::tlv;
use crate::parse::oid;
use crate::text::screen::for_screen;

/// A distinguished name, in encoded order.
///
/// `==` compares encodings; [`Name::same_as`] compares names.
#[derive(Clone, Debug)]
pub struct Name {
    der: Vec<u8>,
    rdns: Vec<Vec<Attribute>>,
    /// Computed when they are first needed.
    canonical: OnceLock<Vec<u8>>,
    new_hash: OnceLock<String>,
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.der.hash(state);
    }
}

impl Name {
    /// Parses a Name in DER; `None` if it is none, or bytes follow it.
    pub fn parse(der: &[u8]) -> Option<Self> {
        let (rest, parsed) = X509Name::from_der(der).ok()?;
        rest.is_empty().then(|| Self::new(&parsed))
    }

    /// The name of one RDN, given as the content of its SET; `None` if it is none.
    pub(in crate::parse) fn of_rdn(content: &[u8]) -> Option<Self> {
        Self::parse(&tlv(0x30, &tlv(0x31, content)))
    }

    /// Takes a parsed name.
    pub fn new(parsed: &X509Name<'_>) -> Self {
        Self {
            der: parsed.as_raw().to_vec(),
            rdns: parsed.iter_rdn().map(|rdn| rdn.iter().map(Attribute::new).collect()).collect(),
            canonical: OnceLock::new(),
            new_hash: OnceLock::new(),
        }
    }

    /// The name as encoded, with its SEQUENCE header.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The RDNs in encoded order.
    pub fn rdns(&self) -> &[Vec<Attribute>] {
        &self.rdns
    }

    /// Whether it has no RDN.
    pub fn is_empty(&self) -> bool {
        self.rdns.is_empty()
    }

    /// Whether two names are the same by RFC 5280 §7.1: string type, case (ASCII) and the number of
    /// spaces do not matter.
    pub fn same_as(&self, other: &Self) -> bool {
        self.der == other.der
            || self.rdns.len() == other.rdns.len() && self.canonical() == other.canonical()
    }

    /// Whether Java takes both for the same name (`X500Name.equals`, by RFC 2253's canonical form).
    pub fn same_in_java(&self, other: &Self) -> bool {
        self.same_by(other, Attribute::java)
    }

    /// Whether both give the same line of text (`X509_NAME_print_ex`), where string types do not
    /// matter.
    pub fn same_in_line(&self, other: &Self) -> bool {
        self.same_by(other, |attribute| (attribute.oid.clone(), attribute.text()))
    }

    fn same_by<T: PartialEq>(&self, other: &Self, part: fn(&Attribute) -> T) -> bool {
        let parts = |name: &Self| -> Vec<Vec<T>> {
            name.rdns.iter().map(|rdn| rdn.iter().map(part).collect()).collect()
        };
        self.der == other.der || self.rdns.len() == other.rdns.len() && parts(self) == parts(other)
    }

    /// Whether it is `issuer` with one more RDN, a single CN. This is the name of a proxy (RFC 3820
    /// §3.4).
    pub fn is_one_cn_below(&self, issuer: &Self) -> bool {
        let Some((last, before)) = self.rdns.split_last() else {
            return false;
        };
        let single_cn = matches!(last.as_slice(), [only] if only.short() == "CN");
        // RDNs are complete elements, so an equal beginning of this many bytes means equal RDNs.
        single_cn && before.len() == issuer.rdns.len() && self.is_within(issuer)
    }

    /// Whether it begins with the RDNs of `base`, compared in the same way (RFC 5280 §7.1).
    fn is_within(&self, base: &Self) -> bool {
        self.canonical().starts_with(base.canonical())
    }

    /// The values of all attributes of one type, decoded, in order.
    pub fn values(&self, short_name: &str) -> Vec<String> {
        let named = |a: &&Attribute| oid::attribute(&a.oid) == Some(short_name);
        self.rdns.iter().flatten().filter(named).map(Attribute::text).collect()
    }

    /// The last CN, else the last attribute. People use it as the name.
    pub fn common_name(&self) -> String {
        let last = self.rdns.iter().flatten().next_back();
        self.values("CN")
            .pop()
            .or_else(|| last.map(Attribute::text))
            .filter(|text| !text.is_empty())
            .map_or_else(|| self.screen(), |text| for_screen(&text))
    }

    /// RFC 4514: most specific RDN first, escaped, unambiguous.
    pub fn rfc4514(&self) -> String {
        let rdn = |rdn: &Vec<Attribute>| joined(rdn, Attribute::rfc4514);
        self.rdns.iter().rev().map(rdn).collect::<Vec<_>>().join(",")
    }

    /// The form of alien.py: RFC 4514 parts in encoded order, joined by `/`, without a leading `/`.
    pub fn alien(&self) -> String {
        let rdn = |rdn: &Vec<Attribute>| joined(rdn, Attribute::alien);
        self.rdns.iter().map(rdn).collect::<Vec<_>>().join("/")
    }

    /// The slash form, byte for byte as `X509_NAME_oneline` of OpenSSL 1 writes it: `\xHH` for
    /// bytes outside of printable ASCII, `/` not escaped. It is ambiguous, so compare it, but never
    /// parse it.
    pub fn slash(&self) -> String {
        let part = |a: &Attribute| format!("/{}={}", a.short(), a.oneline());
        self.rdns.iter().flatten().map(part).collect()
    }

    /// Whether two different names look the same in slash form: an e-mail address may be part of
    /// the CN, or an attribute of its own.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.slash() == other.slash() && !self.same_as(other)
    }

    /// Whether the slash form can be read as another name: a value contains something like an
    /// attribute, or an RDN has several attributes.
    pub fn is_ambiguous(&self) -> bool {
        let is_type = |text: &str| {
            let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '.';
            !text.is_empty() && text.chars().all(plain)
                || text.to_ascii_lowercase().contains("mail")
        };
        let goes_on = |part: &str| part.split_once('=').is_some_and(|(name, _)| is_type(name));
        let mut values = self.rdns.iter().flatten().map(Attribute::oneline);
        values.any(|value| value.split('/').skip(1).any(goes_on))
            || self.rdns.iter().any(|rdn| rdn.len() > 1)
    }

    /// The slash form for people: values decoded, control and bidirectional characters escaped.
    pub fn screen(&self) -> String {
        if self.is_empty() {
            return "(empty name)".to_owned();
        }
        let part = |a: &Attribute| format!("/{}={}", a.short(), for_screen(&a.text()));
        self.rdns.iter().flatten().map(part).collect()
    }

    /// The hash that OpenSSL 1.0.0 and later looks up: SHA-1 of the canonical encoding.
    pub fn new_hash(&self) -> String {
        self.new_hash.get_or_init(|| hash_text(&digest::sha1(self.canonical()))).clone()
    }

    /// The hash that OpenSSL before 1.0.0 looked up: MD5 of the encoding itself.
    pub fn old_hash(&self) -> String {
        hash_text(&digest::md5(&self.der))
    }

    /// OpenSSL's canonical encoding (`x509_name_canon`): the RDN SETs without the outer SEQUENCE
    /// header, strings as UTF-8, trimmed, runs of spaces collapsed, ASCII letters lower-cased.
    pub fn canonical(&self) -> &[u8] {
        self.canonical.get_or_init(|| self.rdns.iter().flat_map(|rdn| canonical(rdn)).collect())
    }
}

/// One RDN in canonical encoding.
fn canonical(rdn: &[Attribute]) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = rdn.iter().map(Attribute::canonical).collect();
    parts.sort();
    tlv(0x31, &parts.concat())
}

/// The attributes of one RDN.
fn joined(rdn: &[Attribute], form: fn(&Attribute) -> String) -> String {
    rdn.iter().map(form).collect::<Vec<_>>().join("+")
}

fn hash_text(digest: &[u8]) -> String {
    let first: [u8; 4] = digest.first_chunk().copied().unwrap_or_default();
    format!("{:08x}", u32::from_le_bytes(first))
}
