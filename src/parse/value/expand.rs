//! Variables and commands in a path, as a shell would have replaced them.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What replaces the variables and commands in a value.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub home: Option<&'a Path>,
    pub uid: u32,
    /// The value of a variable.
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
}

/// `text` with what is known replaced. What is not known stays.
pub(super) fn expanded(text: &[u8], known: &Known<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let home = if rest.len() == text.len() { home(text, known) } else { None };
        let Some((value, length)) = home.or_else(|| replaced(rest, known)) else {
            out.push(byte);
            rest = after;
            continue;
        };
        out.extend_from_slice(&value);
        rest = rest.get(length..).unwrap_or(&[]);
        // A home or TMPDIR may be named with a `/` at its end.
        if out.ends_with(b"/") {
            rest = rest.strip_prefix(b"/").unwrap_or(rest);
        }
    }
    out
}

/// The home in place of `~`. The homes of others are not known.
fn home(text: &[u8], known: &Known<'_>) -> Option<(Vec<u8>, usize)> {
    let after = text.strip_prefix(b"~")?;
    let home = known.home.filter(|_| matches!(after, [] | [b'/', ..]))?;
    Some((home.as_os_str().as_bytes().to_vec(), 1))
}

/// Ways to write a name that something else should have replaced: before and after it. Those that
/// begin alike: the longest first.
const MARKS: &[(&str, &str)] = &[("${", "}"), ("{{", "}}"), ("{", "}"), ("%", "%"), ("$", "")];

/// The value of the name or command at the start, and the length of what it replaces.
fn replaced(text: &[u8], known: &Known<'_>) -> Option<(Vec<u8>, usize)> {
    for command in ["$(id -u)", "`id -u`"] {
        if text.starts_with(command.as_bytes()) {
            return Some((known.uid.to_string().into_bytes(), command.len()));
        }
    }
    MARKS.iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(open.as_bytes())?;
        let blanks = inner.len() - inner.trim_ascii_start().len();
        let inner = &inner[blanks..];
        let length = inner.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let (name, rest) = inner.split_at(length);
        let after =
            rest.len() - if close.is_empty() { rest } else { rest.trim_ascii_start() }.len();
        rest[after..].starts_with(close.as_bytes()).then_some(())?;
        let value = value(std::str::from_utf8(name).ok()?, known)?;
        Some((value, open.len() + blanks + length + after + close.len()))
    })
}

fn value(name: &str, known: &Known<'_>) -> Option<Vec<u8>> {
    match name {
        "" => None,
        "HOME" => known.home.map(|home| home.as_os_str().as_bytes().to_vec()),
        // Only bash sets it, and does not export it.
        "UID" | "EUID" => Some(known.uid.to_string().into_bytes()),
        _ => (known.variable)(name).map(|value| value.as_bytes().to_vec()),
    }
}
