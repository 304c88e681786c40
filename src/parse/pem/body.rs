//! The content between two marks: RFC 1421 headers and base64.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::from_utf8;

use zeroize::Zeroizing;

use crate::parse::pem::damage::DamageKind;
use crate::parse::pem::line::{LINE_CHARACTERS, Line, Lines};
use crate::parse::pem::quirk::{Quirk, note};
use crate::text::base64::{Alphabet, Decoder, Misfit, Uneven};

/// RFC 1421 headers and the decoded bytes.
pub(super) type Body = (Vec<(String, String)>, Zeroizing<Vec<u8>>);

/// Headers and bytes of a body; or the fault, with its line.
pub(super) fn decode_body(
    text: &[u8],
    lines: Lines<'_>,
    hide: bool,
    quirks: &mut Vec<Quirk>,
) -> Result<Body, (usize, DamageKind)> {
    let mut at = lines.number;
    let mut decoder = Decoder::new(Alphabet::Standard, lines.text.len().saturating_sub(lines.at));
    let all = lines;
    let mut lines = lines.peekable();
    skip_rest_of_begin(text, &mut lines, quirks);
    let headers = take_headers(text, &mut lines)?;
    let mut layout = Layout::behind(&headers);
    for line in lines {
        let content = text.get(line.start..line.end).unwrap_or(&[]);
        note_quirks(content, &line, quirks);
        layout.check(content, line.number, quirks);
        at = line.number;
        for (index, byte) in content.iter().enumerate() {
            let kind = match decoder.push(*byte) {
                Ok(()) => continue,
                Err(Misfit::NoBase64) if is_skipped(*byte) => continue,
                // OpenSSL removes the end of a line up to the last character that is not a blank.
                Err(Misfit::NoBase64)
                    if content.get(index..).is_some_and(|rest| rest.trim_ascii().is_empty()) =>
                {
                    continue;
                }
                Err(Misfit::NoBase64) => DamageKind::BadCharacter {
                    column: index + 1,
                    shown: content.get(index..).filter(|_| !hide).map_or_else(String::new, show),
                },
                Err(Misfit::BehindPadding) => DamageKind::BadPadding,
            };
            return Err((at, kind));
        }
    }
    let bytes = decoder.finish().map_err(|why| match why {
        Uneven::Count(_) if is_plus_lost(text, all) => (at, DamageKind::BlankForPlus),
        Uneven::Count(count) => uneven(text, all, at, count),
        Uneven::Empty => (at, DamageKind::EmptyBody),
        Uneven::Padding => (at, DamageKind::BadPadding),
    })?;
    Ok((headers, bytes))
}

/// Whether lines of full length contain single blanks, in place of the missing characters.
fn is_plus_lost(text: &[u8], lines: Lines<'_>) -> bool {
    let content = |line: Line| text.get(line.start..line.end).unwrap_or(&[]).trim_ascii_end();
    let mut full = lines.map(content).filter(|line| line.contains(&b' '));
    let first = full.next();
    let whole = |line: &[u8]| {
        line.len() == LINE_CHARACTERS
            && line.iter().all(|byte| *byte == b' ' || !byte.is_ascii_whitespace())
    };
    first.is_some_and(|line| whole(line) || line.len() < LINE_CHARACTERS)
        && full.filter(|line| !whole(line)).count() <= 1
}

/// The line with too few or too many characters: the first one that differs from most. If all are
/// equal, the last line.
fn uneven(text: &[u8], lines: Lines<'_>, last: usize, count: usize) -> (usize, DamageKind) {
    let length = |line: &Line| {
        let content = text.get(line.start..line.end).unwrap_or(&[]);
        let is_header = content.contains(&b':');
        let characters = content.iter().filter(|byte| !is_skipped(**byte)).count();
        if is_header { 0 } else { characters }
    };
    let measured =
        || lines.map(|line| (line.number, length(&line))).filter(|(_, length)| *length > 0);
    let mut times: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, length) in measured() {
        *times.entry(length).or_default() += 1;
    }
    // If there are two lines of different length, neither is the usual one.
    let most = times.iter().max_by_key(|(_, times)| **times);
    let usual = most.filter(|(_, times)| **times > 1);
    let odd = usual.and_then(|(usual, _)| {
        let mut odd = measured().filter(|(_, length)| length != usual);
        odd.next().map(|(number, length)| (number, (length, *usual)))
    });
    let (at, line) = odd.map_or((last, None), |(at, line)| (at, Some(line)));
    (at, DamageKind::BadLength { count, line })
}

/// Characters in base64 that OpenSSL ignores (`conv_ascii2bin`, crypto/evp/encode.c). A form feed
/// is not among them.
fn is_skipped(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// What OpenSSL requires of the lines of a body (`get_header_and_data`, crypto/pem/pem_lib.c).
struct Layout {
    /// After the headers, or the blank line that stands for none, lines must be full.
    strict: bool,
    /// No line was read yet.
    fresh: bool,
    /// A line was not full, so it must be the last one.
    short: bool,
}

impl Layout {
    /// For a body after these headers.
    fn behind(headers: &[(String, String)]) -> Self {
        Self { strict: !headers.is_empty(), fresh: true, short: false }
    }

    /// Notes what is wrong with the next line.
    fn check(&mut self, content: &[u8], number: usize, quirks: &mut Vec<Quirk>) {
        let blank = content.trim_ascii().is_empty();
        if blank && self.fresh && !self.strict {
            self.strict = true;
        } else if blank {
            note(quirks, Quirk::BlankLine(number));
        } else if self.strict {
            if self.short || content.len() > LINE_CHARACTERS {
                note(quirks, Quirk::LineLength(number));
            }
            self.short = content.len() < LINE_CHARACTERS;
        }
        self.fresh = false;
    }
}

/// Skips the rest of the `BEGIN` line, which must be blanks.
fn skip_rest_of_begin(text: &[u8], lines: &mut Peekable<Lines<'_>>, quirks: &mut Vec<Quirk>) {
    let is_blank = |line: &Line| {
        let rest = text.get(line.start..line.end).unwrap_or(&[]);
        rest.iter().all(u8::is_ascii_whitespace)
    };
    if let Some(line) = lines.next_if(is_blank) {
        if line.start < line.end {
            note(quirks, Quirk::TrailingBlanks(line.number));
        }
        if line.bare {
            note(quirks, Quirk::BareCarriageReturns(line.number));
        }
    }
}

/// Reads the RFC 1421 headers with their continuation lines, and the blank line after them.
fn take_headers(
    text: &[u8],
    lines: &mut Peekable<Lines<'_>>,
) -> Result<Vec<(String, String)>, (usize, DamageKind)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    while let Some(line) = lines.peek() {
        let content = text.get(line.start..line.end).unwrap_or(&[]);
        let trimmed = String::from_utf8_lossy(content.trim_ascii());
        let folded = content.first().is_some_and(u8::is_ascii_whitespace);
        let pair = trimmed.split_once(':');
        let named = pair.is_some_and(|(name, _)| !name.contains(char::is_whitespace));
        match (headers.last_mut(), pair) {
            (None, None) => break,
            (Some(_), _) if trimmed.is_empty() => {
                lines.next();
                break;
            }
            (Some((_, value)), _) if folded && !named => value.push_str(&trimmed),
            (_, Some((name, value))) => headers.push((name.into(), value.trim().into())),
            (Some(_), None) => return Err((line.number, DamageKind::OpenHeaders)),
        }
        lines.next();
    }
    Ok(headers)
}

/// What is odd about the form of a body line.
fn note_quirks(content: &[u8], line: &Line, quirks: &mut Vec<Quirk>) {
    let written = content.trim_ascii_end();
    if content.len() != written.len() && !written.is_empty() {
        note(quirks, Quirk::TrailingBlanks(line.number));
    }
    if written.iter().any(u8::is_ascii_whitespace) {
        note(quirks, Quirk::BlanksInBody(line.number));
    }
    if line.bare {
        note(quirks, Quirk::BareCarriageReturns(line.number));
    }
}

/// The first character of `text`, escaped if it does not print.
fn show(text: &[u8]) -> String {
    let head = text.get(..text.len().min(4)).unwrap_or(&[]);
    let valid = match from_utf8(head) {
        Ok(valid) => valid,
        Err(error) => head.get(..error.valid_up_to()).map_or("", |b| from_utf8(b).unwrap_or("")),
    };
    match (valid.chars().next(), text.first()) {
        (Some(first), _) if first.is_alphanumeric() || first.is_ascii_graphic() => first.into(),
        (Some(first), _) => first.escape_unicode().to_string(),
        (None, Some(byte)) => format!("\\x{byte:02x}"),
        (None, None) => String::new(),
    }
}
