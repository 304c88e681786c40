//! Who a DN stands for: gridmap files, and the map files of HTCondor as far as they name DNs.

/// A map, in its order: the first line that names a DN counts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Map {
    lines: Vec<(Principal, Vec<String>)>,
    /// Lines that are not understood, counted from 1.
    pub others: Vec<usize>,
}

/// Whom a line is about.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Principal {
    /// One DN in the slash form.
    Name(String),
    /// A regular expression that certok does not work out; it may be about anybody.
    Pattern,
}

/// What a map says of a DN.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mapped<'a> {
    /// These names.
    To(&'a [String]),
    /// Nothing names it.
    Nobody,
    /// A line that is not understood comes first, and may be about it.
    Unknown,
}

impl Map {
    /// Reads a map. A line of a gridmap file is a quoted DN and accounts; a line of HTCondor's is a
    /// method, a DN or pattern, and a name. Of HTCondor's, those for SSL and GSI count.
    pub fn read(text: &str) -> Self {
        let mut map = Self::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let words = words(line);
            let line = match words.as_deref() {
                // What follows the accounts is nothing to Globus.
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

    /// What `dn`, in the slash form, stands for.
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

/// A DN, if the regular expression is `^DN$` with nothing but escaped characters in it.
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
            // A dot matches itself, and little else in a DN; but a little is enough.
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => {
                return Principal::Pattern;
            }
            _ => name.push(c),
        }
    }
    Principal::Name(name)
}

/// The words of a line, each with whether it was in quotes; `None` if a quote is left open.
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

/// Up to the closing quote; `\"` is a quote, every other backslash stands.
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
