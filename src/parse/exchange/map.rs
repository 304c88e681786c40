//! Which identity a DN has: gridmap files, and map files of HTCondor as far as they name DNs.

/// A map, in order. The first line that names a DN counts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Map {
    lines: Vec<(Principal, Vec<String>)>,
    /// Numbers of lines that are not understood, from 1.
    pub others: Vec<usize>,
}

/// The DNs that a line is about.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Principal {
    /// One DN in slash form.
    Name(String),
    /// A regular expression that certok cannot evaluate. It may match any DN.
    Pattern,
}

/// The result for a DN.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mapped<'a> {
    /// These names.
    To(&'a [String]),
    /// No line names it.
    Nobody,
    /// An earlier line that is not understood may be about it.
    Unknown,
}

impl Map {
    /// Reads a map. A line of a gridmap file has a quoted DN and accounts. A line of HTCondor has a
    /// method, a DN or pattern, and a name; those with SSL and GSI are used.
    pub fn read(text: &str) -> Self {
        let mut map = Self::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let words = words(line);
            let line = match words.as_deref() {
                // Globus ignores what follows the accounts.
                Some([(dn, _), (accounts, _), ..]) if dn.starts_with('/') => {
                    let accounts = accounts.split(',').map(str::to_owned).collect();
                    Some((Principal::Name(dn.clone()), accounts))
                }
                Some([(method, _), (principal, quoted), (name, _)]) => {
                    match method.to_ascii_uppercase().as_str() {
                        "GSI" | "SSL" => Some((pattern(principal, *quoted), vec![name.clone()])),
                        // Other methods have no DNs.
                        _ => continue,
                    }
                }
                _ => None,
            };
            match line {
                Some(line) => map.lines.push(line),
                None => map.others.push(at + 1),
            }
        }
        map
    }

    /// The result for `dn`, in slash form.
    pub fn look_up(&self, dn: &str) -> Mapped<'_> {
        for (principal, names) in &self.lines {
            match principal {
                Principal::Name(name) if name == dn => return Mapped::To(names),
                Principal::Name(_) => {}
                Principal::Pattern => return Mapped::Unknown,
            }
        }
        Mapped::Nobody
    }
}

/// The DN, if the regular expression is `^DN$` and all special characters are escaped.
fn pattern(text: &str, quoted: bool) -> Principal {
    let bare = if quoted { text } else { text.trim_matches('/') };
    let Some(inner) = bare.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')) else {
        return Principal::Pattern;
    };
    let mut name = String::new();
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some(escaped) if !escaped.is_ascii_alphanumeric() => name.push(escaped),
                _ => return Principal::Pattern,
            },
            // A dot matches itself and little else in a DN. But other DNs must not match.
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => {
                return Principal::Pattern;
            }
            _ => name.push(c),
        }
    }
    Principal::Name(name)
}

/// The words of a line, and whether each was in quotes. `None` if a quote is not closed.
fn words(line: &str) -> Option<Vec<(String, bool)>> {
    let mut out = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('"') {
            let (word, behind) = quoted_word(inner)?;
            out.push((word, true));
            rest = behind.trim_start();
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            out.push((word.to_owned(), false));
            rest = behind.trim_start();
        }
    }
    Some(out)
}

/// Reads to the closing quote. `\"` is a quote; other backslashes are plain characters.
fn quoted_word(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Some((word, text.get(at + 1..)?)),
            '\\' if characters.peek().is_some_and(|(_, next)| *next == '"') => {
                word.push('"');
                characters.next();
            }
            _ => word.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let alice = "/DC=org/CN=Alice A.";
        for (text, expected) in [
            ("\"/DC=org/CN=Alice A.\" alice", Some("alice")),
            ("\"/DC=org/CN=Alice A.\" alice,bob", Some("alice bob")),
            ("# x\n\n\"/CN=x\" x\n\"/DC=org/CN=Alice A.\" alice", Some("alice")),
            ("GSI \"^\\/DC\\=org\\/CN\\=Alice\\ A\\.$\" alice@pool", Some("alice@pool")),
            ("SSL \"^/DC=org/CN=Alice A\\.$\" alice", Some("alice")),
            ("SSL \"^/DC=org/CN=Alice A.$\" alice", None),
            ("SSL \"/DC=org/CN=Alice A\\.\" alice", None),
            ("SSL .* nobody\n\"/DC=org/CN=Alice A.\" alice", None),
            ("FS (.*) \\1\n\"/DC=org/CN=Alice A.\" alice", Some("alice")),
            // Of two lines the first counts, with whatever behind it.
            ("\"/DC=org/CN=Alice A.\" alice x\n\"/DC=org/CN=Alice A.\" root", Some("alice")),
            ("\"/CN=x\" x", Some("")),
            ("", Some("")),
        ] {
            let map = Map::read(text);
            let said = match map.look_up(alice) {
                Mapped::To(names) => Some(names.join(" ")),
                Mapped::Nobody => Some(String::new()),
                Mapped::Unknown => None,
            };
            assert_eq!(said.as_deref(), expected, "{text}");
        }
        assert_eq!(Map::read("\"/CN=x alice\nx\n/CN=y").others, [1, 2, 3]);
    }
}
