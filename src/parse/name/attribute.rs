//! One attribute of a name: how its value is written and compared.

use std::fmt::Write as _;

use x509_parser::asn1_rs::Tag;
use x509_parser::x509::AttributeTypeAndValue;

use crate::parse::oid;
use crate::text::hex::hex;
use crate::text::screen::for_screen;

/// One attribute type and its value.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Attribute {
    /// Dotted OID.
    pub oid: String,
    oid_der: Vec<u8>,
    tag: u32,
    bytes: Vec<u8>,
}

impl Attribute {
    pub(super) fn new(parsed: &AttributeTypeAndValue<'_>) -> Self {
        Self {
            oid: oid::text(parsed.attr_type()),
            oid_der: parsed.attr_type().as_bytes().to_vec(),
            tag: parsed.attr_value().tag().0,
            bytes: parsed.attr_value().data.to_vec(),
        }
    }

    /// The short name, or the dotted OID.
    pub fn short(&self) -> &str {
        oid::attribute(&self.oid).unwrap_or(&self.oid)
    }

    /// The value, decoded by its string type. Bytes that cannot be decoded appear as U+FFFD.
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

    /// Whether the value is an IA5String.
    pub fn is_ia5_string(&self) -> bool {
        Tag(self.tag) == Tag::Ia5String
    }

    /// Whether the value is of a string type of X.520 but UniversalString, with nothing in it that the
    /// type excludes. `*` and `&` pass in a PrintableString.
    pub fn is_strict_string(&self) -> bool {
        let all = |fits: fn(u8) -> bool| self.bytes.iter().all(|byte| fits(*byte));
        match Tag(self.tag) {
            Tag::BmpString => self.bytes.len().is_multiple_of(2),
            Tag::Ia5String => self.bytes.is_ascii(),
            Tag::NumericString => all(|byte| byte.is_ascii_digit() || byte == b' '),
            Tag::PrintableString => {
                all(|byte| byte.is_ascii_alphanumeric() || b" '()+,-./:=?*&".contains(&byte))
            }
            Tag::T61String => true,
            Tag::Utf8String => std::str::from_utf8(&self.bytes).is_ok(),
            _ => false,
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

    pub(super) fn canonical(&self) -> Vec<u8> {
        let value = if self.is_string() {
            let text = match Tag(self.tag) {
                Tag::Utf8String => self.bytes.clone(),
                Tag::BmpString | Tag::UniversalString => self.text().into_bytes(),
                _ => self.bytes.iter().map(|&b| char::from(b)).collect::<String>().into_bytes(),
            };
            tlv(0x0c, &fold(&text))
        } else {
            tlv(u8::try_from(self.tag).unwrap_or(0x1f), &self.bytes)
        };
        tlv(0x30, &[tlv(0x06, &self.oid_der), value].concat())
    }

    /// The form that Java compares: for a UTF8String or PrintableString in an attribute of RFC
    /// 2253, lower case without needless blanks; else the value as encoded
    /// (`AVA.toRFC2253CanonicalString`).
    pub(super) fn java(&self) -> (String, u32, Vec<u8>) {
        let named = oid::attribute(&self.oid).is_some_and(|name| IN_RFC2253.contains(&name));
        let folds = matches!(Tag(self.tag), Tag::Utf8String | Tag::PrintableString) && named;
        match folds {
            true => {
                let text = self.text().to_lowercase();
                let words: Vec<&str> = text.split_whitespace().collect();
                (self.oid.clone(), 0, words.join(" ").into_bytes())
            }
            false => (self.oid.clone(), self.tag, self.bytes.clone()),
        }
    }

    pub(super) fn oneline(&self) -> String {
        // X509_NAME_oneline drops the zero bytes of a GeneralString whose units all have four
        // bytes.
        let general = Tag(self.tag) == Tag::GeneralString && self.bytes.len().is_multiple_of(4);
        let wide = general
            && self.bytes.chunks(4).all(|four| four.first() == Some(&0) && four.get(1) == Some(&0))
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

    pub(super) fn rfc4514(&self) -> String {
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

    pub(super) fn alien(&self) -> String {
        let short = self.short();
        let named = oid::in_rfc4514(&self.oid);
        format!("{}={}", if named { short } else { &self.oid }, escape_4514(&self.text()))
    }
}

/// Attributes that RFC 2253 has a name for.
const IN_RFC2253: &[&str] = &["CN", "C", "L", "ST", "O", "OU", "street", "DC", "UID"];

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
    let words: Vec<Vec<u8>> =
        text.split(blank).filter(|word| !word.is_empty()).map(<[u8]>::to_ascii_lowercase).collect();
    words.join(&b' ')
}

pub(super) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
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
