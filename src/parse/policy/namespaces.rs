//! namespaces files of the EUGridPMA (Namespaces Format Specification 0.1, GFD-I.189): which
//! subjects a CA, or one below it, may sign.

use crate::parse::policy::hint::clearer;
use crate::parse::policy::pattern::Pattern;
use crate::parse::policy::{Problem, text};

/// A whole file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Namespaces {
    /// In the order of the file. All of them are used.
    pub rules: Vec<Rule>,
}

/// `TO Issuer "…" PERMIT Subject "…"`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rule {
    /// Line of its first word.
    pub line: usize,
    /// The CA that it is about.
    pub issuer: Issuer,
    /// Whether it permits; else it denies.
    pub permit: bool,
    /// Line of its pattern.
    pub pattern_line: usize,
    /// The pattern as it stands between its quotes.
    pub text: String,
    /// Its meaning, or why this is uncertain.
    pub pattern: Result<Pattern, String>,
}

/// The CA that a rule is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Issuer {
    /// `SELF`: the CA whose hash is the name of the file.
    Own,
    /// A CA by its name in slash form.
    Named(String),
}

impl Namespaces {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// The first syntax error.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let text = text(bytes)?;
        Self::read(&text).map_err(|problem| clearer(problem, bytes))
    }

    fn read(text: &str) -> Result<Self, Problem> {
        let mut rules = Vec::new();
        let mut logical = Logical::default();
        for (at, line) in text.split('\n').enumerate() {
            let number = at + 1;
            version(line, number)?;
            let line = without_comment(line).trim_end();
            let continued = line.strip_suffix('\\').filter(|rest| !rest.ends_with('\\'));
            logical.push(continued.unwrap_or(line), number);
            if continued.is_none() {
                rules.extend(logical.take()?);
            }
        }
        rules.extend(logical.take()?);
        Ok(Self { rules })
    }
}

/// The only version that exists.
const VERSION: &str = "1.0";

/// `#NAMESPACES-VERSION: 1.0`. Files without it have the same version.
fn version(line: &str, number: usize) -> Result<(), Problem> {
    const HEADER: &str = "#NAMESPACES-VERSION:";
    let head = line.get(..HEADER.len()).unwrap_or_default();
    let stated = line.get(HEADER.len()..).unwrap_or_default().trim();
    if head.eq_ignore_ascii_case(HEADER) && stated != VERSION {
        return Err(Problem::expected(number, "version 1.0", Some(stated)));
    }
    Ok(())
}

/// The line up to a `#` that is neither quoted nor escaped.
fn without_comment(line: &str) -> &str {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'#' if !quoted => return line.get(..at).unwrap_or_default(),
            _ => {}
        }
    }
    line
}

/// A line joined with its continuations.
#[derive(Default)]
struct Logical {
    text: String,
    /// Where each line of the file begins in `text`, and its number.
    begins: Vec<(usize, usize)>,
}

impl Logical {
    fn push(&mut self, line: &str, number: usize) {
        self.begins.push((self.text.len(), number));
        self.text.push_str(line);
    }

    /// Its rule, if it contains any text. Empties it.
    fn take(&mut self) -> Result<Option<Rule>, Problem> {
        let logical = std::mem::take(self);
        if logical.text.trim().is_empty() {
            return Ok(None);
        }
        let mut reader = Reader { logical: &logical, at: 0 };
        reader.rule().map(Some)
    }

    fn line_of(&self, at: usize) -> usize {
        let before = self.begins.iter().rev().find(|(begin, _)| *begin <= at);
        before.map_or(1, |(_, number)| *number)
    }
}

struct Reader<'a> {
    logical: &'a Logical,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rule(&mut self) -> Result<Rule, Problem> {
        self.blanks();
        let line = self.logical.line_of(self.at);
        self.keyword(&["TO"])?;
        self.keyword(&["Issuer"])?;
        let issuer = if self.rest().starts_with('"') {
            let name = self.quoted("the issuer")?;
            Issuer::Named(name.replace("\\\"", "\"").replace("\\#", "#"))
        } else {
            self.keyword(&["SELF", "the issuer's name in double quotes"])?;
            Issuer::Own
        };
        let permit = self.keyword(&["PERMIT", "DENY"])? == 0;
        self.keyword(&["Subject"])?;
        let start = self.at;
        let text = self.quoted("the subject")?.to_owned();
        if text.trim().is_empty() {
            return Err(self.problem(start, "a pattern over names", "\"\""));
        }
        if text.trim_start().starts_with('*') {
            return Err(self.problem(start, "a regular expression, such as \".*\"", &text));
        }
        if !self.rest().is_empty() {
            let rest = self.rest();
            return Err(self.problem(self.at, "the end of the rule", rest));
        }
        Ok(Rule {
            line,
            pattern_line: self.logical.line_of(start),
            issuer,
            permit,
            pattern: if permit { Pattern::regex(&text) } else { Pattern::ban(&text) },
            text,
        })
    }

    fn rest(&self) -> &'a str {
        self.logical.text.get(self.at..).unwrap_or_default()
    }

    /// Skips blanks. Returns their number.
    fn blanks(&mut self) -> usize {
        let rest = self.rest();
        let count = rest.len() - rest.trim_start().len();
        self.at += count;
        count
    }

    /// Reads one of `words` and the blank behind it. Returns its index.
    fn keyword(&mut self, words: &[&str]) -> Result<usize, Problem> {
        let rest = self.rest();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let found = rest.get(..end).unwrap_or_default();
        let number = words.iter().position(|word| word.eq_ignore_ascii_case(found));
        let number = number.ok_or_else(|| self.problem(self.at, &words.join(" or "), found))?;
        self.at += end;
        self.blanks();
        Ok(number)
    }

    /// Reads a text in double quotes, without resolving escapes. A blank or the end must follow.
    fn quoted(&mut self, what: &str) -> Result<&'a str, Problem> {
        let start = self.at;
        let wanted = format!("{what} in double quotes");
        let Some(inner) = self.rest().strip_prefix('"') else {
            return Err(self.problem(start, &wanted, self.rest()));
        };
        let mut escaped = false;
        let end = inner.bytes().position(|byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        });
        let end = end.ok_or_else(|| {
            let line = self.logical.line_of(start);
            Problem::new(line, "the double quote that opens here is not properly closed")
        })?;
        self.at += end + 2;
        if self.blanks() == 0 && !self.rest().is_empty() {
            return Err(self.problem(self.at, "a blank after the closing quote", self.rest()));
        }
        Ok(inner.get(..end).unwrap_or_default())
    }

    fn problem(&self, at: usize, wanted: &str, found: &str) -> Problem {
        let line = self.logical.line_of(at);
        let found = (!found.is_empty()).then_some(found);
        match found {
            Some(_) => Problem::expected(line, wanted, found),
            None => Problem::new(line, format!("expected {wanted}, found the end of the rule")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Issuer, Namespaces};

    fn read(text: &str) -> String {
        let namespaces = match Namespaces::parse(text.as_bytes()) {
            Ok(namespaces) => namespaces,
            Err(problem) => return problem.to_string(),
        };
        let rule = |rule: &super::Rule| {
            let sign = if rule.permit { "+" } else { "-" };
            let lines = format!("{}-{}", rule.line, rule.pattern_line);
            let unclear = if rule.pattern.is_err() { "?" } else { "" };
            match &rule.issuer {
                Issuer::Own => format!("{lines}: own {sign}{unclear}{}", rule.text),
                Issuer::Named(name) => format!("{lines}: {name} {sign}{unclear}{}", rule.text),
            }
        };
        let rules: Vec<String> = namespaces.rules.iter().map(rule).collect();
        rules.join("; ")
    }

    #[test]
    fn what_is_legal() {
        for (text, want) in [
            ("", ""),
            ("# note\n\n", ""),
            (
                "#NAMESPACES-VERSION: 1.0\nTO Issuer \"/O=a\" \\\n  PERMIT Subject \"/O=a/.*\"\n",
                "2-3: /O=a +/O=a/.*",
            ),
            (
                "to ISSUER self\\\r\n\tdeny\tSUBJECT  \"/O=a\" # note \\\r\nTO Issuer \"/O=\\\"b#\" PER\\\nMIT Subject \"/O=b\"#",
                "1-2: own -/O=a; 3-4: /O=\"b# +/O=b",
            ),
            ("TO Issuer SELF PERMIT Subject \"/O=(a|b).*\"", "1-1: own +?/O=(a|b).*"),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn what_is_not() {
        for (text, want) in [
            ("x", "line 1: expected TO, found 'x'"),
            ("#NAMESPACES-VERSION: 2.0\n", "line 1: expected version 1.0, found '2.0'"),
            (
                "\nTO Issuer \"/O=a\" DENYF Subject",
                "line 2: expected PERMIT or DENY, found 'DENYF'",
            ),
            (
                "TO Issuer /O=a PERMIT Subject \"/O=a\"",
                "line 1: expected SELF or the issuer's name in double quotes, found '/O=a'",
            ),
            (
                "TO Issuer SELF \\\n PERMIT Subject\"/O=a\"",
                "line 2: expected Subject, found 'Subject\"/O=a\"'",
            ),
            (
                "TO Issuer SELF PERMIT Subject \"/O=a\" TO Issuer SELF",
                "line 1: expected the end of the rule, found 'TO Issuer SELF'",
            ),
            (
                "TO Issuer SELF PERMIT Subject \"/O=a",
                "line 1: the double quote that opens here is not properly closed",
            ),
            (
                "TO Issuer \"/O=a\"PERMIT",
                "line 1: expected a blank after the closing quote, found 'PERMIT'",
            ),
            (
                "TO Issuer SELF PERMIT Subject \"*\"",
                "line 1: expected a regular expression, such as \".*\", found '*'",
            ),
            (
                "TO Issuer SELF PERMIT Subject \"\"",
                "line 1: expected a pattern over names, found '\"\"'",
            ),
            ("TO Issuer SELF\\\n\n", "line 2: expected PERMIT or DENY, found the end of the rule"),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }
}
