//! `BEGIN` and `END` lines, correct or not.

use crate::parse::pem::damage::{Damage, DamageKind, Edge};
use crate::parse::pem::escape::skip_escapes;
use crate::parse::pem::line::{Line, Lines};
use crate::text::base64::Alphabet;

/// A `-----BEGIN X-----` or `-----END X-----`, correct or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) edge: Edge,
    /// Offset of the first dash.
    pub(super) start: usize,
    /// Offset behind the last dash.
    pub(super) end: usize,
    /// Offsets of the label.
    pub(super) label: (usize, usize),
    pub(super) line: usize,
    pub(super) before: Before,
    /// Only blanks follow on the line.
    pub(super) ends_line: bool,
    /// Dashes on the left and right.
    pub(super) dashes: (usize, usize),
    pub(super) smart: bool,
}

/// The text before a mark on its line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Before {
    Blanks,
    /// Invisible characters: a no-break space, one without width.
    Invisible,
    LineStart,
    Mark,
    Quote,
    Text,
}

impl Before {
    /// With `skipped` behind what was there.
    fn then(self, skipped: &[u8]) -> Self {
        match (self, skipped.trim_ascii()) {
            (Self::LineStart, []) if !skipped.is_empty() => Self::Blanks,
            (_, []) => self,
            (Self::LineStart, b"\"" | b"'" | b"`") => Self::Quote,
            (Self::Blanks | Self::Invisible | Self::LineStart, text) if is_invisible(text) => {
                Self::Invisible
            }
            _ => Self::Text,
        }
    }
}

/// The lines between two marks, with the rest of the first mark's line.
pub(super) fn between<'a>(text: &'a [u8], begin: &Mark, end: &Mark) -> Lines<'a> {
    let text = text.get(..end.start).unwrap_or(text);
    Lines { text, at: begin.end, number: begin.line }
}

impl Mark {
    /// The label. It is printable ASCII, or the mark would not have been found.
    pub(super) fn label(&self, text: &[u8]) -> String {
        String::from_utf8_lossy(text.get(self.label.0..self.label.1).unwrap_or(&[])).into_owned()
    }

    /// Whether nothing of the body may be shown.
    pub(super) fn hides(&self, text: &[u8]) -> bool {
        self.label(text).to_ascii_uppercase().contains("PRIVATE KEY")
    }

    /// Written with small letters.
    pub(super) fn is_lower(&self, text: &[u8]) -> bool {
        let written = text.get(self.start..self.label.1).unwrap_or(&[]);
        written.iter().any(u8::is_ascii_lowercase)
    }

    /// Alone on its line, with five hyphens on each side.
    pub(super) fn is_exact(&self) -> bool {
        !self.smart && self.dashes == (5, 5) && self.before == Before::LineStart && self.ends_line
    }

    /// Whether it is meant as the start of a block, not only mentioned in a text.
    pub(super) fn opens_body(&self, text: &[u8], next: Option<&Self>) -> bool {
        let until = next.map_or(text.len(), |next| next.start);
        let after = text.get(self.end..until).unwrap_or(&[]);
        let after = skip_escapes(after);
        let run =
            after.iter().take_while(|byte| Alphabet::Standard.sextet(**byte).is_some()).count();
        self.is_exact() || run >= 16 || after.starts_with(b"Proc-Type:")
    }

    /// The damage `kind` at line `at` of the block that starts here.
    pub(super) fn damage(&self, text: &[u8], at: usize, kind: DamageKind) -> Damage {
        Damage { label: self.label(text), line: self.line, at, kind }
    }
}

/// All marks in `text`, and the number of its last line.
pub(super) fn marks(text: &[u8]) -> (Vec<Mark>, usize) {
    let mut marks = Vec::new();
    let mut last_line = 1;
    for line in Lines::new(text) {
        last_line = line.number;
        marks_in(text, &line, &mut marks);
    }
    (marks, last_line)
}

/// Adds the marks of one line.
fn marks_in(text: &[u8], line: &Line, marks: &mut Vec<Mark>) {
    let text = text.get(..line.end).unwrap_or(text);
    let mut at = line.start;
    if at == 0 && text.starts_with(BOM) {
        at = BOM.len();
    }
    let mut before = Before::LineStart;
    while let Some(rest) = text.get(at..) {
        let Some(skip) = rest.iter().position(|byte| may_start_dash(*byte)) else {
            break;
        };
        let (skipped, rest) = rest.split_at(skip);
        before = before.then(skipped);
        at += skip;
        let run = Dashes::at(rest);
        if let Some(mark) = mark_at(text, at, &run, line.number, before) {
            at = mark.end;
            before = Before::Mark;
            marks.push(mark);
        } else {
            let unseen =
                rest.get(..3).filter(|character| run.bytes == 0 && is_invisible(character));
            let passed = unseen.unwrap_or_else(|| rest.get(..run.bytes.max(1)).unwrap_or(rest));
            at += passed.len();
            before = match unseen {
                Some(character) => before.then(character),
                None => Before::Text,
            };
        }
    }
}

/// The mark whose left dashes `run` starts at offset `start`.
fn mark_at(text: &[u8], start: usize, run: &Dashes, line: usize, before: Before) -> Option<Mark> {
    if run.count < 2 && !run.smart {
        return None;
    }
    let word = start + run.bytes;
    let (edge, length) = edge_at(text.get(word..)?)?;
    let from = word + length;
    let to = from + label_length(text.get(from..)?)?;
    let mut right = Dashes::at(text.get(to..)?);
    if edge_at(text.get(to + right.bytes..)?).is_some() && right.count > 1 {
        right = Dashes::first(text.get(to..)?, right.count / 2);
    }
    let end = to + right.bytes;
    let ends_line = text.get(end..)?.iter().all(u8::is_ascii_whitespace);
    Some(Mark {
        edge,
        start,
        end,
        label: (from, to),
        line,
        before,
        ends_line,
        dashes: (run.count, right.count),
        smart: run.smart || right.smart,
    })
}

/// `BEGIN ` or `END ` in any case, and its length.
fn edge_at(text: &[u8]) -> Option<(Edge, usize)> {
    let is = |word: &[u8]| text.get(..word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word));
    if is(b"BEGIN ") {
        return Some((Edge::Begin, 6));
    }
    is(b"END ").then_some((Edge::End, 4))
}

/// Bytes up to the dashes that close a label; `None` if it is no label.
///
/// A single hyphen may stand inside of a label (RFC 7468 §3).
fn label_length(text: &[u8]) -> Option<usize> {
    for at in 0..text.len().min(MAX_LABEL) {
        let rest = text.get(at..)?;
        let run = Dashes::at(rest);
        let last = rest.get(run.bytes).is_none_or(u8::is_ascii_whitespace);
        if run.count > 1 || run.smart || (run.count == 1 && last) {
            return Some(at);
        }
        if !matches!(rest.first(), Some(b' '..=b'[' | b']'..=b'~')) {
            return None;
        }
    }
    None
}

/// A run of hyphens and typographic dashes.
struct Dashes {
    count: usize,
    bytes: usize,
    /// One of them is no hyphen.
    smart: bool,
}

impl Dashes {
    /// The whole run at the start of `text`.
    fn at(text: &[u8]) -> Self {
        Self::first(text, usize::MAX)
    }

    /// At most `limit` dashes of it.
    fn first(text: &[u8], limit: usize) -> Self {
        let mut run = Self { count: 0, bytes: 0, smart: false };
        while run.count < limit {
            let width = dash_width(text.get(run.bytes..).unwrap_or(&[]));
            if width == 0 {
                break;
            }
            run.smart |= text.get(run.bytes) != Some(&b'-');
            run.count += 1;
            run.bytes += width;
        }
        run
    }
}

/// Whether a dash, as in [`dash_width`], may start with `byte`.
fn may_start_dash(byte: u8) -> bool {
    matches!(byte, b'-' | 0xe2 | 0xef | 0x96 | 0x97)
}

/// Length in bytes of the dash at the start of `text`; 0 if there is none.
///
/// Typographic dashes are U+2010 to U+2015, minus, the small and full-width forms, and two in
/// Windows-1252.
fn dash_width(text: &[u8]) -> usize {
    match text {
        [b'-' | 0x96 | 0x97, ..] => 1,
        [0xe2, 0x80, 0x90..=0x95, ..]
        | [0xe2, 0x88, 0x92, ..]
        | [0xef, 0xb9, 0x98 | 0xa3, ..]
        | [0xef, 0xbc, 0x8d, ..] => 3,
        _ => 0,
    }
}

/// Bytes of a label. OpenSSL reads lines by 254 bytes (`LINESIZE`, crypto/pem/pem_lib.c).
const MAX_LABEL: usize = 254;

/// Whether it has only invisible characters.
fn is_invisible(text: &[u8]) -> bool {
    let unseen = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
    };
    std::str::from_utf8(text).is_ok_and(|text| text.chars().all(unseen))
        || text.iter().all(|byte| *byte == 0xa0)
}

/// Byte order mark of UTF-8.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";
