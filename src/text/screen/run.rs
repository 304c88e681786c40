//! Runs of base64 characters, and the text that may stand between the runs of one key.

use crate::text::screen::random::is_piece;

/// A run of characters of base64 or base64url, by its start and end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Run {
    /// The first run at or after `from` with this length or more.
    pub(super) fn next(text: &[u8], from: usize, length: usize) -> Option<Self> {
        let mut at = from;
        while let Some(byte) = text.get(at) {
            let may_escape = matches!(byte, b'%' | b'\\');
            if !may_escape && !is_base64(*byte) {
                at += 1;
                continue;
            }
            let start = if may_escape { at + skipped(text, at) } else { at };
            if may_escape && start == at {
                // Skips all backslashes that begin no escape.
                at += count(text, at, |byte| byte == b'\\').max(1);
                continue;
            }
            let end = start + length_at(text, start);
            if end - start >= length {
                return Some(Self { start, end });
            }
            // Skips what is neither a run nor an escape.
            at = if end > at { end } else { at + 1 };
        }
        None
    }

    /// The run that begins at `start`.
    pub(super) fn at(text: &[u8], start: usize) -> Self {
        let end = start + length_at(text, start);
        Self { start, end }
    }

    pub(super) fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether it is a word of a sentence or an option, not a piece of a key.
    pub(super) fn is_word(self, text: &[u8]) -> bool {
        let run = self.of(text);
        let Some((first, rest)) = run.split_first() else {
            return true;
        };
        let small = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'-';
        run.len() < MIN_LINE
            && (first.is_ascii_alphabetic() || *first == b'-')
            && rest.iter().all(small)
    }

    fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// The runs that belong together. Line ends between them may be written in any way: as they are, as
/// escapes, as blanks. Returns the end of the last run with its padding. Stops when the runs have
/// `most` characters.
pub(super) fn together(text: &[u8], first: Run, most: usize) -> (Vec<Run>, usize) {
    let mut runs = vec![first];
    let (mut end, mut length) = (first.end, first.end - first.start);
    while length < most {
        let padding = count(text, end, |byte| byte == b'=').min(MAX_PADDING);
        end += padding;
        let mut next = Run::at(text, end + between(text, end));
        if next.is_empty() && padding == 0 {
            // Lines of a list.
            next = Run::at(text, end + separators(text, end));
            let own = next.end - next.start;
            let is_line =
                own >= MIN_LINE && runs.last().is_some_and(|run| run.end - run.start == own);
            if !is_line && !is_piece(next.of(text)) {
                return (runs, end);
            }
        }
        let touches = next.start == end;
        if padding > 0 || touches || next.is_empty() || next.is_word(text) {
            return (runs, end);
        }
        end = next.end;
        length += next.end - next.start;
        runs.push(next);
    }
    (runs, end)
}

/// The number of bytes from `at` that may stand between two lines of a key.
pub(super) fn between(text: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        let more = count(text, end, |byte| byte.is_ascii_whitespace() || b">#|".contains(&byte));
        let more = more + skipped(text, end + more);
        if more == 0 {
            return end - at;
        }
        end += more;
    }
}

/// The same, if the lines were written as a list.
fn separators(text: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let markup = MARKUP.iter().find(|word| rest.starts_with(word));
        let more = between(text, end).max(markup.map_or(0, |word| word.len())).max(count(
            text,
            end,
            |byte| SEPARATORS.contains(&byte),
        ));
        if more == 0 || end - at > MAX_SEPARATOR {
            return end - at;
        }
        end += more;
    }
}

/// The number of bytes of escaped white space from `at`.
fn skipped(text: &[u8], at: usize) -> usize {
    let mut end = at;
    while let Some(length) = escape(text.get(end..).unwrap_or_default()) {
        end += length;
    }
    end - at
}

/// The length of the escape at the start of `text`.
fn escape(text: &[u8]) -> Option<usize> {
    let hex = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_hexdigit);
    match text {
        [b'%', hi, lo, ..] if hex(&[*hi, *lo]) => Some(3),
        [b'\\', ..] => {
            let slashes = count(text, 0, |byte| byte == b'\\');
            let rest = text.get(slashes..).unwrap_or_default();
            let length = match rest {
                [b'n' | b'r' | b't', ..] => 1,
                [b'u', b'{', ..] => rest.iter().take(10).position(|byte| *byte == b'}')? + 1,
                [b'u', digits @ ..] if digits.get(..4).is_some_and(hex) => 5,
                [b'x', digits @ ..] if digits.get(..2).is_some_and(hex) => 3,
                [b'0'..=b'3', b'0'..=b'7', b'0'..=b'7', ..] => 3,
                // A backslash before a line end continues the line in a shell.
                [b'\r' | b'\n', ..] => 0,
                _ => return None,
            };
            Some(slashes + length)
        }
        _ => None,
    }
}

fn length_at(text: &[u8], at: usize) -> usize {
    count(text, at, is_base64)
}

fn count(text: &[u8], at: usize, of: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().position(|byte| !of(*byte)).unwrap_or(rest.len())
}

/// Either alphabet (RFC 4648 §4 and §5).
pub(super) fn is_base64(byte: u8) -> bool {
    BASE64[usize::from(byte)]
}

/// A table, because every byte of the output is checked.
const BASE64: [bool; 256] = {
    let mut table = [false; 256];
    let (mut at, mut byte) = (0, 0u8);
    while at < table.len() {
        table[at] = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
        (at, byte) = (at + 1, byte.wrapping_add(1));
    }
    table
};

/// Characters between and around the members of a list.
pub(super) const SEPARATORS: &[u8] = b",;:.*\"'\\[]()";

/// Line ends of HTML, and operators that join strings.
const MARKUP: [&[u8]; 5] = [b"+ ", b"&#10;", b"&#xa;", b"<br>", b"<br/>"];

/// Maximum length of a separator in a list.
const MAX_SEPARATOR: usize = 32;

/// Maximum padding of base64.
const MAX_PADDING: usize = 2;

/// More characters in a row than any word of a sentence.
pub(super) const MIN_LINE: usize = 16;
