//! LSC files: which certificate chains a VOMS server may sign with.
//!
//! Each line is a name in slash form: the subject of a certificate, then its issuer, from the
//! server upwards. `NEXT CHAIN` separates chains. Blank lines and `#` comments are ignored, as in
//! the Java library of VOMS. Names may be in double quotes, as in the C library.

use std::fmt;
use std::sync::Arc;

use crate::parse::cert::Certificate;
use crate::parse::name::Name;
use crate::text::screen::may_be_secret;

/// A name, and its line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// Counted from 1.
    pub number: usize,
    /// The name.
    pub name: String,
}

/// Subject and issuer of one certificate.
pub type Link = (Line, Line);

/// The chains of a file. None is empty.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lsc {
    chains: Vec<Vec<Link>>,
}

/// Why a file is no LSC file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LscError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong: lower case, no full stop.
    pub reason: String,
}

impl fmt::Display for LscError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// How well a chain of the file matches the certificates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fit {
    /// All certificates match.
    Exact,
    /// The chain has more names at its end. The C library accepts this, the Java library does not.
    Longer,
}

/// The first difference between the best chain and the certificates.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Difference {
    /// Line of the file, from 1. If the chain is too short, its last line.
    pub line: usize,
    /// `subject` or `issuer`.
    pub part: &'static str,
    /// What the file has. `None` if the chain is too short.
    pub expected: Option<String>,
    /// What the certificate has.
    pub found: String,
}

impl Lsc {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// The first line that is no name, a subject without issuer, or no chain at all.
    pub fn parse(bytes: &[u8]) -> Result<Self, LscError> {
        // The libraries of VOMS read these bytes as a part of the first name.
        let mark = match bytes {
            [0xef, 0xbb, 0xbf, ..] => {
                Some("it begins with a byte order mark (UTF-8), save it without")
            }
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("it is UTF-16, save it as plain text"),
            _ => None,
        };
        if let Some(mark) = mark {
            return Err(LscError { line: 1, reason: mark.to_owned() });
        }
        let text = String::from_utf8_lossy(bytes);
        let mut chains = vec![Vec::new()];
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if is_separator(line) {
                chains.push(Vec::new());
                continue;
            }
            let name = unquoted(line);
            if !name.starts_with('/') {
                let shown = match may_be_secret(name) {
                    true => "that text",
                    false => name,
                };
                let reason = format!("`{shown}` is not a name in the form /DC=org/CN=name");
                let reason = reason.chars().take(120).collect();
                return Err(LscError { line: at + 1, reason });
            }
            let line = Line { number: at + 1, name: name.to_owned() };
            chains.last_mut().expect("never empty").push(line);
        }
        chains.retain(|chain| !chain.is_empty());
        let chains: Vec<_> = chains.into_iter().map(links).collect::<Result<_, _>>()?;
        if chains.is_empty() {
            let reason = "no name in it".to_owned();
            return Err(LscError { line: 1, reason });
        }
        Ok(Self { chains })
    }

    /// The chains.
    pub fn chains(&self) -> &[Vec<Link>] {
        &self.chains
    }

    /// Compares the chains with `certificates`, the server's first.
    ///
    /// # Errors
    ///
    /// Where the best chain differs.
    pub fn compare(&self, certificates: &[Arc<Certificate>]) -> Result<Fit, Difference> {
        let mut nearest: Option<(usize, Difference)> = None;
        let mut longer = false;
        for chain in &self.chains {
            match differ(chain, certificates) {
                None if chain.len() == certificates.len() => return Ok(Fit::Exact),
                None => longer = true,
                Some((names, difference)) => {
                    if nearest.as_ref().is_none_or(|(most, _)| names > *most) {
                        nearest = Some((names, difference));
                    }
                }
            }
        }
        match nearest {
            Some((_, difference)) if !longer => Err(difference),
            _ => Ok(Fit::Longer),
        }
    }
}

/// `------ NEXT CHAIN ------` in the C library, `------NEXT CHAIN------` in the Java library.
fn is_separator(line: &str) -> bool {
    line.starts_with('-') && line.trim_matches(['-', ' ']) == "NEXT CHAIN"
}

fn unquoted(line: &str) -> &str {
    let inner = line.strip_prefix('"');
    let inner = inner.map(|rest| rest.strip_suffix('"').unwrap_or(rest));
    inner.unwrap_or(line).trim()
}

fn links(lines: Vec<Line>) -> Result<Vec<Link>, LscError> {
    let mut lines = lines.into_iter();
    let mut links = Vec::new();
    while let Some(subject) = lines.next() {
        let Some(issuer) = lines.next() else {
            return Err(LscError {
                line: subject.number,
                reason: format!("the issuer of {} is missing after it", subject.name),
            });
        };
        links.push((subject, issuer));
    }
    Ok(links)
}

/// Number of names that match, and the first one that does not.
fn differ(chain: &[Link], certificates: &[Arc<Certificate>]) -> Option<(usize, Difference)> {
    let last = chain.last().map_or(1, |(_, issuer)| issuer.number);
    for (at, certificate) in certificates.iter().enumerate() {
        let Some((subject, issuer)) = chain.get(at) else {
            let difference = Difference {
                line: last,
                part: "subject",
                expected: None,
                found: certificate.subject.slash(),
            };
            return Some((2 * at, difference));
        };
        let parts =
            [("subject", subject, &certificate.subject), ("issuer", issuer, &certificate.issuer)];
        for (side, (part, line, name)) in parts.into_iter().enumerate() {
            if !same(&line.name, name) {
                let difference = Difference {
                    line: line.number,
                    part,
                    expected: Some(line.name.clone()),
                    found: name.slash(),
                };
                return Some((2 * at + side, difference));
            }
        }
    }
    None
}

/// As the C library compares: byte for byte, except that `UID` has an older spelling.
fn same(text: &str, name: &Name) -> bool {
    let plain = |text: &str| text.replace("/USERID=", "/UID=");
    plain(text) == plain(&name.slash())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::file::Contents;

    const HEALTHY: &[u8] = include_bytes!("../../testdata/cert/with-intermediate.pem");
    const USER: &str = "/DC=org/DC=certok/OU=People/CN=Alice Adams";

    fn certificates() -> Vec<Arc<Certificate>> {
        let contents = Contents::read(HEALTHY);
        contents.readable().map(|(_, certificate)| Arc::clone(certificate)).collect()
    }

    fn compared(text: &str, count: usize) -> Result<Fit, Difference> {
        let all = certificates();
        Lsc::parse(text.as_bytes()).unwrap().compare(&all[..count])
    }

    fn names() -> [String; 3] {
        let all = certificates();
        [all[0].subject.slash(), all[0].issuer.slash(), all[1].issuer.slash()]
    }

    #[test]
    fn forms() {
        let chain = |text: &str| Lsc::parse(text.as_bytes()).map(|lsc| lsc.chains.len());
        for (text, chains) in [
            ("/CN=a\n/CN=b\n", 1),
            ("/CN=a\r\n/CN=b", 1),
            ("# note\n\n  /CN=a \n/CN=b\n#", 1),
            ("\"/CN=a\"\n\"/CN=b\"\n", 1),
            ("/CN=a\n/CN=b\n------ NEXT CHAIN ------\n/CN=c\n/CN=d\n", 2),
            ("/CN=a\n/CN=b\n------NEXT CHAIN------\n/CN=c\n/CN=d\n", 2),
            ("/CN=a\n/CN=b\n------ NEXT CHAIN ------\n", 1),
        ] {
            assert_eq!(chain(text), Ok(chains), "{text:?}");
        }
        for (text, line) in [
            ("", 1),
            ("# nothing\n", 1),
            ("/CN=a\n", 1),
            ("/CN=a\n/CN=b\n/CN=c\n", 3),
            ("/CN=a\n------ NEXT CHAIN ------\n/CN=b\n", 1),
            ("/CN=a\nCN=b\n", 2),
            ("/CN=a\n-----\n", 2),
            ("\u{feff}/CN=a\n/CN=b", 1),
        ] {
            assert_eq!(chain(text).unwrap_err().line, line, "{text:?}");
        }
    }

    #[test]
    fn chains_are_compared_name_by_name() {
        let [user, grid, root] = names();
        assert_eq!(user, USER);
        let one = format!("{user}\n{grid}\n");
        let two = format!("{one}{grid}\n{root}\n");
        assert_eq!(compared(&one, 1), Ok(Fit::Exact));
        assert_eq!(compared(&two, 2), Ok(Fit::Exact));
        assert_eq!(compared(&two, 1), Ok(Fit::Longer));
        let both = format!("/CN=x\n/CN=y\n------ NEXT CHAIN ------\n{one}");
        assert_eq!(compared(&both, 1), Ok(Fit::Exact));
        let short = compared(&one, 2).unwrap_err();
        assert_eq!((short.line, short.expected), (2, None));
    }

    #[test]
    fn the_nearest_difference_is_told() {
        let [user, grid, _] = names();
        let other = format!("/CN=x\n/CN=y\n------ NEXT CHAIN ------\n{user}\n{grid} old\n");
        assert_eq!(
            compared(&other, 1),
            Err(Difference {
                line: 5,
                part: "issuer",
                expected: Some(format!("{grid} old")),
                found: grid,
            })
        );
    }
}
