//! A value that should be a path, and what is odd about it.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use crate::parse::value::expand::{Known, expanded};
use crate::parse::value::peel::{Blank, Peeled, peeled};
use crate::text::hex;

/// A value that should be a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PathShape(OsString);

/// The one thing that is named if a value leads nowhere.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Oddity {
    /// `NAME=/path` or `export NAME=/path`.
    Assignment,
    /// A blank or invisible character at an end.
    Blank(Side, Blank),
    /// `$(command)` or a command in backticks.
    Command,
    /// `a\ b` or `a%20b`.
    Escaped,
    /// A `file:` URL.
    FileUrl,
    /// Several paths.
    List(usize),
    /// A character at the end that separates the paths of a list.
    ListEnd(char),
    /// `$NAME` or `${NAME}`.
    NotExpanded,
    /// A quote character around it, or at one end.
    Quoted(char),
    /// It does not start with `/`.
    Relative,
    /// `{{ name }}`, `{NAME}` or `%NAME%`: a template that was not filled in.
    Template,
    /// `~`.
    Tilde,
    /// A `/` at its end, so it can only be a directory.
    TrailingSlash,
    /// Another URL, or an identifier of a cloud service: its scheme.
    Url(String),
    /// A path of Windows.
    Windows,
}

/// The beginning or the end of a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    Start,
    End,
}

impl PathShape {
    /// The value of a variable.
    pub fn of(value: &OsStr) -> Self {
        Self(value.to_owned())
    }

    /// The value as it stands.
    pub fn value(&self) -> &OsStr {
        &self.0
    }

    /// Whether nothing is odd, so that it can be used unchanged.
    pub fn is_plain(&self) -> bool {
        self.oddity().is_none()
    }

    /// What is odd, the most likely cause first. The value leads to nothing, so a character that a
    /// path may have counts too.
    pub fn oddity(&self) -> Option<Oddity> {
        let Peeled { inner, quoted, trailing_blank, leading_blank, assigned, list_end } =
            peeled(self.0.as_bytes());
        let text = String::from_utf8_lossy(inner);
        let (plain, is_file_url) = without_scheme(inner);
        let parts = list(&text).len();
        let start = leading_blank.map(|blank| (Side::Start, blank));
        let blank = start.or(trailing_blank.map(|blank| (Side::End, blank)));
        let is_name = |pair: &[u8]| matches!(pair, [b'$', c] if starts_name(*c));
        Some(if assigned {
            Oddity::Assignment
        } else if let Some(quote) = quoted {
            Oddity::Quoted(quote)
        } else if let Some((side, blank)) = blank {
            Oddity::Blank(side, blank)
        } else if is_file_url {
            Oddity::FileUrl
        } else if is_of_windows(&text) {
            Oddity::Windows
        } else if let Some(scheme) = scheme(&text) {
            Oddity::Url(scheme.to_owned())
        } else if plain.starts_with(b"~") {
            Oddity::Tilde
        } else if has_command(&text) {
            Oddity::Command
        } else if plain.windows(2).any(is_name) {
            Oddity::NotExpanded
        } else if is_template(&text) {
            Oddity::Template
        } else if parts > 1 {
            Oddity::List(parts)
        } else if let Some(end) = list_end {
            Oddity::ListEnd(end)
        } else if !plain.starts_with(b"/") {
            Oddity::Relative
        } else if text.contains("\\ ") || has_percent(&text) {
            Oddity::Escaped
        } else if text.len() > 1 && text.ends_with('/') {
            Oddity::TrailingSlash
        } else {
            return None;
        })
    }

    /// The paths that were probably meant, the most likely first: without all oddities. A relative
    /// path stays relative, and the home of another user (`~name`) stays too.
    pub fn cleaned(&self, known: &Known<'_>) -> Vec<PathBuf> {
        let inner = peeled(self.0.as_bytes()).inner;
        let mut found = vec![clean(inner, known)];
        if let Ok(text) = std::str::from_utf8(inner) {
            found.extend(from_windows(text));
            let parts = list(text);
            if parts.len() > 1 {
                found.extend(parts.iter().map(|part| clean(part.as_bytes(), known)));
            }
        }
        found
    }
}

fn clean(inner: &[u8], known: &Known<'_>) -> PathBuf {
    let (plain, file_url) = without_scheme(inner);
    let is_escaped = file_url || has_percent(&String::from_utf8_lossy(plain));
    let plain = if is_escaped { percent_decoded(plain) } else { plain.to_vec() };
    let mut plain = unescaped(expanded(&plain, known));
    while plain.len() > 1 && plain.ends_with(b"/") {
        plain.pop();
    }
    PathBuf::from(OsString::from_vec(plain))
}

/// The parts of a list of paths. A path may have the same characters, so each part must look like a
/// path.
pub fn list(text: &str) -> Vec<&str> {
    let parts: Vec<&str> = text.split([':', ';', ',']).map(str::trim).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let looks = |part: &&str| part.starts_with(['/', '~', '$', '.']) && !part.starts_with("//");
    if parts.iter().all(looks) { parts } else { vec![text] }
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

/// The scheme of a URL, or of an identifier of a cloud service.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let named = scheme.len() > 1 && scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let named = named && scheme.chars().all(is_name);
    (named && (rest.starts_with("//") || matches!(scheme, "arn" | "urn"))).then_some(scheme)
}

fn is_of_windows(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_drive = matches!(bytes, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    is_drive || text.starts_with("\\\\")
}

/// The path in the Windows Subsystem for Linux.
fn from_windows(text: &str) -> Option<PathBuf> {
    let path = text.replace('\\', "/");
    if let Some((drive, rest)) = path.split_once(":/") {
        let is_drive = drive.len() == 1 && is_of_windows(text);
        return is_drive.then(|| format!("/mnt/{}/{rest}", drive.to_ascii_lowercase()).into());
    }
    let rest = ["//wsl$/", "//wsl.localhost/"].iter().find_map(|name| path.strip_prefix(name))?;
    let (_, rest) = rest.split_once('/')?;
    Some(PathBuf::from(format!("/{rest}")))
}

fn has_command(text: &str) -> bool {
    text.contains("$(") || text.contains('`')
}

/// Whether names in braces or percent signs were not replaced.
fn is_template(text: &str) -> bool {
    let braces = text.find('{').is_some_and(|at| text[at..].contains('}'));
    let mut between = text.split('%').skip(1);
    let name =
        |part: &str| part.len() > 2 && part.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    braces || (text.matches('%').count() > 1 && between.any(name))
}

fn has_percent(text: &str) -> bool {
    let mut codes = text.split('%').skip(1);
    codes.any(|rest| rest.as_bytes().first_chunk().is_some_and(|two| hex::byte(*two).is_some()))
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

/// With `\ ` replaced by the blank.
fn unescaped(text: Vec<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = &text[..];
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'\\' || after.first() != Some(&b' ') {
            out.push(byte);
        }
        rest = after;
    }
    out
}

/// Whether a variable's name, in braces or not, may start with `byte`.
fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'{')
}
