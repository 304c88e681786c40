//! PEM (RFC 7468): finding blocks, decoding them, and saying where a file is damaged.
//!
//! The measure is OpenSSL: what it reads is a [`Block`], what it refuses is a [`Damage`]. Some
//! layouts that it refuses are read here all the same and told as a [`Quirk`], see
//! [`Quirk::is_refused`].

use std::fmt;
use std::iter::Peekable;
use std::mem::discriminant;
use std::str::from_utf8;

use zeroize::Zeroizing;

use super::shape;

/// One decoded block.
#[derive(Clone, Eq, PartialEq)]
pub struct Block {
    /// What stands between `BEGIN` and the dashes: `CERTIFICATE`.
    pub label: String,
    /// Line of `BEGIN`, counted from 1.
    pub line: usize,
    /// RFC 1421 headers (`Proc-Type`, `DEK-Info`), in order.
    pub headers: Vec<(String, String)>,
    /// The decoded body, DER. May be a private key: wiped when dropped.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// Says how much there is, never what.
impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            label,
            line,
            headers,
            bytes,
        } = self;
        let (headers, bytes) = (headers.len(), bytes.len());
        write!(
            f,
            "Block({label}, line {line}, {headers} headers, {bytes} bytes)"
        )
    }
}

/// What a text holds.
#[derive(Debug, Default)]
pub struct Pem {
    /// Blocks in file order, sound and damaged.
    pub blocks: Vec<Result<Block, Damage>>,
    /// Oddities of blocks that could be read; each kind at most once, with its first line.
    pub quirks: Vec<Quirk>,
}

/// An oddity that did not prevent reading.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Quirk {
    /// Lines end with a lone carriage return from this line on: OpenSSL finds no block.
    BareCarriageReturns(usize),
    /// A blank line in a body: OpenSSL says "bad end line".
    BlankLine(usize),
    /// Blanks before or among the base64 characters: OpenSSL skips them, others do not.
    BlanksInBody(usize),
    /// The text starts with a UTF-8 byte order mark: Java tools stumble over it.
    ByteOrderMark,
    /// A line of other than 64 characters before the last one of a body with RFC 1421 headers:
    /// OpenSSL says "bad end line".
    LineLength(usize),
    /// This line and what follows was not read: more than [`MAX_BLOCKS`] blocks.
    TooManyBlocks(usize),
    /// Blanks at the end of a line: Java tools stumble over them.
    TrailingBlanks(usize),
}

impl Quirk {
    /// Whether OpenSSL refuses the block for it.
    pub fn is_refused(&self) -> bool {
        match self {
            Self::BareCarriageReturns(_) | Self::BlankLine(_) | Self::LineLength(_) => true,
            Self::BlanksInBody(_)
            | Self::ByteOrderMark
            | Self::TooManyBlocks(_)
            | Self::TrailingBlanks(_) => false,
        }
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BareCarriageReturns(line) => {
                write!(f, "line {line}: lines end with a lone carriage return")
            }
            Self::BlankLine(line) => write!(f, "line {line}: a blank line in the base64 body"),
            Self::BlanksInBody(line) => write!(f, "line {line}: blanks in the base64 body"),
            Self::ByteOrderMark => f.write_str("line 1: a UTF-8 byte order mark stands in front"),
            Self::LineLength(line) => write!(
                f,
                "line {line}: the lines of a body with headers must have {LINE_CHARACTERS} characters"
            ),
            Self::TooManyBlocks(line) => {
                write!(
                    f,
                    "line {line}: not read from here on, {MAX_BLOCKS} blocks are the limit"
                )
            }
            Self::TrailingBlanks(line) => write!(f, "line {line}: blanks at the end of the line"),
        }
    }
}

/// Why a block cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Damage {
    /// The label of `BEGIN`; of `END` when there is no `BEGIN`. Printable ASCII.
    pub label: String,
    /// Line of `BEGIN` (of `END` when there is no `BEGIN`), counted from 1.
    pub line: usize,
    /// Line of the defect.
    pub at: usize,
    /// What it is.
    pub kind: DamageKind,
}

/// What is wrong with a block. Holds no body but one offending character.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DamageKind {
    /// A character that is not base64.
    BadCharacter {
        /// Counted from 1.
        column: usize,
        /// The character, escaped if need be; empty when the label names a private key.
        shown: String,
    },
    /// The number of base64 characters, padding included, is not a multiple of four.
    BadLength(usize),
    /// `=` elsewhere than at the end, or more than two of them.
    BadPadding,
    /// Nothing between `BEGIN` and `END`.
    EmptyBody,
    /// `END` without `BEGIN`: the head is missing.
    EndWithoutBegin,
    /// `END` and the next `BEGIN` share a line.
    Glued,
    /// `BEGIN` or `END` is indented by blanks.
    Indented,
    /// `END` bears this other label.
    LabelMismatch(String),
    /// The two characters `\n` stand where lines should end.
    LiteralNewlines,
    /// `begin` or `end`, or a label, in lower case.
    LowerCase,
    /// `BEGIN` without `END`; `at` is the last line that was searched.
    NoEnd,
    /// `BEGIN`, body and `END` share a line.
    OneLine,
    /// No blank line between the RFC 1421 headers and the body.
    OpenHeaders,
    /// A quote stands before `BEGIN`.
    Quoted,
    /// Body text shares the line of `BEGIN` or `END`.
    SharedLine(Edge),
    /// Typographic dashes instead of hyphens.
    SmartDashes,
    /// Something that is no body stands after `BEGIN` or `END` on its line.
    TextAfter(Edge),
    /// Something stands before `BEGIN` on its line.
    TextBefore,
    /// Other than five hyphens.
    WrongHyphens {
        /// On the left.
        before: usize,
        /// On the right.
        after: usize,
    },
}

/// Which end of a block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Edge {
    /// The `BEGIN` line.
    Begin,
    /// The `END` line.
    End,
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Begin => "BEGIN",
            Self::End => "END",
        })
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            label,
            line,
            at,
            kind,
        } = self;
        match kind {
            DamageKind::NoEnd => {
                write!(
                    f,
                    "line {line}: BEGIN {label} without END {label} up to line {at}"
                )
            }
            DamageKind::LabelMismatch(other) => {
                write!(
                    f,
                    "line {at}: END {other} closes the BEGIN {label} of line {line}"
                )
            }
            DamageKind::EndWithoutBegin => {
                write!(f, "line {at}: END {label} without BEGIN {label}")
            }
            _ => write!(f, "line {at}: {kind}"),
        }
    }
}

impl fmt::Display for DamageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadCharacter { column, shown } if shown.is_empty() => {
                write!(f, "the character in column {column} is not base64")
            }
            Self::BadCharacter { shown, .. } => write!(f, "`{shown}` is not base64"),
            Self::BadLength(count) => {
                write!(
                    f,
                    "the body has {count} base64 characters, which is no multiple of 4"
                )
            }
            Self::LabelMismatch(other) => write!(f, "END {other} closes another BEGIN"),
            Self::SharedLine(edge) => write!(f, "{edge} and the body share a line"),
            Self::TextAfter(edge) => write!(f, "something stands after {edge}"),
            Self::WrongHyphens { before, after } => {
                write!(
                    f,
                    "{before} hyphens before and {after} after, 5 and 5 are needed"
                )
            }
            plain => f.write_str(plain.phrase()),
        }
    }
}

impl DamageKind {
    /// Fills in where a bad character stands and how it looks.
    fn located(self, column: usize, shown: impl Fn() -> String) -> Self {
        match self {
            Self::BadCharacter { .. } => Self::BadCharacter {
                column,
                shown: shown(),
            },
            other => other,
        }
    }

    /// The phrase of the kinds that carry no values.
    fn phrase(&self) -> &'static str {
        match self {
            Self::BadPadding => "the base64 padding `=` does not stand at the end alone",
            Self::EmptyBody => "nothing stands between BEGIN and END",
            Self::EndWithoutBegin => "END without BEGIN",
            Self::Glued => "END and the next BEGIN share a line",
            Self::Indented => "BEGIN or END is indented",
            Self::LiteralNewlines => "the two characters `\\n` stand where lines should end",
            Self::LowerCase => "BEGIN and END must be in capitals",
            Self::NoEnd => "BEGIN without END",
            Self::OneLine => "the line breaks are gone: BEGIN, body and END share a line",
            Self::OpenHeaders => "no blank line between the headers and the body",
            Self::Quoted => "a quote stands before BEGIN",
            Self::SmartDashes => "typographic dashes instead of hyphens around BEGIN or END",
            Self::TextBefore => "something stands before BEGIN",
            Self::BadCharacter { .. }
            | Self::BadLength(_)
            | Self::LabelMismatch(_)
            | Self::SharedLine(_)
            | Self::TextAfter(_)
            | Self::WrongHyphens { .. } => "",
        }
    }
}

/// Blocks that one text may hold. The largest bundles in use (all IGTF authorities, all public
/// roots ever trusted) hold some hundreds of certificates.
pub const MAX_BLOCKS: usize = 100_000;

/// Bytes of a label. OpenSSL reads lines by 254 bytes (`LINESIZE`, crypto/pem/pem_lib.c).
const MAX_LABEL: usize = 254;

/// Characters of a body line (RFC 7468 §2, RFC 1421 §4.3.2.4: exactly 64).
const LINE_CHARACTERS: usize = 64;

/// Bytes behind a body line.
const LINE_BYTES: usize = LINE_CHARACTERS / 4 * 3;

/// Byte order mark of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Finds and decodes every block. Text outside of blocks is skipped, as OpenSSL does.
///
/// Linear in the length of `bytes`; never panics.
pub fn scan(bytes: &[u8]) -> Pem {
    let mut pem = Pem::default();
    if bytes.starts_with(BOM) {
        note(&mut pem.quirks, Quirk::ByteOrderMark);
    }
    let (marks, last_line) = marks(bytes);
    let mut rest = marks.as_slice();
    while let Some((mark, others)) = rest.split_first() {
        if pem.blocks.len() == MAX_BLOCKS {
            note(&mut pem.quirks, Quirk::TooManyBlocks(mark.line));
            break;
        }
        rest = others;
        let end = others.first().filter(|next| next.edge == Edge::End);
        if mark.edge == Edge::End {
            if mark.is_exact() {
                pem.blocks.push(Err(mark.damage(
                    bytes,
                    mark.line,
                    DamageKind::EndWithoutBegin,
                )));
            }
        } else if !mark.opens_body(bytes, others.first()) {
            rest = others
                .get(usize::from(end.is_some_and(|end| !end.is_exact()))..)
                .unwrap_or(&[]);
        } else if let Some(end) = end {
            rest = others.get(1..).unwrap_or(&[]);
            let block = pem.block(bytes, mark, end, rest.first());
            pem.blocks.push(block);
        } else {
            let at = others.first().map_or(last_line, |next| next.line);
            pem.blocks
                .push(Err(mark.damage(bytes, at, DamageKind::NoEnd)));
        }
    }
    pem
}

/// The text with every block that can be mended without guessing written as it should be.
///
/// `None` when that would gain nothing: all is sound already, or no block can be mended. Blocks
/// beyond repair and text outside of blocks are left out, so this is for reading on, and for
/// writing only when the caller has made sure that nothing is lost.
pub fn repair(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = plain_text(bytes);
    let (marks, _) = marks(&text);
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() * 2 + 64 * marks.len()));
    let mut mended = 0;
    for pair in marks.windows(2).take(MAX_BLOCKS) {
        if let [begin, end] = pair {
            if let Some((headers, body)) = mend(&text, begin, end) {
                write_block(
                    &mut out,
                    &begin.label(&text).to_ascii_uppercase(),
                    &headers,
                    &body,
                );
                mended += 1;
            }
        }
    }
    let before = scan(bytes);
    let sound = before.blocks.iter().filter(|block| block.is_ok()).count();
    let gains = mended > sound || (mended == sound && before.quirks.iter().any(Quirk::is_refused));
    (gains && mended > 0).then_some(out)
}

/// Decodes base64 as OpenSSL does: blanks and line breaks are skipped, padding is needed, the
/// unused bits of the last character are ignored.
///
/// Not the decoder of a crate: those at hand leave unwiped copies of what may be a private key,
/// and refuse unused bits that OpenSSL accepts.
///
/// `None` if it is not base64, or empty.
pub fn decode_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut decoder = Decoder::new(text.len());
    for &byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        decoder.push(byte).ok()?;
    }
    decoder.finish().ok()
}

impl Pem {
    /// The block between two marks; `next` is the mark that follows.
    fn block(
        &mut self,
        text: &[u8],
        begin: &Mark,
        end: &Mark,
        next: Option<&Mark>,
    ) -> Result<Block, Damage> {
        if let Some((at, kind)) = flaw(text, begin, end, next) {
            return Err(begin.damage(text, at, kind));
        }
        let mut quirks = Vec::new();
        let body = Lines::between(text, begin, end);
        let (headers, bytes) = decode_body(text, body, begin.hides(text), &mut quirks)
            .map_err(|(at, kind)| begin.damage(text, at, kind))?;
        for quirk in quirks {
            note(&mut self.quirks, quirk);
        }
        Ok(Block {
            label: begin.label(text),
            line: begin.line,
            headers,
            bytes,
        })
    }
}

/// Remembers the first quirk of each kind.
fn note(quirks: &mut Vec<Quirk>, quirk: Quirk) {
    let kind = discriminant(&quirk);
    if quirks.iter().all(|known| discriminant(known) != kind) {
        quirks.push(quirk);
    }
}

/// A `-----BEGIN X-----` or `-----END X-----`, well written or not.
#[derive(Clone, Copy, Debug)]
struct Mark {
    edge: Edge,
    /// Offset of the first dash.
    start: usize,
    /// Offset behind the last dash.
    end: usize,
    /// Offsets of the label.
    label: (usize, usize),
    line: usize,
    before: Before,
    /// Nothing but blanks follows on the line.
    ends_line: bool,
    /// Dashes on the left and right.
    dashes: (usize, usize),
    smart: bool,
}

/// What stands before a mark on its line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Before {
    Blanks,
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
            _ => Self::Text,
        }
    }
}

impl Mark {
    /// The label; printable ASCII by the way it was found.
    fn label(&self, text: &[u8]) -> String {
        String::from_utf8_lossy(text.get(self.label.0..self.label.1).unwrap_or(&[])).into_owned()
    }

    /// Whether no character of the body may be shown.
    fn hides(&self, text: &[u8]) -> bool {
        self.label(text)
            .to_ascii_uppercase()
            .contains("PRIVATE KEY")
    }

    /// Written with small letters.
    fn is_lower(&self, text: &[u8]) -> bool {
        let written = text.get(self.start..self.label.1).unwrap_or(&[]);
        written.iter().any(u8::is_ascii_lowercase)
    }

    /// Alone on its line, with five hyphens on each side.
    fn is_exact(&self) -> bool {
        !self.smart && self.dashes == (5, 5) && self.before == Before::LineStart && self.ends_line
    }

    /// Whether this is meant as the start of a block, and not prose that mentions one.
    fn opens_body(&self, text: &[u8], next: Option<&Self>) -> bool {
        let until = next.map_or(text.len(), |next| next.start);
        let after = text.get(self.end..until).unwrap_or(&[]);
        let after = skip_escapes(after);
        let run = after
            .iter()
            .take_while(|byte| sextet(**byte).is_some())
            .count();
        self.is_exact() || run >= 16 || after.starts_with(b"Proc-Type:")
    }

    /// The damage `kind` at line `at` of the block that starts here.
    fn damage(&self, text: &[u8], at: usize, kind: DamageKind) -> Damage {
        Damage {
            label: self.label(text),
            line: self.line,
            at,
            kind,
        }
    }
}

/// The text behind leading blanks and written-out line ends.
fn skip_escapes(text: &[u8]) -> &[u8] {
    let mut rest = text.trim_ascii_start();
    while rest.starts_with(b"\\") {
        let (_, length) = unescape(rest);
        rest = rest.get(length..).unwrap_or(&[]).trim_ascii_start();
    }
    rest
}

/// What is wrong with the frame of a block, the gravest first, and at which line.
fn flaw(text: &[u8], begin: &Mark, end: &Mark, next: Option<&Mark>) -> Option<(usize, DamageKind)> {
    let other = end.label(text);
    if !other.eq_ignore_ascii_case(&begin.label(text)) {
        return Some((end.line, DamageKind::LabelMismatch(other)));
    }
    let badly_written = |mark: &Mark| Some((mark.line, writing_flaw(text, mark)?));
    badly_written(begin)
        .or_else(|| badly_written(end))
        .or_else(|| line_flaw(text, begin, end))
        .or_else(|| begin_flaw(text, begin).map(|kind| (begin.line, kind)))
        .or_else(|| end_flaw(end, next).map(|kind| (end.line, kind)))
}

/// A mark that is not written as it should be.
fn writing_flaw(text: &[u8], mark: &Mark) -> Option<DamageKind> {
    match mark.dashes {
        _ if mark.smart => Some(DamageKind::SmartDashes),
        (5, 5) => mark.is_lower(text).then_some(DamageKind::LowerCase),
        (before, after) => Some(DamageKind::WrongHyphens { before, after }),
    }
}

/// Lines that were lost as a whole.
fn line_flaw(text: &[u8], begin: &Mark, end: &Mark) -> Option<(usize, DamageKind)> {
    let body = text.get(begin.end..end.start).unwrap_or(&[]);
    if body.starts_with(b"\\n") || body.starts_with(b"\\r") || body.starts_with(b"\\\\") {
        return Some((begin.line, DamageKind::LiteralNewlines));
    }
    (begin.line == end.line).then_some((begin.line, DamageKind::OneLine))
}

/// A `BEGIN` that is not alone on its line.
fn begin_flaw(text: &[u8], begin: &Mark) -> Option<DamageKind> {
    match begin.before {
        Before::Blanks => Some(DamageKind::Indented),
        Before::Mark => Some(DamageKind::Glued),
        Before::Quote => Some(DamageKind::Quoted),
        Before::Text => Some(DamageKind::TextBefore),
        Before::LineStart if begin.ends_line => None,
        Before::LineStart if starts_body(text.get(begin.end..)?) => {
            Some(DamageKind::SharedLine(Edge::Begin))
        }
        Before::LineStart => Some(DamageKind::TextAfter(Edge::Begin)),
    }
}

/// Whether base64 or a header comes next.
fn starts_body(text: &[u8]) -> bool {
    let first = text.trim_ascii_start().first();
    first.is_some_and(|byte| sextet(*byte).is_some())
}

/// An `END` that is not alone on its line.
fn end_flaw(end: &Mark, next: Option<&Mark>) -> Option<DamageKind> {
    match end.before {
        Before::Blanks => Some(DamageKind::Indented),
        Before::LineStart if end.ends_line => None,
        Before::LineStart if next.is_some_and(|next| next.line == end.line) => {
            Some(DamageKind::Glued)
        }
        Before::LineStart => Some(DamageKind::TextAfter(Edge::End)),
        Before::Mark | Before::Quote | Before::Text => Some(DamageKind::SharedLine(Edge::End)),
    }
}

/// Every mark in `text`, and the number of its last line.
fn marks(text: &[u8]) -> (Vec<Mark>, usize) {
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
            at += run.bytes.max(1);
            before = Before::Text;
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
    let is = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(word))
    };
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
        let mut run = Self {
            count: 0,
            bytes: 0,
            smart: false,
        };
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

/// Whether a dash, in the sense of [`dash_width`], may start with `byte`.
fn may_start_dash(byte: u8) -> bool {
    matches!(byte, b'-' | 0xe2 | 0xef | 0x96 | 0x97)
}

/// Bytes of the dash at the start of `text`, 0 if there is none.
///
/// Typographic ones are U+2010 to U+2015, minus, the small and full-width forms, and the two of
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

/// One line, without its end.
struct Line {
    number: usize,
    start: usize,
    end: usize,
    /// Ended by a lone carriage return.
    bare: bool,
}

/// The lines of a text. A line ends with LF, CR LF, CR CR LF (text sent through Windows twice)
/// or a lone CR.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    /// All lines of `text`.
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            number: 1,
        }
    }

    /// The lines between two marks, the rest of the first mark's line included.
    fn between(text: &'a [u8], begin: &Mark, end: &Mark) -> Self {
        let text = text.get(..end.start).unwrap_or(text);
        Self {
            text,
            at: begin.end,
            number: begin.line,
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let length = length.unwrap_or(rest.len());
        let (width, bare) = match rest.get(length..) {
            Some([b'\r', b'\r', b'\n', ..]) => (3, false),
            Some([b'\r', b'\n', ..]) => (2, false),
            Some([b'\r', ..]) => (1, true),
            Some([_, ..]) => (1, false),
            _ => (0, false),
        };
        let start = self.at;
        let line = Line {
            number: self.number,
            start,
            end: start + length,
            bare,
        };
        self.at = line.end + width;
        self.number += 1;
        Some(line)
    }
}

/// RFC 1421 headers and the decoded bytes.
type Body = (Vec<(String, String)>, Zeroizing<Vec<u8>>);

/// Headers and bytes of a body; or the line of the defect and what it is.
fn decode_body(
    text: &[u8],
    lines: Lines<'_>,
    hide: bool,
    quirks: &mut Vec<Quirk>,
) -> Result<Body, (usize, DamageKind)> {
    let mut at = lines.number;
    let mut decoder = Decoder::new(lines.text.len().saturating_sub(lines.at));
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
            if !byte.is_ascii_whitespace() {
                let shown = || {
                    content
                        .get(index..)
                        .filter(|_| !hide)
                        .map_or_else(String::new, show)
                };
                decoder
                    .push(*byte)
                    .map_err(|kind| (at, kind.located(index + 1, shown)))?;
            }
        }
    }
    let bytes = decoder.finish().map_err(|kind| (at, kind))?;
    Ok((headers, bytes))
}

/// What OpenSSL wants of the lines of a body (`get_header_and_data`, crypto/pem/pem_lib.c).
struct Layout {
    /// Headers, or the blank line that stands for none, are past: lines must be full.
    strict: bool,
    /// No line has been seen.
    fresh: bool,
    /// A line was not full: it must be the last one.
    short: bool,
}

impl Layout {
    /// For a body behind these headers.
    fn behind(headers: &[(String, String)]) -> Self {
        Self {
            strict: !headers.is_empty(),
            fresh: true,
            short: false,
        }
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

/// Steps over what is left of the `BEGIN` line: blanks.
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

/// Takes the RFC 1421 headers, continuation lines folded, and the blank line behind them.
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
    let trimmed = content.trim_ascii();
    if content.len() != content.trim_ascii_end().len() && !trimmed.is_empty() {
        note(quirks, Quirk::TrailingBlanks(line.number));
    }
    if content.trim_ascii_end().iter().any(u8::is_ascii_whitespace) {
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
        Err(error) => head
            .get(..error.valid_up_to())
            .map_or("", |b| from_utf8(b).unwrap_or("")),
    };
    match (valid.chars().next(), text.first()) {
        (Some(first), _) if first.is_alphanumeric() || first.is_ascii_graphic() => first.into(),
        (Some(first), _) => first.escape_unicode().to_string(),
        (None, Some(byte)) => format!("\\x{byte:02x}"),
        (None, None) => String::new(),
    }
}

/// Decodes base64 a character at a time, into memory that is wiped and never moved.
struct Decoder {
    bytes: Zeroizing<Vec<u8>>,
    /// The bits not yet written, in the low end.
    bits: u32,
    /// Characters seen, padding included.
    count: usize,
    padding: usize,
}

impl Decoder {
    /// For at most `length` characters.
    fn new(length: usize) -> Self {
        let bytes = Zeroizing::new(Vec::with_capacity(length / 4 * 3 + 3));
        Self {
            bytes,
            bits: 0,
            count: 0,
            padding: 0,
        }
    }

    /// Takes a character.
    fn push(&mut self, byte: u8) -> Result<(), DamageKind> {
        let value = match sextet(byte) {
            Some(_) if self.padding > 0 => return Err(DamageKind::BadPadding),
            Some(value) => value,
            None if byte == b'=' => {
                self.padding += 1;
                0
            }
            None => {
                return Err(DamageKind::BadCharacter {
                    column: 0,
                    shown: String::new(),
                });
            }
        };
        self.bits = (self.bits << 6) | u32::from(value);
        self.count += 1;
        if self.count % 4 == 0 {
            let [_, triple @ ..] = self.bits.to_be_bytes();
            self.bytes.extend_from_slice(&triple);
            self.bits = 0;
        }
        Ok(())
    }

    /// The bytes, if the characters came out even.
    fn finish(mut self) -> Result<Zeroizing<Vec<u8>>, DamageKind> {
        match (self.count, self.padding) {
            (0, _) => return Err(DamageKind::EmptyBody),
            (count, _) if count % 4 != 0 => return Err(DamageKind::BadLength(count)),
            (_, 3..) => return Err(DamageKind::BadPadding),
            _ => {}
        }
        let length = self.bytes.len() - self.padding;
        self.bytes.truncate(length);
        Ok(self.bytes)
    }
}

/// The value of a base64 character (RFC 4648 §4).
fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// The text in UTF-8, with line ends where `\n` was written, and with plain blanks.
fn plain_text(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let decoded = shape::utf16(bytes);
    let mut rest = decoded.as_ref().map_or(bytes, |text| text.as_bytes());
    let mut out = Zeroizing::new(Vec::with_capacity(rest.len()));
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\\' | 0xc2)) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        let (written, skip) = unescape(special);
        out.extend_from_slice(written);
        rest = special.get(skip..).unwrap_or(&[]);
    }
    out.extend_from_slice(rest);
    out
}

/// What the escape at the start of `text` stands for, and its length.
///
/// Escapes of JSON and of shells, escaped any number of times; a no-break space is a blank.
fn unescape(text: &[u8]) -> (&[u8], usize) {
    if let [0xc2, 0xa0, ..] = text {
        return (b" ", 2);
    }
    let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
    match text.get(slashes) {
        Some(b'n' | b'r') if slashes > 0 => (b"\n", slashes + 1),
        Some(b'\n') if slashes > 0 => (b"\n", slashes + 1),
        Some(b'/') if slashes > 0 => (b"/", slashes + 1),
        _ => (text.get(..slashes.max(1)).unwrap_or(&[]), slashes.max(1)),
    }
}

/// Headers and bytes between two marks, if they belong together and nothing is missing.
fn mend(text: &[u8], begin: &Mark, end: &Mark) -> Option<Body> {
    let same = begin.label(text).eq_ignore_ascii_case(&end.label(text));
    if (begin.edge, end.edge, same) != (Edge::Begin, Edge::End, true) {
        return None;
    }
    decode_body(
        text,
        Lines::between(text, begin, end),
        true,
        &mut Vec::new(),
    )
    .ok()
    .or_else(|| decode_flat(text.get(begin.end..end.start)?))
}

/// A body whose lines were joined: `Name: value` pairs of one word each, then base64.
fn decode_flat(body: &[u8]) -> Option<Body> {
    let mut headers = Vec::new();
    let mut rest = body.trim_ascii_start();
    while let Some((name, after)) = split_word(rest).filter(|(word, _)| word.ends_with(b":")) {
        let (value, after) = split_word(after)?;
        let name = name.strip_suffix(b":").unwrap_or(name);
        headers.push((from_utf8(name).ok()?.into(), from_utf8(value).ok()?.into()));
        rest = after;
    }
    Some((headers, decode_base64(rest)?))
}

/// The first word, and what follows the blanks behind it.
fn split_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = text.iter().position(u8::is_ascii_whitespace)?;
    let (word, rest) = text.split_at(length);
    Some((word, rest.trim_ascii_start()))
}

/// Writes a block in the strict form of RFC 7468.
fn write_block(out: &mut Vec<u8>, label: &str, headers: &[(String, String)], bytes: &[u8]) {
    out.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
    for (name, value) in headers {
        out.extend_from_slice(format!("{name}: {value}\n").as_bytes());
    }
    if !headers.is_empty() {
        out.push(b'\n');
    }
    for line in bytes.chunks(LINE_BYTES) {
        line.chunks(3).for_each(|triple| write_triple(out, triple));
        out.push(b'\n');
    }
    out.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
}

/// Writes one to three bytes as four base64 characters.
fn write_triple(out: &mut Vec<u8>, triple: &[u8]) {
    let byte = |index: usize| u32::from(triple.get(index).copied().unwrap_or(0));
    let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    for place in 0..4 {
        let index = usize::try_from((bits >> (18 - 6 * place)) & 63).unwrap_or(0);
        let pad = usize::try_from(place).is_ok_and(|place| place > triple.len());
        out.push(if pad {
            b'='
        } else {
            ALPHABET.get(index).copied().unwrap_or(b'=')
        });
    }
}

/// RFC 4648 §4.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    const GOOD: &str = include_str!("../../testdata/pem/good.pem");

    /// The block alone.
    fn good() -> &'static str {
        &GOOD[GOOD.find("-----BEGIN").unwrap()..]
    }

    fn sound(bytes: &[u8]) -> Vec<Block> {
        scan(bytes)
            .blocks
            .into_iter()
            .map(|block| block.unwrap())
            .collect()
    }

    fn first_damage(bytes: &[u8]) -> Damage {
        scan(bytes)
            .blocks
            .into_iter()
            .find_map(Result::err)
            .unwrap()
    }

    /// Two certificates and a key with headers, which is no key at all.
    fn bundle() -> String {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\
                   DEK-Info: AES-128-CBC,00FF\n\nAAECAwQFBgcICQoLDA0ODw==\n\
                   -----END RSA PRIVATE KEY-----\n";
        format!("{}{key}{}", good(), good())
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn agrees_with_two_other_readers() {
        let text = format!(
            "note\n{}Bag Attributes\n    localKeyID: 01\n{}",
            good(),
            good()
        );
        let ours: Vec<Vec<u8>> = sound(text.as_bytes())
            .iter()
            .map(|b| b.bytes.to_vec())
            .collect();
        let theirs: Vec<Vec<u8>> = rustls_pemfile::certs(&mut text.as_bytes())
            .map(|certificate| certificate.unwrap().to_vec())
            .collect();
        let third: Vec<Vec<u8>> = pem::parse_many(&text)
            .unwrap()
            .into_iter()
            .map(pem::Pem::into_contents)
            .collect();
        assert_eq!(ours, theirs);
        assert_eq!(ours, third);
    }

    #[test]
    fn blocks_carry_label_line_and_headers() {
        let blocks = sound(bundle().as_bytes());
        let lines = good().lines().count();
        let found: Vec<_> = blocks.iter().map(|b| (b.label.as_str(), b.line)).collect();
        let key = "RSA PRIVATE KEY";
        assert_eq!(
            found,
            [
                ("CERTIFICATE", 1),
                (key, lines + 1),
                ("CERTIFICATE", lines + 7)
            ]
        );
        let headers = [
            ("Proc-Type", "4,ENCRYPTED"),
            ("DEK-Info", "AES-128-CBC,00FF"),
        ];
        assert_eq!(
            blocks[1].headers,
            headers.map(|(name, value)| (name.into(), value.into()))
        );
        assert_eq!(blocks[1].bytes.as_slice(), (0..16).collect::<Vec<u8>>());
    }

    #[test]
    fn lines_behind_headers_must_be_full() {
        let full = "A".repeat(64);
        let first = |lines: &[&str]| {
            let text = format!(
                "-----BEGIN X-----\nA: 1\n\n{}\n-----END X-----",
                lines.join("\n")
            );
            scan(text.as_bytes()).quirks
        };
        assert_eq!(first(&[&full, &full]), []);
        assert_eq!(first(&[&full, "AAAA"]), []);
        assert_eq!(first(&["AAAA", &full]), [Quirk::LineLength(5)]);
        assert_eq!(
            first(&[&full, &format!("{full}AAAA")]),
            [Quirk::LineLength(5)]
        );
    }

    #[test]
    fn folded_headers_are_joined() {
        let text = "-----BEGIN X-----\nA: 1,\n  2\nB: 3\n\nAAAA\n-----END X-----\n";
        let headers = [("A", "1,2"), ("B", "3")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(sound(text.as_bytes())[0].headers, headers);
    }

    #[test]
    fn variants_that_are_read() {
        let body_in_one = good().replace('\n', "").replace("E-----", "E-----\n");
        let body_in_one = body_in_one.replace("-----END", "\n-----END");
        let want = sound(good().as_bytes());
        let cases = [
            (good().replace('\n', "\r\n"), None),
            (good().replace('\n', "\r\r\n"), None),
            (good().trim_end().to_owned(), None),
            (body_in_one, None),
            (format!("\u{feff}{}", good()), Some(Quirk::ByteOrderMark)),
            (good().replace('\n', " \n"), Some(Quirk::TrailingBlanks(1))),
            (
                good().replace("\nMII", "\n  MII"),
                Some(Quirk::BlanksInBody(2)),
            ),
            (
                good().replace('\n', "\r"),
                Some(Quirk::BareCarriageReturns(1)),
            ),
            (
                good().replace("\n-----END", "\n\n-----END"),
                Some(Quirk::BlankLine(21)),
            ),
            (good().replace("\nMII", "\n\nMII"), None),
            (
                good().replace("\nMII", "\n\n\nMII"),
                Some(Quirk::BlankLine(3)),
            ),
        ];
        for (text, quirk) in cases {
            let got = scan(text.as_bytes());
            assert_eq!(got.blocks, [Ok(want[0].clone())], "{text}");
            assert_eq!(got.quirks, quirk.into_iter().collect::<Vec<_>>(), "{text}");
        }
    }

    /// Damaged copies of the bundle's kind, the first damage, and whether it can be mended.
    fn damaged() -> Vec<(&'static str, Vec<u8>, DamageKind)> {
        let all = bundle();
        let text = |from: &str, to: &str| all.replace(from, to).into_bytes();
        let quoted = format!("\"{}\"\n", good().trim_end());
        vec![
            (
                "glued",
                text("----\n-----BEGIN", "---------BEGIN"),
                DamageKind::Glued,
            ),
            ("spaces", text("\n", " "), DamageKind::OneLine),
            (
                "newlines lost",
                good().replace('\n', "").into(),
                DamageKind::OneLine,
            ),
            ("indented", text("\n", "\n  "), DamageKind::Indented),
            ("tabs", format!("\t{}", good()).into(), DamageKind::Indented),
            (
                "em dashes",
                text("-----", "\u{2014}"),
                DamageKind::SmartDashes,
            ),
            (
                "mixed",
                text("-----", "\u{2014}\u{2013}\u{2014}"),
                DamageKind::SmartDashes,
            ),
            (
                "four",
                text("-----", "----"),
                DamageKind::WrongHyphens {
                    before: 4,
                    after: 4,
                },
            ),
            (
                "six",
                text("-----", "------"),
                DamageKind::WrongHyphens {
                    before: 6,
                    after: 6,
                },
            ),
            ("literal", text("\n", "\\n"), DamageKind::LiteralNewlines),
            (
                "literal crlf",
                text("\n", "\\r\\n"),
                DamageKind::LiteralNewlines,
            ),
            (
                "twice escaped",
                text("\n", "\\\\n"),
                DamageKind::LiteralNewlines,
            ),
            (
                "json",
                text("\n", "\\n")
                    .iter()
                    .flat_map(|b| match b {
                        b'/' => vec![b'\\', b'/'],
                        other => vec![*other],
                    })
                    .collect(),
                DamageKind::LiteralNewlines,
            ),
            (
                "continued",
                text("\n", " \\\n"),
                DamageKind::TextAfter(Edge::Begin),
            ),
            ("quoted", quoted.into_bytes(), DamageKind::Quoted),
            (
                "shell",
                format!("C={}", good()).into(),
                DamageKind::TextBefore,
            ),
            (
                "lower",
                text("CERTIFICATE", "certificate"),
                DamageKind::LowerCase,
            ),
            (
                "comment",
                text("END CERTIFICATE-----", "END CERTIFICATE----- #"),
                DamageKind::TextAfter(Edge::End),
            ),
            (
                "begin shares",
                text("BEGIN CERTIFICATE-----\n", "BEGIN CERTIFICATE-----"),
                DamageKind::SharedLine(Edge::Begin),
            ),
            (
                "end shares",
                text("\n-----END", "-----END"),
                DamageKind::SharedLine(Edge::End),
            ),
            (
                "headers",
                text("00FF\n\n", "00FF\n"),
                DamageKind::OpenHeaders,
            ),
        ]
    }

    #[test]
    fn damage_is_named_and_mended() {
        let whole: Vec<_> = sound(bundle().as_bytes())
            .into_iter()
            .map(content)
            .collect();
        for (name, text, kind) in damaged() {
            if name != "continued" {
                assert_eq!(first_damage(&text).kind, kind, "{name}");
            }
            let mended = repair(&text).unwrap_or_else(|| panic!("{name} cannot be mended"));
            let blocks: Vec<_> = sound(&mended).into_iter().map(content).collect();
            let want = if blocks.len() == 1 {
                &whole[..1]
            } else {
                &whole[..]
            };
            assert_eq!(blocks, want, "{name}");
        }
    }

    fn content(block: Block) -> (String, Vec<(String, String)>, Vec<u8>) {
        (block.label, block.headers, block.bytes.to_vec())
    }

    #[test]
    fn encodings_are_mended() {
        let want: Vec<_> = sound(bundle().as_bytes())
            .into_iter()
            .map(content)
            .collect();
        for text in [
            utf16(&bundle()),
            utf16(&format!("\u{feff}{}", bundle().replace('\n', "\r\n"))),
            bundle().replace('\n', "\r").into_bytes(),
            bundle().replace('\n', "\u{a0}").into_bytes(),
        ] {
            let blocks: Vec<_> = sound(&repair(&text).unwrap())
                .into_iter()
                .map(content)
                .collect();
            assert_eq!(blocks, want);
        }
    }

    #[test]
    fn what_is_sound_or_hopeless_is_not_mended() {
        let cut = &good()[..good().len() - 30];
        let bang = good().replacen("MII", "M!I", 1);
        for text in [
            bundle().as_str(),
            cut,
            &bang,
            "",
            "hello",
            "\\n",
            &format!("{}{cut}", good()),
        ] {
            assert!(repair(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn damage_beyond_repair() {
        let x = |body: &str| format!("-----BEGIN X-----\n{body}\n-----END X-----\n");
        let bad = |column, shown: &str| DamageKind::BadCharacter {
            column,
            shown: shown.into(),
        };
        let cases = [
            (x("AAAA\nAA!A"), 3, bad(3, "!")),
            (x("AA\u{e9}A"), 2, bad(3, "\u{e9}")),
            (x("AA\u{200b}A"), 2, bad(3, "\\u{200b}")),
            (x("AAA-"), 2, bad(4, "-")),
            (x("AAA"), 2, DamageKind::BadLength(3)),
            (x("AA==AAAA"), 2, DamageKind::BadPadding),
            (x("AAAA===="), 2, DamageKind::BadPadding),
            (x("AAAA\nA==="), 3, DamageKind::BadPadding),
            (x(""), 2, DamageKind::EmptyBody),
            ("-----BEGIN X-----\nAAAA\n".into(), 2, DamageKind::NoEnd),
            (
                format!("-----BEGIN X-----\nAAAA\n{}", x("AAAA")),
                3,
                DamageKind::NoEnd,
            ),
            (
                "AAAA\n-----END X-----\n".into(),
                2,
                DamageKind::EndWithoutBegin,
            ),
            (
                x("AAAA").replace("END X", "END Y"),
                3,
                DamageKind::LabelMismatch("Y".into()),
            ),
        ];
        for (text, at, kind) in cases {
            let damage = first_damage(text.as_bytes());
            assert_eq!((damage.at, &damage.kind), (at, &kind), "{text}");
        }
        let latin = b"-----BEGIN X-----\nAA\xe9A\n-----END X-----\n";
        assert_eq!(first_damage(latin).kind, bad(3, "\\xe9"));
    }

    #[test]
    fn a_damaged_block_does_not_spoil_the_next() {
        let text = format!("{}{}", good().replacen("MII", "M!I", 1), good());
        let blocks = scan(text.as_bytes()).blocks;
        assert_eq!(
            blocks.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [false, true]
        );
    }

    #[test]
    fn nothing_of_a_key_is_shown() {
        let key = "-----BEGIN PRIVATE KEY-----\nAA~A\n-----END PRIVATE KEY-----\n";
        let damage = first_damage(key.as_bytes());
        assert_eq!(
            damage.to_string(),
            "line 2: the character in column 3 is not base64"
        );
        assert!(!format!("{damage:?}").contains('~'));
        let block = &sound(bundle().as_bytes())[1];
        let want = format!(
            "Block(RSA PRIVATE KEY, line {}, 2 headers, 16 bytes)",
            block.line
        );
        assert_eq!(format!("{block:?}"), want);
    }

    #[test]
    fn phrases() {
        let bang = good().replacen("MII", "M!I", 1);
        assert_eq!(
            first_damage(bang.as_bytes()).to_string(),
            "line 2: `!` is not base64"
        );
        let cut = good().lines().take(3).collect::<Vec<_>>().join("\n");
        let want = "line 1: BEGIN CERTIFICATE without END CERTIFICATE up to line 3";
        assert_eq!(first_damage(cut.as_bytes()).to_string(), want);
        for (name, text, _) in damaged() {
            let phrase = first_damage(&text).to_string();
            assert!(
                !phrase.ends_with(": ") && !phrase.ends_with('.'),
                "{name}: {phrase}"
            );
        }
    }

    #[test]
    fn prose_about_blocks_is_not_a_block() {
        for prose in [
            "all between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----, please\n",
            "copy the lines from -----BEGIN CERTIFICATE-----\n",
            "------------------ BEGIN here ------------------\n",
            "end --- of -- the END -- line\n",
        ] {
            let text = format!("{prose}{}", good());
            assert_eq!(scan(text.as_bytes()).blocks.len(), 1, "{prose}");
            assert_eq!(sound(text.as_bytes()).len(), 1, "{prose}");
        }
    }

    #[test]
    fn unused_bits_are_ignored() {
        assert_eq!(decode_base64(b"AB==").unwrap().as_slice(), [0]);
        assert_eq!(decode_base64(b" AAA=\n").unwrap().as_slice(), [0, 0]);
        assert!(decode_base64(b"").is_none() && decode_base64(b"AAA").is_none());
    }

    #[test]
    fn blocks_are_limited() {
        let block = "-----BEGIN X-----\nAAAA\n-----END X-----\n";
        let full = scan(block.repeat(MAX_BLOCKS).as_bytes());
        assert_eq!((full.blocks.len(), full.quirks.len()), (MAX_BLOCKS, 0));
        let over = scan(block.repeat(MAX_BLOCKS + 1).as_bytes());
        assert_eq!(over.blocks.len(), MAX_BLOCKS);
        assert_eq!(over.quirks, [Quirk::TooManyBlocks(3 * MAX_BLOCKS + 1)]);
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        for unit in [
            "-----BEGIN X-----\n",
            "-----END X-----",
            "-----BEGIN X----------BEGIN X-----",
            "-",
            "--BEGIN ",
            "\u{2014}BEGIN A",
            "\r",
            "\r\r\n",
            "\n",
            "A",
            "=",
            "-----BEGIN ",
            "\\",
            "\\n",
            "\u{a0}",
            "A:\n",
            "-----BEGIN X-----\nA:",
            " ",
            "\0",
            "-----BEGIN X-----    ",
            "-----BEGIN X-----\nAAAA\n-----END X-----\n",
            "\u{e2}",
            "- ",
            "--BEGIN A",
        ] {
            let text = unit.repeat(250_000 / unit.len());
            let framed = format!("-----BEGIN X-----\n{text}\n-----END X-----\n");
            let start = Instant::now();
            scan(text.as_bytes());
            scan(framed.as_bytes());
            repair(text.as_bytes());
            shape::recognise(text.as_bytes());
            let took = start.elapsed();
            assert!(took < Duration::from_secs(5), "{unit:?} took {took:?}");
        }
    }
}
