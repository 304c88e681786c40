//! Private keys in PEM, whole or cut off.

use std::ops::Range;

use crate::text::screen::run::{Run, between, is_base64, together};

/// The first private key at or after `from`, as far as its end can be found.
pub(super) fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let begin = marker(text, "-BEGIN", from)?;
    let next = text.get(begin.end..).and_then(|rest| rest.find(BEGIN));
    let limit = next.map_or(text.len(), |at| begin.end + at);
    let own = text.get(..limit).unwrap_or(text);
    let bytes = own.as_bytes();
    let open = begin.end + lines(bytes, begin.end);
    let end = marker(own, "-END", begin.end).filter(|end| {
        let inside = bytes.get(begin.end..end.start).unwrap_or_default();
        // The END of another text does not belong to it.
        !inside.contains(&b'"') || inside.iter().all(|byte| may_be_inside(*byte))
    });
    Some(begin.start..end.map_or(open, |end| end.end))
}

/// The first line of `kind` for a private key, with its dashes.
fn marker(text: &str, kind: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(kind)) {
        let label = at + found + kind.len();
        at = label;
        let length = bytes.len().min(label + MAX_LABEL);
        let of_label = |byte: &u8| byte.is_ascii_alphanumeric() || b" %+_\\{}".contains(byte);
        let window = bytes.get(label..length).unwrap_or_default();
        let end = window.iter().position(|byte| !of_label(byte));
        let window = window.get(..end.unwrap_or(window.len())).unwrap_or_default();
        let has = |word: &[u8]| window.windows(word.len()).any(|part| part == word);
        if has(b"PRIVATE") && has(b"KEY") {
            let is_dash = |byte: &&u8| **byte == b'-';
            let before = bytes.get(..label - kind.len()).unwrap_or_default();
            let before = before.iter().rev().take_while(is_dash).count();
            let end = label + window.len();
            let behind = bytes.get(end..).unwrap_or_default();
            let behind = behind.iter().take_while(is_dash).count();
            return Some(label - kind.len() - before..end + behind);
        }
    }
    None
}

/// The number of bytes from `at` that are headers and lines of a key.
fn lines(text: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        let start = end + between(text, end);
        let rest = text.get(start..).unwrap_or_default();
        if HEADERS.iter().any(|header| rest.starts_with(header)) {
            // `DEK-Info: AES-256-CBC,0123`: a name and one word.
            let name = rest.iter().position(|byte| *byte == b':').unwrap_or(0) + 1;
            let value = start + name + between(text, start + name);
            let is_value = |byte: &&u8| is_base64(**byte) || **byte == b',';
            let rest = text.get(value..).unwrap_or_default();
            end = value + rest.iter().take_while(is_value).count();
            continue;
        }
        // Directly behind the BEGIN, or with a gap.
        let first = Run::at(text, start);
        if first.start == first.end || first.is_word(text) {
            return end - at;
        }
        return together(text, first, usize::MAX).1 - at;
    }
}

/// Whether `byte` may occur between BEGIN and END of a key, even if each line is quoted.
fn may_be_inside(byte: u8) -> bool {
    is_base64(byte) || byte.is_ascii_whitespace() || b"=\\\"',:>#|.".contains(&byte)
}

const BEGIN: &str = "-BEGIN";

/// Maximum length of a label, and of characters in place of blanks in it.
const MAX_LABEL: usize = 64;

/// Headers of traditional encrypted keys (RFC 1421).
const HEADERS: [&[u8]; 2] = [b"Proc-Type:", b"DEK-Info:"];
