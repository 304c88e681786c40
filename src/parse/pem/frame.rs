//! Whether two marks enclose a block, and if not, why not.

use crate::parse::pem::damage::{DamageKind, Edge};
use crate::parse::pem::mark::{Before, Mark};
use crate::text::base64::Alphabet;

/// What is wrong with the marks of a block, the most severe first, and the line.
pub(super) fn flaw(
    text: &[u8],
    begin: &Mark,
    end: &Mark,
    next: Option<&Mark>,
) -> Option<(usize, DamageKind)> {
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

/// A mark with a wrong spelling.
fn writing_flaw(text: &[u8], mark: &Mark) -> Option<DamageKind> {
    match mark.dashes {
        _ if mark.smart => Some(DamageKind::SmartDashes),
        (5, 5) => mark.is_lower(text).then_some(DamageKind::LowerCase),
        (before, after) => Some(DamageKind::WrongHyphens { before, after }),
    }
}

/// Whole lines are missing.
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
        Before::Invisible => Some(DamageKind::Invisible),
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
    first.is_some_and(|byte| Alphabet::Standard.sextet(*byte).is_some())
}

/// An `END` that is not alone on its line.
fn end_flaw(end: &Mark, next: Option<&Mark>) -> Option<DamageKind> {
    match end.before {
        Before::Blanks => Some(DamageKind::Indented),
        Before::Invisible => Some(DamageKind::Invisible),
        Before::LineStart if end.ends_line => None,
        Before::LineStart if next.is_some_and(|next| next.line == end.line) => {
            Some(DamageKind::Glued)
        }
        Before::LineStart => Some(DamageKind::TextAfter(Edge::End)),
        Before::Mark | Before::Quote | Before::Text => Some(DamageKind::SharedLine(Edge::End)),
    }
}
