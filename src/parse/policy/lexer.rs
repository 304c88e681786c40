//! Splits a signing_policy into words, as Globus C does (oldgaa).

use crate::parse::policy::Problem;

/// A word and its place.
pub(super) struct Word {
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) quoted: bool,
    /// Where it starts.
    pub(super) start: usize,
}

/// Splits a file.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// The current line, from 1.
    pub(super) line: usize,
    /// Whether the file ended with a closing quote.
    pub(super) unfinished: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, unfinished: false }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or_default();
        self.line += passed.matches('\n').count();
        self.at += bytes;
    }

    /// Skips white space.
    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.skip(rest.len() - rest.trim_start_matches(is_blank).len());
    }

    /// The next word, after blanks and comments.
    pub(super) fn next(&mut self) -> Result<Option<Word>, Problem> {
        self.skip_blanks();
        while self.rest().starts_with('#') {
            let length = self.rest().find('\n').unwrap_or(self.rest().len());
            self.skip(length);
            self.skip_blanks();
        }
        let (line, start) = (self.line, self.at);
        if self.rest().is_empty() {
            return Ok(None);
        }
        if self.rest().starts_with('\'') {
            let text = self.quoted()?;
            let quoted = true;
            return Ok(Some(Word { line, text, quoted, start }));
        }
        let length = self.rest().find(is_blank).unwrap_or(self.rest().len());
        let text = self.rest().get(..length).unwrap_or_default().to_owned();
        self.skip(length);
        let quoted = false;
        Ok(Some(Word { line, text, quoted, start }))
    }

    /// Reads to the closing single quote. A backslash makes the next character plain.
    fn quoted(&mut self) -> Result<String, Problem> {
        let line = self.line;
        let (mut text, mut escaped) = (String::new(), false);
        let mut end = None;
        for (at, c) in self.rest().char_indices().skip(1) {
            match c {
                '\'' if !escaped => {
                    end = Some(at + 1);
                    break;
                }
                '\\' if !escaped => escaped = true,
                c => {
                    text.push(c);
                    escaped = false;
                }
            }
        }
        let end = end.ok_or_else(|| never_closed(line))?;
        self.skip(end);
        self.unfinished = self.rest().is_empty();
        if !self.unfinished && !self.rest().starts_with(is_blank) {
            return Err(never_closed(line));
        }
        Ok(text)
    }

    /// The text from the start of `word`, which was just read, to the end of its line, if this is
    /// more than the word and not a statement.
    pub(super) fn rest_of_line(&mut self, word: &Word) -> Option<String> {
        let next = self.rest().trim_start_matches([' ', '\t', '\r']);
        let over = next.is_empty() || next.starts_with(['\n', '#']);
        if over || KEYWORDS.iter().any(|keyword| next.starts_with(keyword)) {
            return None;
        }
        let tail = self.rest().split('\n').next().unwrap_or_default();
        let tail = match tail.find(" #").or_else(|| tail.find("\t#")) {
            Some(comment) => tail.get(..comment).unwrap_or_default(),
            None => tail,
        };
        let end = self.at + tail.len();
        let whole = self.text.get(word.start..end).unwrap_or_default();
        let whole = whole.trim().to_owned();
        self.skip(end - self.at);
        Some(whole)
    }
}

/// The words with which a statement starts.
const KEYWORDS: &[&str] = &["access_id_", "pos_rights", "neg_rights", "cond_"];

pub(super) fn never_closed(line: usize) -> Problem {
    Problem::new(line, "the single quote that opens here is not properly closed")
}

/// The `isspace` of C.
fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\x0b'
}
