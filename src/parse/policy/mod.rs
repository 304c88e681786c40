//! What a CA may sign, as the relying party decides: signing_policy and namespaces files.

pub mod hint;
mod lexer;
pub mod namespaces;
pub mod pattern;
pub mod signing_policy;

use std::borrow::Cow;
use std::fmt;

use crate::text::screen::{for_screen, may_be_secret};

/// Most bytes of one file. The largest in the IGTF has 2 kB.
pub const MAX_POLICY_BYTES: usize = 256 << 10;

/// Where a file has a syntax error, or that it is not read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, as the end of a sentence.
    pub what: String,
    /// Whether it is larger than [`MAX_POLICY_BYTES`]. Then its content is not known.
    pub is_limit: bool,
}

impl Problem {
    fn new(line: usize, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { line, what, is_limit: false }
    }

    fn expected(line: usize, wanted: &str, found: Option<&str>) -> Self {
        let found = found.map_or_else(|| "the end of the file".to_owned(), shown);
        Self::new(line, format!("expected {wanted}, found {found}"))
    }
}

/// `line 3: expected pos_rights, found 'Test'`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// The text of a file. Bytes that are not UTF-8 appear as U+FFFD, which matches no name.
fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Problem> {
    if bytes.len() > MAX_POLICY_BYTES {
        let limit = MAX_POLICY_BYTES >> 10;
        let what = format!("the file is larger than {limit} KiB");
        return Err(Problem { is_limit: true, ..Problem::new(1, what) });
    }
    Ok(String::from_utf8_lossy(bytes))
}

/// A word of a file for messages: quoted, safe for a terminal, shortened.
fn shown(word: &str) -> String {
    const MAX_SHOWN: usize = 60;
    if may_be_secret(word) {
        return "what may be a piece of a key".to_owned();
    }
    let short: String = word.chars().take(MAX_SHOWN).collect();
    let dots = if short.len() < word.len() { "…" } else { "" };
    format!("'{}{dots}'", for_screen(&short))
}

/// A name's slash form as policies compare it: ASCII letters lower-cased, `UID` as `USERID`, `E`
/// and `Email` as `emailAddress` (`globus_i_gsi_cert_utils_dn_cmp`; canl has the same aliases).
pub fn folded(slash: &str) -> String {
    let lower = slash.to_ascii_lowercase();
    let mut parts = lower.split('/');
    let mut out = String::with_capacity(lower.len() + 16);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push('/');
        let alias = ALIASES.iter().find_map(|(from, to)| {
            let rest = part.strip_prefix(from)?;
            Some((to, rest))
        });
        match alias {
            Some((to, rest)) => out.extend([to, rest]),
            None => out.push_str(part),
        }
    }
    out
}

const ALIASES: &[(&str, &str)] =
    &[("e=", "emailaddress="), ("email=", "emailaddress="), ("uid=", "userid=")];

#[cfg(test)]
mod tests {
    use super::{folded, shown};

    #[test]
    fn names_fold() {
        for (name, want) in [
            ("", ""),
            ("/C=CH/O=CERN", "/c=ch/o=cern"),
            ("/C=CH/E=a@b", "/c=ch/emailaddress=a@b"),
            ("/C=CH/Email=a@b", "/c=ch/emailaddress=a@b"),
            ("/C=CH/emailAddress=a@b", "/c=ch/emailaddress=a@b"),
            ("/UID=x/USERID=x", "/userid=x/userid=x"),
            ("UID=x", "uid=x"),
            ("/CE=x", "/ce=x"),
            ("/O=Zoë", "/o=zoë"),
        ] {
            assert_eq!(folded(name), want);
        }
    }

    #[test]
    fn words_are_shown_short() {
        assert_eq!(shown("a\u{1b}"), "'a\\u{1b}'");
        assert!(shown(&"x y".repeat(1000)).chars().count() < 70);
        let (name, key) = ("/DC=org/CN=x", "MIIEowIBAAKCAQEA5MHcWAd0AU/iIwL1jvCS7FPG");
        assert_eq!(shown(name), "'/DC=org/CN=x'");
        assert!(!shown(key).contains("MII"));
        assert!(!shown(&format!("/CN={key}")).contains("MII"));
    }
}
