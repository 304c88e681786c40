//! What the value of an environment variable is, if it should be a path or inline PEM.
//!
//! Only the text is judged. The file system is not used.

mod expand;
mod path;
mod peel;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::parse::pem::{Damage, DamageKind};
use crate::parse::shape::{Shape, Store};
pub use crate::parse::value::expand::Known;
pub use crate::parse::value::path::{Oddity, PathShape, Side, list};
pub use crate::parse::value::peel::Blank;
use crate::parse::{pem, shape};

/// The kind of a value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ValueShape {
    /// Base64 of PEM or DER, and what it decodes to.
    Base64(Shape),
    /// Empty, or only blanks.
    Empty,
    /// PEM with another fault. The first one.
    InlineDamaged(Damage),
    /// PEM with the two characters `\n` instead of line ends.
    InlineLiteralNewlines,
    /// PEM whose line ends became blanks or are missing.
    InlineOneLine,
    /// Good PEM, perhaps with white space around it.
    InlinePem,
    /// URL-encoded PEM.
    InlinePercent,
    /// PEM in quotes, otherwise good.
    InlineQuoted,
    /// PEM without `END`.
    InlineTruncated,
    /// JSON.
    Json {
        /// Whether it has a member `tokencert` or `tokenkey`, as the answer of `token` has.
        has_token: bool,
    },
    /// A word for "nothing": `null`, `undefined`, `None`, `nil`.
    NullWord(String),
    /// Anything else: a path.
    Path(PathShape),
}

/// The kind of `value`. Linear in its length; never panics.
pub fn look(value: &OsStr) -> ValueShape {
    let trimmed = value.as_bytes().trim_ascii();
    if trimmed.is_empty() {
        ValueShape::Empty
    } else if std::str::from_utf8(trimmed).is_err() {
        ValueShape::Path(PathShape::of(value))
    } else if is_json(trimmed) {
        ValueShape::Json { has_token: holds(trimmed, "token") }
    } else if let Some(word) = null_word(trimmed) {
        ValueShape::NullWord(word.into())
    } else {
        inline(trimmed)
            .or_else(|| base64(trimmed))
            .unwrap_or_else(|| ValueShape::Path(PathShape::of(value)))
    }
}

/// Whether it begins as JSON does. `{{ name }}` and `{NAME}` are templates of a path.
fn is_json(text: &[u8]) -> bool {
    let within = |rest: &[u8]| rest.trim_ascii_start().first().copied();
    match text {
        [b'{', rest @ ..] => matches!(within(rest), None | Some(b'"' | b'}')),
        [b'[', rest @ ..] => matches!(within(rest), None | Some(b'"' | b'{' | b'[' | b']')),
        _ => false,
    }
}

/// Whether `text` has a member whose name starts with `name` and that contains PEM.
fn holds(text: &[u8], name: &str) -> bool {
    ["cert", "key"].iter().any(|what| {
        let member = format!("{name}{what}");
        text.windows(member.len()).any(|window| window == member.as_bytes())
    })
}

/// The value as a word for "nothing", quotes removed.
fn null_word(trimmed: &[u8]) -> Option<&str> {
    let word = std::str::from_utf8(unquoted(trimmed).0).ok()?;
    let words = ["null", "undefined", "none", "nil", "<nil>", "(null)"];
    words.iter().any(|known| word.eq_ignore_ascii_case(known)).then_some(word)
}

/// PEM, good or damaged.
fn inline(trimmed: &[u8]) -> Option<ValueShape> {
    let blocks = pem::scan(trimmed).blocks;
    let starts = unquoted_start(trimmed).starts_with(b"-----BEGIN");
    if starts && shape::recognise(unquoted(trimmed).0) == Shape::Stored(Store::Percent) {
        return Some(ValueShape::InlinePercent);
    }
    if blocks.is_empty() {
        return starts.then_some(ValueShape::InlineTruncated);
    }
    // A path may contain any text, but not a PEM block.
    let Some(damage) = blocks.into_iter().find_map(Result::err) else {
        return Some(ValueShape::InlinePem);
    };
    let within = unquoted(trimmed).0;
    let shape = match damage.kind {
        DamageKind::Quoted => match pem::scan(within).blocks.into_iter().find_map(Result::err) {
            Some(other) => of_damage(other),
            None => ValueShape::InlineQuoted,
        },
        _ => of_damage(damage),
    };
    Some(shape)
}

/// The kind that stands for a damage.
fn of_damage(damage: Damage) -> ValueShape {
    match damage.kind {
        DamageKind::LiteralNewlines => ValueShape::InlineLiteralNewlines,
        DamageKind::NoEnd => ValueShape::InlineTruncated,
        DamageKind::OneLine | DamageKind::Glued | DamageKind::SharedLine(_) => {
            ValueShape::InlineOneLine
        }
        _ => ValueShape::InlineDamaged(damage),
    }
}

/// Base64 of something that certok knows.
fn base64(trimmed: &[u8]) -> Option<ValueShape> {
    match shape::recognise(unquoted(trimmed).0) {
        Shape::Base64Only(inside) => Some(ValueShape::Base64(*inside)),
        _ => None,
    }
}

/// The text between a pair of quotes, and the quote.
fn unquoted(text: &[u8]) -> (&[u8], Option<u8>) {
    match text {
        [first @ (b'"' | b'\''), inner @ .., last] if first == last => {
            (inner.trim_ascii(), Some(*first))
        }
        _ => (text, None),
    }
}

/// The text without a quote in front.
fn unquoted_start(text: &[u8]) -> &[u8] {
    match text {
        [b'"' | b'\'', rest @ ..] => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests;
