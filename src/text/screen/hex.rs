//! Private keys and their numbers in hexadecimal: with colons, as `openssl -text` prints them, and
//! with blanks, as dumps of memory have them.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::text::screen::der::Shape;
use crate::text::screen::named::{trimmed, word};
use crate::text::screen::run::between;

/// The first private key or number at or behind `from`.
pub(super) fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        let mark = at + rest.iter().position(|byte| b": ".contains(byte))?;
        let with_colons = bytes.get(mark) == Some(&b':');
        let before = bytes.get(from..mark).unwrap_or_default().iter().rev();
        let length = before.take(MAX_GROUP).take_while(|byte| byte.is_ascii_hexdigit()).count();
        let start = mark - if with_colons { length.min(2) } else { length };
        let before = bytes.get(..start).unwrap_or_default();
        if before.last().is_some_and(u8::is_ascii_alphanumeric) {
            // The end of a word.
            at = mark + 1;
            continue;
        }
        let (digits, end) = octets(bytes, start, with_colons);
        let is_private = || matches!(Shape::of_hex(&digits), Shape::Private);
        let is_key = digits.len() >= MIN_KEY && is_private();
        if is_key || digits.len() >= MIN_NUMBER && is_labelled(bytes, start) {
            return Some(start..end);
        }
        at = end.max(mark + 1);
    }
}

/// The digits at `start`, two by two with colons between them, or so many bytes at a time with blanks
/// between them; and where they end.
fn octets(text: &[u8], start: usize, with_colons: bool) -> (Zeroizing<Vec<u8>>, usize) {
    let mut digits = Zeroizing::new(Vec::with_capacity(64));
    let (mut at, mut end) = (start, start);
    let longest = if with_colons { 2 } else { MAX_GROUP };
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let next = rest.get(length);
        let is_group = length > 0 && length <= longest && length.is_multiple_of(2);
        if !is_group || next.is_some_and(u8::is_ascii_alphanumeric) {
            return (digits, end);
        }
        digits.extend_from_slice(rest.split_at(length).0);
        end = at + length;
        let colon = usize::from(with_colons);
        let blanks = between(text, end + colon);
        if with_colons && next != Some(&b':') || !with_colons && blanks == 0 {
            return (digits, end);
        }
        at = end + colon + blanks;
    }
}

/// Whether the number at `start` has the label of a private one in front.
fn is_labelled(text: &[u8], start: usize) -> bool {
    let mut before = text.get(..start).unwrap_or_default();
    // A line end may be an escape.
    while let Some(rest) = ESCAPES.iter().find_map(|end| trimmed(before).0.strip_suffix(*end)) {
        before = rest;
    }
    let Some((b':', before)) = trimmed(before).0.split_last() else {
        return false;
    };
    let name = word(before);
    LABELS.iter().any(|label| name.eq_ignore_ascii_case(label))
}

/// Line ends as text, without their backslashes.
const ESCAPES: [&[u8]; 3] = [b"\\n", b"\\u{a}", b"\\u000a"];

/// Labels of `openssl rsa -text`, `ec -text` and `pkey -text`.
const LABELS: &[&[u8]] = &[
    b"coefficient",
    b"exponent1",
    b"exponent2",
    b"prime1",
    b"prime2",
    b"priv",
    b"privateExponent",
];

/// Digits of the longest group between blanks: 8 bytes.
const MAX_GROUP: usize = 16;

/// Digits of the smallest key: more than a digest of 256 bits.
const MIN_KEY: usize = 66;

/// Digits of the smallest private number.
const MIN_NUMBER: usize = 32;
