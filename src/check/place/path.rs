//! The value of a variable should be a path, and leads to nothing: what is odd about it.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use crate::check::place::rule::*;
use crate::parse::value::{Blank, Oddity, PathShape, Side};
use crate::report::{Finding, Rule};
use crate::source::near::NearValue;
use crate::text::shell;

/// A variable whose path leads to nothing.
#[derive(Clone, Copy, Debug)]
pub struct NamedPath<'a> {
    /// The variable.
    pub name: &'a str,
    /// Its value.
    pub value: &'a OsStr,
    /// What lies near the path.
    pub near: &'a NearValue,
}

impl NamedPath<'_> {
    /// What is odd about the value: the rule for it, and a sentence that begins with the variable.
    pub fn oddity(&self) -> Option<(&'static Rule, String)> {
        let oddity = PathShape::of(&self.judged()).oddity()?;
        let (rule, words) = match &oddity {
            Oddity::Relative => (&VARIABLE_RELATIVE, self.relative()),
            other => predicate(other),
        };
        Some((rule, format!("{} {words}", self.name)))
    }

    /// The part of the value in which something may be odd: not the name of a directory that exists.
    fn judged(&self) -> OsString {
        let bytes = self.value.as_bytes();
        let length = self.near.parent.as_ref().map(|parent| parent.as_os_str().len());
        let name = length.and_then(|length| bytes.get(length..)).filter(|name| !name.is_empty());
        let Some(name) = name else { return self.value.to_owned() };
        let slash: &[u8] = if name.starts_with(b"/") { b"" } else { b"/" };
        OsString::from_vec([slash, name].concat())
    }

    /// Adds the command that sets the variable to the path that was meant, or unsets it if what is
    /// used then is there.
    pub fn mended(&self, found: Finding) -> Finding {
        let NearValue { cleaned, default, .. } = self.near;
        match (cleaned, default) {
            (Some(path), _) => found.fix(format!("export {}={}", self.name, shell::path(path))),
            (None, Some(default)) => found
                .advice(format!("unset it, and {} is used", default.display()))
                .fix(format!("unset {}", self.name)),
            (None, None) => found,
        }
    }

    fn relative(&self) -> String {
        let here = self.near.here.as_deref().map(Path::display);
        let here = here.map_or_else(String::new, |here| format!(", {here}"));
        let value = self.value.to_string_lossy();
        format!("is the relative path {value}, which does not exist from this directory{here}")
    }
}

/// The words for what is odd, without subject.
fn predicate(oddity: &Oddity) -> (&'static Rule, String) {
    let (rule, words): (&Rule, &str) = match oddity {
        Oddity::Assignment => (
            &VARIABLE_ASSIGNMENT,
            "contains a whole assignment (NAME=value), it must be the value alone",
        ),
        Oddity::Blank(side, blank) => return (&VARIABLE_BLANK, invisible(*side, *blank)),
        Oddity::Command => (
            &VARIABLE_NOT_EXPANDED,
            "contains a command, $(...) or in backticks, that was never expanded: no shell ran it",
        ),
        Oddity::Escaped => (
            &VARIABLE_ESCAPED,
            "contains an escape (a backslash before a blank, or %20) that nothing undoes",
        ),
        Oddity::FileUrl => (&VARIABLE_URL, "is a file:// URL, it must be a plain path"),
        Oddity::List(count) => {
            let words = format!("is a list of {count} paths: it names one alone");
            return (&VARIABLE_LIST, words);
        }
        Oddity::ListEnd(end) => {
            let words = format!("ends with '{end}', as a list does: it names one path alone");
            return (&VARIABLE_LIST, words);
        }
        Oddity::NotExpanded => (&VARIABLE_NOT_EXPANDED, "contains a $NAME that was never expanded"),
        Oddity::Quoted(quote) => {
            return (&VARIABLE_QUOTED, format!("contains literal quote characters ({quote})"));
        }
        Oddity::Relative => (&VARIABLE_RELATIVE, "is a relative path"),
        Oddity::Template => (
            &VARIABLE_NOT_EXPANDED,
            "contains a name in braces or percent signs: a template that was never expanded",
        ),
        Oddity::Tilde => (
            &VARIABLE_TILDE,
            "starts with a literal '~' that the shell never expanded (it was quoted)",
        ),
        Oddity::TrailingSlash => (
            &VARIABLE_TRAILING_SLASH,
            "ends with a '/', so it can only name a directory, and there is none",
        ),
        Oddity::Url(scheme) => {
            let what = match scheme.as_str() {
                "arn" | "urn" => format!("is a name of a cloud service ({scheme}:)"),
                scheme => format!("is a URL ({scheme}://)"),
            };
            return (&VARIABLE_URL, what + ", it must be the path of a file on this machine");
        }
        Oddity::Windows => (&VARIABLE_WINDOWS, "is a path of Windows, which leads nowhere here"),
    };
    (rule, words.to_owned())
}

fn invisible(side: Side, blank: Blank) -> String {
    let verb = match side {
        Side::Start => "starts",
        Side::End => "ends",
    };
    match blank {
        Blank::CarriageReturn => {
            format!("{verb} with an invisible carriage return (\\r, a Windows line ending)")
        }
        Blank::Invisible(c) => {
            let code = u32::from(c);
            format!("{verb} with an invisible character (U+{code:04X}, pasted along)")
        }
        Blank::Newline | Blank::Space => format!("{verb} with invisible white space"),
    }
}

/// What is odd about a value that leads to nothing, as a sentence without its subject.
pub fn odd_words(value: &OsStr) -> Option<String> {
    let shown = value.to_string_lossy();
    PathShape::of(value).oddity().map(|oddity| match oddity {
        Oddity::Relative => {
            format!("is the relative path {shown}, which does not exist from this directory")
        }
        other => predicate(&other).1,
    })
}
