//! Private keys and their numbers in hexadecimal with colons, as `openssl -text` prints them.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::text::screen::decode::from_hex;
use crate::text::screen::der::Shape;
use crate::text::screen::named::{trimmed, word};
use crate::text::screen::run::between;

/// The first private key or number at or behind `from`.
pub(super) fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        let colon = at + rest.iter().position(|byte| *byte == b':')?;
        let start = colon.saturating_sub(2).max(from);
        let before = bytes.get(..start).unwrap_or_default();
        if before.last().is_some_and(u8::is_ascii_alphanumeric) {
            // The end of a word.
            at = colon + 1;
            continue;
        }
        let (digits, end) = octets(bytes, start);
        let is_private = || matches!(Shape::of(&from_hex(&digits)), Shape::Private);
        let is_key = digits.len() >= MIN_KEY && is_private();
        if is_key || digits.len() >= MIN_NUMBER && is_labelled(bytes, start) {
            return Some(start..end);
        }
        at = end.max(colon + 1);
    }
}

/// The digits at `start`, two by two with colons between them, and where they end.
fn octets(text: &[u8], start: usize) -> (Zeroizing<Vec<u8>>, usize) {
    let mut digits = Zeroizing::new(Vec::with_capacity(64));
    let (mut at, mut end) = (start, start);
    while let Some(pair) = text.get(at..at + 2) {
        let next = text.get(at + 2);
        if !pair.iter().all(u8::is_ascii_hexdigit) || next.is_some_and(u8::is_ascii_alphanumeric) {
            break;
        }
        digits.extend_from_slice(pair);
        end = at + 2;
        if next != Some(&b':') {
            break;
        }
        at = end + 1 + between(text, end + 1);
    }
    (digits, end)
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

/// Digits of the smallest key: more than a digest of 256 bits.
const MIN_KEY: usize = 66;

/// Digits of the smallest private number.
const MIN_NUMBER: usize = 32;
