//! Checks the contents of primitive types, in the single form of DER.

use crate::parse::asn1::time::instant;
use crate::parse::der;

/// INTEGER and ENUMERATED (X.690 §8.3.2): the shortest form.
#[inline]
pub(in crate::parse) fn integer(content: &[u8]) -> Result<(), String> {
    match content {
        [] => Err("an INTEGER without a byte".to_owned()),
        [0, next, ..] if next & 0x80 == 0 => {
            Err("an INTEGER with superfluous zero bytes in front, which OpenSSL refuses".to_owned())
        }
        [0xff, next, ..] if next & 0x80 != 0 => {
            Err("an INTEGER with superfluous ff bytes in front, which OpenSSL refuses".to_owned())
        }
        _ => Ok(()),
    }
}

/// BOOLEAN (§11.1).
pub(super) fn boolean(content: &[u8]) -> Result<(), String> {
    match content {
        [0 | 0xff] => Ok(()),
        [other] => Err(format!("a BOOLEAN of {other:02x}, which DER writes as ff")),
        _ => Err(format!("a BOOLEAN of {} bytes", content.len())),
    }
}

/// BIT STRING (§11.2.1): unused bits are zero. §11.2.2 forbids zero bits at the end of named bits,
/// but certificates in use have them.
pub(super) fn bits(content: &[u8]) -> Result<(), String> {
    let (unused, last) = match content {
        [] => return Err("a BIT STRING without a byte".to_owned()),
        [unused] => (*unused, 0),
        [unused, .., last] => (*unused, *last),
    };
    match unused {
        0 => Ok(()),
        8.. => Err(format!("a BIT STRING with {unused} unused bits")),
        _ if content.len() == 1 => Err("an empty BIT STRING with unused bits".to_owned()),
        _ if last & ((1 << unused) - 1) != 0 => {
            Err("a BIT STRING whose unused bits are not zero".to_owned())
        }
        _ => Ok(()),
    }
}

/// A BIT STRING without unused bits. A signature does not cover itself, so only one form is
/// accepted.
pub(super) fn bytes(content: &[u8]) -> Result<(), String> {
    match content.first() {
        Some(0) => Ok(()),
        Some(unused) => Err(format!("{unused} unused bits")),
        None => Err("a BIT STRING without a byte".to_owned()),
    }
}

/// OBJECT IDENTIFIER (§8.19): the last number is complete, and none starts with zero bits.
pub(super) fn oid(content: &[u8]) -> Result<(), String> {
    let ends = content.last().is_some_and(|byte| byte & 0x80 == 0);
    let mut starts = true;
    for byte in content {
        if starts && *byte == 0x80 {
            return Err("an OBJECT IDENTIFIER with superfluous zero bits".to_owned());
        }
        starts = byte & 0x80 == 0;
    }
    if ends { Ok(()) } else { Err("an OBJECT IDENTIFIER without its end".to_owned()) }
}

pub(super) fn time(tag: u8, content: &[u8]) -> Result<(), String> {
    instant(tag, content).map(|_| ())
}

/// Checks the content of an ANY by its tag: numbers, texts. OpenSSL joins pieces of constructed
/// strings. Where it can, such a tag was converted before (`parse::ber`).
pub(super) fn universal(tag: u8, content: &[u8]) -> Result<(), String> {
    match tag {
        der::BOOLEAN => boolean(content),
        der::INTEGER | der::ENUMERATED => integer(content),
        der::BIT_STRING => bits(content),
        der::OID => oid(content),
        NULL if !content.is_empty() => Err(format!("a NULL of {} bytes", content.len())),
        UTF8_STRING => match std::str::from_utf8(content) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!(
                "a UTF8String that is not UTF-8 at its byte {}, which OpenSSL refuses",
                error.valid_up_to()
            )),
        },
        BMP_STRING => bmp(content),
        UNIVERSAL_STRING => ucs4(content),
        // EXTERNAL, EMBEDDED PDV, SEQUENCE and SET are.
        0x21..=0x3e if !matches!(tag, 0x28 | 0x2b | 0x30 | 0x31) => {
            Err(format!("{} here", with_article(tag)))
        }
        _ => Ok(()),
    }
}

fn bmp(content: &[u8]) -> Result<(), String> {
    let (pairs, rest) = content.as_chunks::<2>();
    let surrogate = |pair: &&[u8; 2]| (0xd8..=0xdf).contains(&pair[0]);
    match pairs.iter().find(surrogate) {
        _ if !rest.is_empty() => Err("a BMPString of an odd number of bytes".to_owned()),
        Some([high, low]) => Err(format!("a BMPString with {high:02x}{low:02x}, no character")),
        None => Ok(()),
    }
}

fn ucs4(content: &[u8]) -> Result<(), String> {
    let (fours, rest) = content.as_chunks::<4>();
    let no_character = |four: &&[u8; 4]| char::from_u32(u32::from_be_bytes(**four)).is_none();
    if !rest.is_empty() || fours.iter().any(|four| no_character(&four)) {
        return Err("a UniversalString that is not UCS-4".to_owned());
    }
    Ok(())
}

/// The types of `ASN1_PRINTABLE`, which OpenSSL accepts as values in names, without SEQUENCE and
/// undefined tags.
#[inline]
pub(super) fn is_string(tag: u8) -> bool {
    matches!(
        tag,
        UTF8_STRING
            | PRINTABLE_STRING
            | IA5_STRING
            | T61_STRING
            | BMP_STRING
            | NUMERIC_STRING
            | UNIVERSAL_STRING
            | der::BIT_STRING
    )
}

/// A type by its tag, for messages.
fn tag_name(tag: u8) -> String {
    let name = match tag {
        der::BOOLEAN => "BOOLEAN",
        der::INTEGER => "INTEGER",
        der::BIT_STRING => "BIT STRING",
        der::OCTET_STRING => "OCTET STRING",
        NULL => "NULL",
        der::OID => "OBJECT IDENTIFIER",
        der::ENUMERATED => "ENUMERATED",
        UTF8_STRING => "UTF8String",
        NUMERIC_STRING => "NumericString",
        PRINTABLE_STRING => "PrintableString",
        T61_STRING => "TeletexString",
        0x15 => "VideotexString",
        IA5_STRING => "IA5String",
        der::UTC_TIME => "UTCTime",
        der::GENERALIZED_TIME => "GeneralizedTime",
        0x19 => "GraphicString",
        VISIBLE_STRING => "VisibleString",
        0x1b => "GeneralString",
        UNIVERSAL_STRING => "UniversalString",
        BMP_STRING => "BMPString",
        der::SEQUENCE => "SEQUENCE",
        der::SET => "SET",
        0x10 => "a SEQUENCE marked as primitive",
        0x11 => "a SET marked as primitive",
        0x80..=0x9e => return format!("a primitive [{}]", tag & 0x1f),
        0xa0..=0xbe => return format!("a constructed [{}]", tag & 0x1f),
        _ => return String::new(),
    };
    name.to_owned()
}

/// The same with its article, and with what is odd about it.
pub(super) fn with_article(tag: u8) -> String {
    let name = tag_name(tag);
    if name.starts_with("a ") {
        return name;
    }
    if name.starts_with(['E', 'I', 'O']) {
        return format!("an {name}");
    }
    if !name.is_empty() {
        return format!("a {name}");
    }
    match tag_name(tag & 0x1f) {
        inner if matches!(tag, 0x21..=0x3e) && !inner.is_empty() => {
            format!("a constructed {inner}, which is BER and not DER,")
        }
        _ => format!("a value of the unknown tag {tag:02x}"),
    }
}

pub(super) const NULL: u8 = 0x05;
pub(super) const UTF8_STRING: u8 = 0x0c;
const NUMERIC_STRING: u8 = 0x12;
const PRINTABLE_STRING: u8 = 0x13;
const T61_STRING: u8 = 0x14;
pub(super) const IA5_STRING: u8 = 0x16;
pub(super) const VISIBLE_STRING: u8 = 0x1a;
const UNIVERSAL_STRING: u8 = 0x1c;
pub(super) const BMP_STRING: u8 = 0x1e;
