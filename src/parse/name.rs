//! Distinguished names: kept as ordered RDNs, written in four forms, compared and hashed.

use std::fmt::Write as _;

use x509_parser::asn1_rs::Tag;
use x509_parser::x509::X509Name;

use crate::crypto::digest;
use crate::parse::oid;

/// A distinguished name, in encoded order.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Name {
    der: Vec<u8>,
    rdns: Vec<Vec<Attribute>>,
}

/// One attribute type and its value.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Attribute {
    /// Dotted OID.
    pub oid: String,
    oid_der: Vec<u8>,
    tag: u32,
    bytes: Vec<u8>,
}

impl Name {
    /// Takes over a parsed name.
    pub fn new(parsed: &X509Name<'_>) -> Self {
        let attribute = |part: &x509_parser::x509::AttributeTypeAndValue<'_>| Attribute {
            oid: part.attr_type().to_id_string(),
            oid_der: part.attr_type().as_bytes().to_vec(),
            tag: part.attr_value().tag().0,
            bytes: part.attr_value().data.to_vec(),
        };
        Self {
            der: parsed.as_raw().to_vec(),
            rdns: parsed
                .iter_rdn()
                .map(|rdn| rdn.iter().map(attribute).collect())
                .collect(),
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

    /// Whether two names are the same as RFC 5280 §7.1 compares them: string type, letter case
    /// (ASCII) and runs of spaces do not count.
    pub fn same_as(&self, other: &Self) -> bool {
        self.der == other.der || self.canonical() == other.canonical()
    }

    /// The values of all attributes of one type, decoded, in order.
    pub fn values(&self, short_name: &str) -> Vec<String> {
        let named = |a: &&Attribute| oid::attribute(&a.oid) == Some(short_name);
        self.rdns
            .iter()
            .flatten()
            .filter(named)
            .map(Attribute::text)
            .collect()
    }

    /// The last CN, else the last attribute: what people call the thing.
    pub fn common_name(&self) -> String {
        let last = self.rdns.iter().flatten().next_back();
        self.values("CN")
            .pop()
            .or_else(|| last.map(Attribute::text))
            .map_or_else(|| "(empty name)".to_owned(), |text| for_screen(&text))
    }

    /// RFC 4514: most specific RDN first, escaped, unambiguous.
    pub fn rfc4514(&self) -> String {
        let rdn = |rdn: &Vec<Attribute>| {
            rdn.iter()
                .map(Attribute::rfc4514)
                .collect::<Vec<_>>()
                .join("+")
        };
        self.rdns
            .iter()
            .rev()
            .map(rdn)
            .collect::<Vec<_>>()
            .join(",")
    }

    /// What alien.py prints: RFC 4514 pieces in encoded order, joined by `/`, none in front.
    pub fn alien(&self) -> String {
        let rdn = |rdn: &Vec<Attribute>| {
            rdn.iter()
                .map(Attribute::alien)
                .collect::<Vec<_>>()
                .join("+")
        };
        self.rdns.iter().map(rdn).collect::<Vec<_>>().join("/")
    }

    /// The slash form, byte for byte what `X509_NAME_oneline` of OpenSSL 1 gave: `\xHH` for bytes
    /// outside printable ASCII, `/` not escaped. Ambiguous: match it, never parse it.
    pub fn slash(&self) -> String {
        let part = |a: &Attribute| format!("/{}={}", a.short(), a.oneline());
        self.rdns.iter().flatten().map(part).collect()
    }

    /// The slash form for people: values decoded, control and bidirectional characters escaped.
    pub fn screen(&self) -> String {
        if self.is_empty() {
            return "(empty name)".to_owned();
        }
        let part = |a: &Attribute| format!("/{}={}", a.short(), for_screen(&a.text()));
        self.rdns.iter().flatten().map(part).collect()
    }

    /// The name OpenSSL 1.0.0 and later looks up: SHA-1 over the canonical encoding.
    pub fn new_hash(&self) -> String {
        hash_text(&digest::sha1(&self.canonical()))
    }

    /// The name OpenSSL before 1.0.0 looked up: MD5 over the encoding as it is.
    pub fn old_hash(&self) -> String {
        hash_text(&digest::md5(&self.der))
    }

    /// OpenSSL's canonical encoding (`x509_name_canon`): the RDN SETs without the outer SEQUENCE
    /// header, strings as UTF-8, trimmed, runs of spaces collapsed, ASCII letters lower-cased.
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.der.len());
        for rdn in &self.rdns {
            let mut parts: Vec<Vec<u8>> = rdn.iter().map(Attribute::canonical).collect();
            parts.sort();
            out.extend(tlv(0x31, &parts.concat()));
        }
        out
    }
}

impl Attribute {
    /// The short name, or the dotted OID.
    pub fn short(&self) -> &str {
        oid::attribute(&self.oid).unwrap_or(&self.oid)
    }

    /// The value decoded by its string type; bytes that do not decode appear as U+FFFD.
    pub fn text(&self) -> String {
        match Tag(self.tag) {
            Tag::BmpString => {
                let units: Vec<u16> = self
                    .bytes
                    .chunks(2)
                    .map(|pair| big_endian(pair) & 0xffff)
                    .map(low_u16)
                    .collect();
                String::from_utf16_lossy(&units)
            }
            Tag::UniversalString => {
                let scalar = |four: &[u8]| char::from_u32(big_endian(four)).unwrap_or('\u{fffd}');
                self.bytes.chunks(4).map(scalar).collect()
            }
            // Latin-1, as OpenSSL reads T61String.
            Tag::T61String => self.bytes.iter().map(|&b| char::from(b)).collect(),
            _ => String::from_utf8_lossy(&self.bytes).into_owned(),
        }
    }

    /// Whether the value is one of the string types OpenSSL's canonical form knows.
    fn is_string(&self) -> bool {
        matches!(
            Tag(self.tag),
            Tag::Utf8String
                | Tag::PrintableString
                | Tag::T61String
                | Tag::Ia5String
                | Tag::VisibleString
                | Tag::BmpString
                | Tag::UniversalString
        )
    }

    fn canonical(&self) -> Vec<u8> {
        let value = if self.is_string() {
            let text = match Tag(self.tag) {
                Tag::Utf8String => self.bytes.clone(),
                Tag::BmpString | Tag::UniversalString => self.text().into_bytes(),
                _ => self
                    .bytes
                    .iter()
                    .map(|&b| char::from(b))
                    .collect::<String>()
                    .into_bytes(),
            };
            tlv(0x0c, &fold(&text))
        } else {
            tlv(u8::try_from(self.tag).unwrap_or(0x1f), &self.bytes)
        };
        tlv(0x30, &[tlv(0x06, &self.oid_der), value].concat())
    }

    fn oneline(&self) -> String {
        // X509_NAME_oneline drops the zero bytes of a GeneralString that is all four-byte units.
        let general = Tag(self.tag) == Tag::GeneralString && self.bytes.len() % 4 == 0;
        let wide = general
            && self
                .bytes
                .chunks(4)
                .all(|four| four.first() == Some(&0) && four.get(1) == Some(&0))
            && self.bytes.chunks(4).all(|four| four.get(2) == Some(&0));
        let mut out = String::new();
        for (at, &byte) in self.bytes.iter().enumerate() {
            if wide && at % 4 != 3 {
                continue;
            }
            match byte {
                b' '..=b'~' => out.push(char::from(byte)),
                _ => write!(out, "\\x{byte:02X}").expect("a String takes all"),
            }
        }
        out
    }

    fn rfc4514(&self) -> String {
        match oid::attribute(&self.oid) {
            Some(short) => {
                let short = if short == "street" { "STREET" } else { short };
                format!("{short}={}", escape_4514(&self.text()))
            }
            None => {
                let tag = u8::try_from(self.tag).unwrap_or(0x1f);
                format!("{}=#{}", self.oid, hex(&tlv(tag, &self.bytes)))
            }
        }
    }

    fn alien(&self) -> String {
        let short = self.short();
        let named = oid::in_rfc4514(&self.oid);
        format!(
            "{}={}",
            if named { short } else { &self.oid },
            escape_4514(&self.text())
        )
    }
}

/// Text that cannot play tricks on a terminal: control and bidirectional formatting characters
/// as `\u{…}`.
pub fn for_screen(text: &str) -> String {
    let tricky = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{61c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    text.chars()
        .fold(String::with_capacity(text.len()), |mut out, c| {
            if tricky(c) {
                out.extend(c.escape_unicode());
            } else {
                out.push(c);
            }
            out
        })
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            write!(out, "{byte:02x}").expect("a String takes all");
            out
        })
}

fn escape_4514(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let count = text.chars().count();
    for (at, c) in text.chars().enumerate() {
        let edge_space = c == ' ' && (at == 0 || at + 1 == count);
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => out.extend(['\\', c]),
            '#' if at == 0 => out.push_str("\\#"),
            _ if edge_space => out.push_str("\\ "),
            '\0' => out.push_str("\\00"),
            _ if c.is_control() || for_screen(&c.to_string()).len() > c.len_utf8() => {
                for byte in c.to_string().bytes() {
                    write!(out, "\\{byte:02X}").expect("a String takes all");
                }
            }
            _ => out.push(c),
        }
    }
    out
}

/// Trims ASCII white space, collapses its runs, lower-cases ASCII letters.
fn fold(text: &[u8]) -> Vec<u8> {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r');
    let words: Vec<Vec<u8>> = text
        .split(blank)
        .filter(|word| !word.is_empty())
        .map(<[u8]>::to_ascii_lowercase)
        .collect();
    words.join(&b' ')
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let length = content.len().to_be_bytes();
            let used: Vec<u8> = length.into_iter().skip_while(|&b| b == 0).collect();
            out.push(0x80 | u8::try_from(used.len()).expect("a usize has few bytes"));
            out.extend(used);
        }
    }
    out.extend_from_slice(content);
    out
}

fn big_endian(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, &b| sum << 8 | u32::from(b))
}

fn low_u16(value: u32) -> u16 {
    u16::try_from(value & 0xffff).expect("masked")
}

fn hash_text(digest: &[u8]) -> String {
    let first: [u8; 4] = digest.first_chunk().copied().unwrap_or_default();
    format!("{:08x}", u32::from_le_bytes(first))
}
