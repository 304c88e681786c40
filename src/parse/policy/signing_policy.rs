//! signing_policy files: Globus' extended access control lists (EACL), as far as they say which
//! subjects a CA may sign.
//!
//! They are read as Globus C reads them (oldgaa): words are separated by white space, a word with
//! blanks is in `'…'`, `\` escapes a character in it, and a word that starts with `#` begins a
//! comment. What only canl reads is read too; [`SigningPolicy::objection`] says that Globus does
//! not.

use crate::parse::policy::hint::{clearer, meant};
use crate::parse::policy::lexer::{Lexer, Word, never_closed};
use crate::parse::policy::{Problem, shown, text};

/// A whole file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningPolicy {
    /// In the order of the file. Globus takes the first that matches.
    pub entries: Vec<PrincipalRights>,
    /// The first place where Globus stops reading, although the meaning is clear.
    pub objection: Option<Problem>,
    /// The last line, if it ends at a closing quote without a newline. Globus does not see this
    /// quote.
    pub unfinished: Option<usize>,
}

/// A principal and its rights.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PrincipalRights {
    /// Line of the name.
    pub line: usize,
    /// The principal.
    pub principal: Principal,
    /// Its rights.
    pub rights: Vec<Right>,
}

/// The principal of an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Principal {
    /// `access_id_ANYBODY`.
    Anybody,
    /// `access_id_CA X509`, and the name in slash form.
    Ca(String),
    /// Users, hosts, groups and applications. They sign nothing.
    Other,
}

/// The right to sign, or its denial.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Right {
    /// Its line.
    pub line: usize,
    /// `pos_rights`, not `neg_rights`.
    pub positive: bool,
    /// Conditions. All of them must hold.
    pub conditions: Vec<Condition>,
}

/// A condition on a right.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Condition {
    /// Its line.
    pub line: usize,
    /// What it is about.
    pub kind: EntryKind,
    /// For subjects: one of these patterns must match.
    pub patterns: Vec<Pattern>,
}

/// A pattern for names of subjects.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern {
    /// Its line.
    pub line: usize,
    /// The text between its quotes.
    pub text: String,
}

/// The kind of a condition.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EntryKind {
    /// `cond_subjects globus`.
    Subjects,
    /// `cond_banned_subjects globus`.
    Banned,
    /// Any other keyword. Globus never takes it as fulfilled.
    Other(String),
}

impl SigningPolicy {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// The first syntax error.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let text = text(bytes)?;
        let policy = Self::read(&text).map_err(|problem| clearer(problem, bytes))?;
        Ok(Self { objection: policy.objection.map(|problem| clearer(problem, bytes)), ..policy })
    }

    fn read(text: &str) -> Result<Self, Problem> {
        let mut parser = Parser {
            lexer: Lexer::new(text),
            policy: Self { entries: Vec::new(), objection: None, unfinished: None },
            open: 0,
            conditioned: false,
        };
        while let Some(word) = parser.lexer.next()? {
            parser.statement(&word)?;
        }
        parser.finish()
    }
}

/// Principals that are no CA.
const OTHERS: &[&str] =
    &["access_id_USER", "access_id_GROUP", "access_id_HOST", "access_id_APPLICATION"];

struct Parser<'a> {
    lexer: Lexer<'a>,
    policy: SigningPolicy,
    /// The first of the neighbouring rights at the end of the last entry.
    open: usize,
    /// Whether these have conditions. Then the next right begins a new set.
    conditioned: bool,
}

impl Parser<'_> {
    fn statement(&mut self, word: &Word) -> Result<(), Problem> {
        match word.text.as_str() {
            "access_id_ANYBODY" => self.entry(word.line, Principal::Anybody),
            "access_id_CA" => {
                self.exactly("X509", word)?;
                let name = self.value("the name of the CA")?;
                if name.text.contains('\n') {
                    return Err(never_closed(name.line));
                }
                self.entry(name.line, Principal::Ca(name.text));
            }
            other if OTHERS.contains(&other) => {
                self.word("an authority")?;
                self.value("a name")?;
                self.entry(word.line, Principal::Other);
            }
            "pos_rights" | "neg_rights" => return self.right(word),
            other if other.starts_with("cond_") => return self.condition(word),
            other => {
                let wanted = match self.policy.entries.last() {
                    None => "access_id_CA",
                    Some(entry) if entry.rights.is_empty() => "pos_rights",
                    Some(_) => "access_id_CA, pos_rights or cond_subjects",
                };
                let mut problem = Problem::expected(word.line, wanted, Some(other));
                if let Some(meant) = meant(other) {
                    problem.what.push_str(&format!("; did you mean {meant}?"));
                }
                return Err(problem);
            }
        }
        Ok(())
    }

    fn entry(&mut self, line: usize, principal: Principal) {
        (self.open, self.conditioned) = (0, false);
        self.policy.entries.push(PrincipalRights { line, principal, rights: Vec::new() });
    }

    fn right(&mut self, word: &Word) -> Result<(), Problem> {
        self.exactly("globus", word)?;
        self.exactly("CA:sign", word)?;
        let entry = self.policy.entries.last_mut();
        let entry = entry.ok_or_else(|| out_of_place(word, "access_id_CA"))?;
        let positive = word.text == "pos_rights";
        if self.conditioned {
            (self.open, self.conditioned) = (entry.rights.len(), false);
        }
        let mut together = entry.rights.iter().skip(self.open);
        if together.any(|right| right.positive == positive) {
            let what = format!("{} a second time without a condition between", word.text);
            return Err(Problem::new(word.line, what));
        }
        entry.rights.push(Right { line: word.line, positive, conditions: Vec::new() });
        Ok(())
    }

    fn condition(&mut self, word: &Word) -> Result<(), Problem> {
        let kind = match word.text.as_str() {
            "cond_subjects" => EntryKind::Subjects,
            "cond_banned_subjects" => EntryKind::Banned,
            other => EntryKind::Other(other.to_owned()),
        };
        let patterns = if let EntryKind::Other(_) = kind {
            self.word("an authority")?;
            self.value("a value")?;
            Vec::new()
        } else {
            self.exactly("globus", word)?;
            patterns(&self.value("patterns in quotes")?)?
        };
        let condition = Condition { line: word.line, kind, patterns };
        let rights = self.policy.entries.last_mut().map(|entry| &mut entry.rights);
        let rights = rights.filter(|rights| !rights.is_empty());
        let rights = rights.ok_or_else(|| out_of_place(word, "pos_rights"))?;
        self.conditioned = true;
        // Globus applies it to one of the neighbouring rights. Applying it to all is never wider.
        for right in rights.iter_mut().skip(self.open) {
            right.conditions.push(condition.clone());
        }
        Ok(())
    }

    /// The only word that is allowed here.
    fn exactly(&mut self, wanted: &str, after: &Word) -> Result<(), Problem> {
        match self.lexer.next()? {
            Some(found) if found.text == wanted => Ok(()),
            found => {
                let line = found.as_ref().map_or(after.line, |word| word.line);
                let wanted = format!("{wanted} after {}", after.text);
                let found = found.as_ref().map(|word| word.text.as_str());
                Err(Problem::expected(line, &wanted, found))
            }
        }
    }

    fn word(&mut self, wanted: &str) -> Result<Word, Problem> {
        let line = self.lexer.line;
        let found = self.lexer.next()?;
        found.ok_or_else(|| Problem::expected(line, wanted, None))
    }

    /// A word, or what was meant as one. canl takes the rest of the line.
    fn value(&mut self, wanted: &str) -> Result<Word, Problem> {
        let word = self.word(wanted)?;
        if word.quoted {
            return Ok(word);
        }
        let Some(text) = self.lexer.rest_of_line(&word) else {
            return Ok(word);
        };
        let what = "a value with blanks in it must be in single quotes";
        let objection = Problem::new(word.line, format!("{what}: {}", shown(&text)));
        self.policy.objection.get_or_insert(objection);
        Ok(Word { text, ..word })
    }

    fn finish(self) -> Result<SigningPolicy, Problem> {
        let mut policy = self.policy;
        let last = policy.entries.last();
        let last = last.ok_or_else(|| Problem::new(1, "there is no rule in the file"))?;
        if last.rights.is_empty() {
            return Err(Problem::expected(last.line, "pos_rights after it", None));
        }
        policy.unfinished = self.lexer.unfinished.then_some(self.lexer.line);
        Ok(policy)
    }
}

fn out_of_place(word: &Word, before: &str) -> Problem {
    let what = format!("{} without {before} before it", word.text);
    Problem::new(word.line, what)
}

/// The patterns of a value: each in double quotes, or one without any.
fn patterns(value: &Word) -> Result<Vec<Pattern>, Problem> {
    let (mut found, mut line) = (Vec::new(), value.line);
    let mut rest = value.text.as_str();
    let mut apart = true;
    loop {
        let trimmed = rest.trim_start();
        let blanks = rest.get(..rest.len() - trimmed.len()).unwrap_or_default();
        line += blanks.matches('\n').count();
        apart |= !blanks.is_empty();
        let problem = |what: &str| Err(Problem::new(line, what));
        if trimmed.is_empty() {
            break;
        }
        if !apart {
            return problem("there must be a blank between two quoted patterns");
        }
        let (text, after) = match trimmed.strip_prefix('"') {
            Some(inner) => match inner.split_once('"') {
                Some(halves) => halves,
                None => return problem("a double quote is not properly closed"),
            },
            None if trimmed.contains('"') => {
                return problem("each of several patterns must be in double quotes");
            }
            None => (trimmed, ""),
        };
        if text.contains('\n') {
            return problem("a double quote is not properly closed");
        }
        if text.trim().is_empty() {
            return problem("a pattern is empty");
        }
        let text = text.to_owned();
        found.push(Pattern { line, text });
        (rest, apart) = (after, false);
    }
    if found.is_empty() {
        return Err(Problem::new(line, "there is no pattern"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
