//! What the value of an environment variable is, if it should be a path or inline PEM.
//!
//! Only the text is judged. The file system is not used.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::parse::pem::{Damage, DamageKind};
use crate::parse::shape::{Shape, Store};
use crate::parse::{pem, shape};
use crate::text::hex;

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

/// A path, and what is odd about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PathShape {
    /// The value as it stands.
    pub value: OsString,
    /// Whether it starts with `/` after quotes, blanks and `file:` are removed.
    pub absolute: bool,
    /// The quote character around it.
    pub quoted: Option<char>,
    /// An invisible character at its end.
    pub trailing_blank: Option<Blank>,
    /// It starts with a blank.
    pub leading_blank: bool,
    /// It starts with a `~` that no shell has expanded.
    pub tilde: bool,
    /// It is a `file:` URL.
    pub file_url: bool,
    /// It holds a `$NAME` or `${NAME}` that no shell has expanded.
    pub dollar: bool,
}

/// An invisible character at the end of a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Blank {
    /// From a Windows line end.
    CarriageReturn,
    /// A line feed, without carriage return.
    Newline,
    /// A space or tab.
    Space,
}

/// The kind of `value`. Linear in its length; never panics.
pub fn look(value: &OsStr) -> ValueShape {
    let trimmed = value.as_bytes().trim_ascii();
    let is_json = matches!(trimmed, [b'{', ..] | [b'[', ..]);
    if trimmed.is_empty() {
        ValueShape::Empty
    } else if std::str::from_utf8(trimmed).is_err() {
        ValueShape::Path(PathShape::of(value))
    } else if is_json {
        ValueShape::Json { has_token: holds(trimmed, "token") }
    } else if let Some(word) = null_word(trimmed) {
        ValueShape::NullWord(word.into())
    } else {
        inline(trimmed)
            .or_else(|| base64(trimmed))
            .unwrap_or_else(|| ValueShape::Path(PathShape::of(value)))
    }
}

impl PathShape {
    /// Analyses a path.
    pub fn of(value: &OsStr) -> Self {
        let bytes = value.as_bytes();
        let (inner, quote) = unquoted(bytes.trim_ascii());
        let (plain, file_url) = without_scheme(inner);
        Self {
            value: value.to_owned(),
            absolute: plain.starts_with(b"/"),
            quoted: quote.map(char::from),
            trailing_blank: trailing_blank(bytes),
            leading_blank: bytes.first().is_some_and(u8::is_ascii_whitespace),
            tilde: plain.starts_with(b"~"),
            file_url,
            dollar: plain.windows(2).any(|pair| matches!(pair, [b'$', c] if starts_name(*c))),
        }
    }

    /// Whether nothing is odd, so that it can be used unchanged.
    pub fn is_plain(&self) -> bool {
        let undone = self.quoted.is_some() || self.leading_blank || self.trailing_blank.is_some();
        self.absolute && !undone && !self.tilde && !self.file_url && !self.dollar
    }

    /// The path that was probably meant, without all oddities.
    ///
    /// `~`, `$HOME` and `${HOME}` at the start need `home`. Other variables, and the home of
    /// another user (`~name`), stay. A relative path stays relative.
    pub fn cleaned(&self, home: Option<&Path>) -> PathBuf {
        let (inner, _) = unquoted(self.value.as_bytes().trim_ascii());
        let (plain, file_url) = without_scheme(inner);
        let plain = if file_url { percent_decoded(plain) } else { plain.to_vec() };
        let below = ["~", "$HOME", "${HOME}"].iter().find_map(|word| {
            let rest = plain.strip_prefix(word.as_bytes())?;
            (rest.is_empty() || rest.starts_with(b"/")).then_some(rest)
        });
        match (home, below) {
            (Some(home), Some(rest)) => {
                let rest = rest.trim_ascii_start();
                let start = rest.iter().take_while(|byte| **byte == b'/').count();
                home.join(OsStr::from_bytes(rest.get(start..).unwrap_or(&[])))
            }
            _ => PathBuf::from(OsString::from_vec(plain)),
        }
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

/// The path of a `file:` URL (RFC 8089), and whether it was one.
fn without_scheme(text: &[u8]) -> (&[u8], bool) {
    let scheme = text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"file:"));
    let Some(rest) = text.get(5..).filter(|_| scheme) else {
        return (text, false);
    };
    let rest = rest.strip_prefix(b"//localhost/").map_or(rest, |_| rest.get(11..).unwrap_or(rest));
    (rest.strip_prefix(b"//").unwrap_or(rest), true)
}

/// With `%XX` replaced by the byte.
fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.first_chunk().filter(|_| byte == b'%');
        let code = digits.and_then(|digits| hex::byte(*digits));
        out.push(code.unwrap_or(byte));
        rest = after.get(if code.is_some() { 2 } else { 0 }..).unwrap_or(&[]);
    }
    out
}

/// The invisible character at the end of the value.
fn trailing_blank(value: &[u8]) -> Option<Blank> {
    match value {
        [.., b'\r'] | [.., b'\r', b'\n'] => Some(Blank::CarriageReturn),
        [.., b'\n'] => Some(Blank::Newline),
        [.., last] if last.is_ascii_whitespace() => Some(Blank::Space),
        _ => None,
    }
}

/// Whether a variable's name, in braces or not, may start with `byte`.
fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'{')
}

#[cfg(test)]
mod tests;
