//! Lines of text, in the width of a terminal where there is one.

use std::fmt::Write as _;

use crate::render::Style;
use crate::text::screen::without_keys;
use crate::text::wrap::wrap;

pub(super) const GREEN: &str = "32";
pub(super) const RED: &str = "31";
pub(super) const YELLOW: &str = "33";
pub(super) const BLUE: &str = "36";
pub(super) const BOLD: &str = "1";

/// Width of the column of states.
pub(super) const STATE_WIDTH: usize = 13;
/// Narrower than this nothing can be read.
const MIN_WIDTH: usize = 20;

/// Items, texts of one fact and findings of one rule that are shown; of the others the number.
/// Hostile input has thousands.
const MAX_SHOWN: usize = 100;

/// How many of a kind are shown.
pub(super) fn most(style: Style) -> usize {
    if style.verbose { usize::MAX } else { MAX_SHOWN }
}

pub(super) fn width(style: Style) -> Option<usize> {
    style.width.map(|width| width.max(MIN_WIDTH))
}

/// `text`, broken where the terminal ends; from the second line on behind `hang` blanks.
pub(super) fn put(out: &mut String, text: &str, hang: usize, style: Style) {
    put_painted(out, text, hang, ("", ""), style);
}

/// The same with the first `word` in a colour.
pub(super) fn put_painted(
    out: &mut String,
    text: &str,
    hang: usize,
    (word, color): (&str, &str),
    style: Style,
) {
    let lines = match width(style) {
        // A key that is broken would not be known as one.
        Some(width) => wrap(&without_keys(text), width, hang),
        None => vec![text.to_owned()],
    };
    for (at, text) in lines.iter().enumerate() {
        match at {
            // Colours have no width.
            0 if !word.is_empty() => line(out, &text.replacen(word, &paint(word, color, style), 1)),
            _ => line(out, text),
        }
    }
}

/// All of `text` in bold, behind `indent` blanks.
pub(super) fn put_title(out: &mut String, text: &str, indent: usize, style: Style) {
    let room = width(style).map(|width| width.saturating_sub(indent).max(width / 2));
    let lines = match room {
        Some(width) => wrap(&without_keys(text), width, 2),
        None => vec![text.to_owned()],
    };
    for text in lines {
        line(out, &format!("{:indent$}{}", "", paint(&text, BOLD, style)));
    }
}

pub(super) fn paint(text: &str, code: &str, style: Style) -> String {
    if style.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

pub(super) fn separate(out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
}

pub(super) fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a String takes all");
}
