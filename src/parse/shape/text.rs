//! Texts: their encoding, and what kind they are.

use zeroize::Zeroizing;

use crate::parse::json::Json;
use crate::parse::pem;
use crate::parse::shape::{JKS, SAMPLE, Shape, recognise};
use crate::text::base64;

/// The text of a UTF-16 file, with or without byte order mark; `None` if it is none.
pub fn utf16(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let unit = match is_utf16(bytes)? {
        ByteOrder::Big => u16::from_be_bytes,
        ByteOrder::Little => u16::from_le_bytes,
    };
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [first, second] => unit([*first, *second]),
        _ => 0,
    });
    // A unit is three bytes of UTF-8 at most, so the text is never moved.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
    for decoded in char::decode_utf16(units) {
        text.push(decoded.ok()?);
    }
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Some(text)
}

/// Which byte of a UTF-16 unit comes first.
#[derive(Clone, Copy)]
pub(super) enum ByteOrder {
    Big,
    Little,
}

/// Tells UTF-16 by its byte order mark, or by ASCII with a NUL at every other byte.
pub(super) fn is_utf16(bytes: &[u8]) -> Option<ByteOrder> {
    let head = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or(bytes);
    let nul_at = |index: usize| {
        head.len() > 3
            && head.chunks_exact(2).all(|pair| {
                pair.get(index) == Some(&0) && pair.get(1 - index).is_some_and(|byte| *byte != 0)
            })
    };
    match head {
        [0xff, 0xfe, ..] => Some(ByteOrder::Little),
        [0xfe, 0xff, ..] if !head.starts_with(JKS) => Some(ByteOrder::Big),
        _ if nul_at(1) => Some(ByteOrder::Little),
        _ => nul_at(0).then_some(ByteOrder::Big),
    }
}

/// UTF-8 without control characters but blanks. Looks at the start only: DER has control
/// characters (tags, lengths) in its first bytes.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or(bytes);
    let controls = head.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace());
    let valid =
        std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    !controls && valid
}

/// What kind of text it is.
pub(super) fn text(bytes: &[u8]) -> Shape {
    let trimmed = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| trimmed.starts_with(p.as_bytes()));
    if starts(&["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- BEGIN SSH2"]) {
        return Shape::OpenSshPublicKey;
    }
    if let Some(label) = first_label(bytes) {
        return match label.as_str() {
            "OPENSSH PRIVATE KEY" => Shape::OpenSshPrivateKey,
            pgp if pgp.starts_with("PGP ") => Shape::PgpArmor,
            _ => Shape::Pem(label),
        };
    }
    match trimmed.first() {
        Some(b'<') => Shape::Html,
        Some(b'{' | b'[') if is_json(trimmed) => Shape::Json,
        _ if is_jwt(trimmed) => Shape::Jwt,
        _ => base64(trimmed).unwrap_or(Shape::Text),
    }
}

/// Whether it begins as JSON does, so that what was cut off is known too, or is JSON: a `[section]`
/// or a `{% template %}` is neither.
fn is_json(text: &[u8]) -> bool {
    let (first, rest) = text.split_at(1);
    let next = rest.trim_ascii_start().first();
    match (first, next) {
        (b"{", Some(b'"' | b'}')) | (b"[", Some(b'"' | b'{' | b'[' | b']')) => true,
        _ => std::str::from_utf8(text).is_ok_and(|text| Json::parse(text).is_ok()),
    }
}

/// The label of the first PEM block, sound or not.
fn first_label(bytes: &[u8]) -> Option<String> {
    let first = pem::scan(bytes).blocks.into_iter().next()?;
    Some(first.map_or_else(|damage| damage.label, |block| block.label))
}

/// Three base64url segments, the first of which is a JSON object (RFC 7519 §3).
fn is_jwt(text: &[u8]) -> bool {
    let is_segment = |part: &[u8]| {
        part.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_dot = |byte: &u8| *byte == b'.';
    text.starts_with(b"eyJ")
        && text.iter().copied().filter(is_dot).count() == 2
        && text.split(is_dot).all(is_segment)
}

/// Base64 of something that we know.
fn base64(text: &[u8]) -> Option<Shape> {
    let decoded = base64::decode(text)?;
    match recognise(&decoded) {
        Shape::Archive(_) | Shape::Binary | Shape::Empty | Shape::Text => None,
        Shape::OnlyBlanks | Shape::OnlyNuls | Shape::Utf16(None) => None,
        inside => Some(Shape::Base64Only(Box::new(inside))),
    }
}
