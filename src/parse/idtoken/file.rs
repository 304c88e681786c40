//! A file of tokens: one token per line, as HTCondor's client reads it; and other things that
//! people put there.

use std::fmt;

use crate::parse::idtoken::IdToken;
use crate::parse::jws;
use crate::parse::jws::JwsError;
use crate::text::utf16;

/// The lines of a file that are neither empty nor comments.
#[derive(Debug, Default)]
pub struct TokenFile {
    /// In order.
    pub lines: Vec<Line>,
    /// The first and last line of each token that was broken into several lines.
    pub wrapped: Vec<(usize, usize)>,
    /// Whether its first byte is NUL. HTCondor's client loops for ever at it.
    pub begins_with_nul: bool,
    /// Whether there were more lines than [`MAX_LINES`].
    pub cut: bool,
    /// What the whole file is, if it has no token and certok knows its kind.
    pub foreign: Option<Foreign>,
}

/// Other content, between the tokens or in their place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Foreign {
    /// Bytes that no text has.
    Binary,
    /// JSON.
    Json,
    /// A web page.
    Markup,
    /// Certificates or keys.
    Pem,
    /// A token as Python prints bytes, `b'…'`.
    PythonBytes,
    /// Sentences.
    Text,
    /// In UTF-16.
    Utf16,
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Binary => "it is binary",
            Self::Json => "it is JSON",
            Self::Markup => "it is a web page",
            Self::Pem => "it is a PEM file (a proxy, certificate or key)",
            Self::PythonBytes => "the token in it is written as b'…', as Python prints bytes",
            Self::Text => "it is a text",
            Self::Utf16 => "it is in UTF-16, as PowerShell writes files",
        })
    }
}

/// A line.
#[derive(Debug)]
pub struct Line {
    /// Counted from 1.
    pub number: usize,
    /// The token, or why there is none.
    pub token: Result<IdToken, NoToken>,
}

/// Why a line is not a token. HTCondor's client ignores such lines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoToken {
    /// It looks like a token, but is malformed.
    Malformed(JwsError),
    /// A line of a PEM file.
    Pem,
    /// Output of `condor_token_request` while it waits.
    RequestText,
    /// Words.
    Words,
}

impl fmt::Display for NoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(reason) => write!(f, "{reason}"),
            Self::Pem => f.write_str("it is of a PEM file"),
            Self::RequestText => f.write_str("it is the message of condor_token_request"),
            Self::Words => f.write_str("it is text, not a token"),
        }
    }
}

/// Most lines of one file, without comments. After this many lines of a directory no more files are
/// read, because results for each token are kept in memory. A busy submit host has some thousand.
pub const MAX_LINES: usize = 20_000;

impl TokenFile {
    /// Reads the whole file.
    pub fn read(bytes: &[u8]) -> Self {
        let mut file = Self { begins_with_nul: bytes.first() == Some(&0), ..Self::default() };
        let mut pieces: Vec<(usize, &[u8])> = Vec::new();
        for (at, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
            // The client is a C program, so a line ends at a NUL.
            let text = line.split(|&byte| byte == 0).next().unwrap_or_default();
            let text = trimmed(text);
            if text.is_empty() || text.starts_with(b"#") {
                continue;
            }
            if file.lines.len() == MAX_LINES {
                file.cut = true;
                break;
            }
            let number = at + 1;
            let token = IdToken::parse(text).map_err(|reason| no_token(text, reason));
            let whole = token.as_ref().is_ok_and(|token| !is_cut(token));
            file.lines.push(Line { number, token });
            if whole || !is_piece(text) {
                file.join(&pieces);
                pieces.clear();
            } else {
                pieces.push((number, text));
            }
        }
        file.join(&pieces);
        file.foreign = file.foreign(bytes);
        file
    }

    fn foreign(&self, bytes: &[u8]) -> Option<Foreign> {
        let shape = |line: &Line| match &line.token {
            Ok(_) | Err(NoToken::RequestText) => Some(None),
            Err(NoToken::Pem) => Some(Some(Foreign::Pem)),
            Err(NoToken::Malformed(_) | NoToken::Words) => None,
        };
        if let Some(shape) = self.lines.iter().find_map(shape) {
            return shape;
        }
        let text = bytes.trim_ascii();
        match text {
            _ if !self.wrapped.is_empty() => None,
            _ if utf16::byte_order(text).is_some() => Some(Foreign::Utf16),
            _ if self.lines.is_empty() => None,
            [b'{' | b'[', ..] => Some(Foreign::Json),
            [b'<', ..] => Some(Foreign::Markup),
            _ if text.iter().any(|byte| matches!(byte, 0..=8 | 14..=31)) => Some(Foreign::Binary),
            [b'b', b'\'', .., b'\''] | [b'b', b'"', .., b'"'] => Some(Foreign::PythonBytes),
            _ if self.lines.iter().any(|line| matches!(line.token, Err(NoToken::Words))) => {
                Some(Foreign::Text)
            }
            _ => None,
        }
    }

    /// Notes that neighbouring lines are parts of one token.
    fn join(&mut self, pieces: &[(usize, &[u8])]) {
        let (Some((first, _)), Some((last, _)), true) =
            (pieces.first(), pieces.last(), pieces.len() > 1)
        else {
            return;
        };
        let joined: Vec<u8> = pieces.iter().flat_map(|(_, text)| *text).copied().collect();
        if IdToken::parse(&joined).is_ok_and(|token| !is_cut(&token)) {
            self.wrapped.push((*first, *last));
        }
    }

    /// The tokens, each with its line.
    pub fn tokens(&self) -> impl Iterator<Item = (usize, &IdToken)> {
        let lines = self.lines.iter();
        lines.filter_map(|line| Some((line.number, line.token.as_ref().ok()?)))
    }

    /// The lines that are no tokens, with the reason. Without those of broken tokens.
    pub fn others(&self) -> impl Iterator<Item = (usize, &NoToken)> {
        let lines = self.lines.iter().filter(|line| !self.is_wrapped(line.number));
        lines.filter_map(|line| Some((line.number, line.token.as_ref().err()?)))
    }

    /// Whether `line` belongs to a token that is broken over several.
    pub fn is_wrapped(&self, line: usize) -> bool {
        let mut ranges = self.wrapped.iter();
        ranges.any(|(first, last)| (*first..=*last).contains(&line))
    }
}

/// Removes the white space that HTCondor removes from a line.
fn trimmed(mut text: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\x0b' | b'\x0c');
    while let Some((_, rest)) = text.split_first().filter(|(first, _)| blank(first)) {
        text = rest;
    }
    while let Some((_, rest)) = text.split_last().filter(|(last, _)| blank(last)) {
        text = rest;
    }
    text
}

/// Whether `text` may be a part of a token.
fn is_piece(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Whether the signature is shorter than its algorithm requires.
fn is_cut(token: &IdToken) -> bool {
    signature_bytes(token.algorithm.as_deref()).is_some_and(|size| token.signature().len() < size)
}

/// Length of a signature by this HMAC.
pub fn signature_bytes(algorithm: Option<&str>) -> Option<usize> {
    match algorithm {
        Some("HS256") => Some(32),
        Some("HS384") => Some(48),
        Some("HS512") => Some(64),
        _ => None,
    }
}

fn no_token(text: &[u8], reason: JwsError) -> NoToken {
    let has = |words: &[u8]| text.windows(words.len()).any(|window| window == words);
    if has(b"Token request enqueued") || has(b"please approve request") {
        NoToken::RequestText
    } else if text.starts_with(b"-----BEGIN ") || text.starts_with(b"-----END ") {
        NoToken::Pem
    } else if has(b" ") && !jws::looks_like(text) {
        NoToken::Words
    } else {
        NoToken::Malformed(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_another_kind() {
        let wide: Vec<u8> = TOKEN.bytes().flat_map(|byte| [byte, 0]).collect();
        for (content, foreign) in [
            (TOKEN.as_bytes(), None),
            (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----", Some(Foreign::Pem)),
            (b"{\"a\": 1}", Some(Foreign::Json)),
            (b"<html>\n<p>401</p>\n", Some(Foreign::Markup)),
            (b"\x1f\x8b\x08\nabc\n\x02", Some(Foreign::Binary)),
            (b"\0abc", None),
            (b"# a comment\nPut your tokens here.\n", Some(Foreign::Text)),
            (format!("b'{TOKEN}'\n").as_bytes(), Some(Foreign::PythonBytes)),
            (format!("b'{TOKEN}'\n{TOKEN}").as_bytes(), None),
            (format!("Put it here\n{TOKEN}").as_bytes(), None),
            (b"Token request enqueued.\nPut it here\n", None),
            (&wide, Some(Foreign::Utf16)),
            (b"eyJh.b.c", None),
            (b"", None),
        ] {
            let shown = String::from_utf8_lossy(content);
            assert_eq!(TokenFile::read(content).foreign, foreign, "{shown}");
        }
    }

    /// `{"alg":"HS256","kid":"POOL"}`, `{"sub":"a"}`, 32 bytes.
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsImtpZCI6IlBPT0wifQ.eyJzdWIiOiJhIn0.\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn lines(text: &str) -> Vec<(usize, bool)> {
        let file = TokenFile::read(text.as_bytes());
        let line = |line: &Line| (line.number, line.token.is_ok());
        file.lines.iter().map(line).collect()
    }

    #[test]
    fn lines_are_read_as_the_client_reads_them() {
        for (text, expected) in [
            ("T", &[(1, true)][..]),
            ("T\r\n", &[(1, true)]),
            ("\u{b}T\u{c}\n", &[(1, true)]),
            ("\x0c \tT \n", &[(1, true)]),
            ("# c\n\n  # c\n \nT\nT\n", &[(5, true), (6, true)]),
            ("xx\nT\n", &[(1, false), (2, true)]),
            ("T\0\n", &[(1, true)]),
            ("\0T\n", &[]),
            ("T T", &[(1, false)]),
            ("\u{feff}T", &[(1, false)]),
            ("\"T\"", &[(1, false)]),
            ("T=", &[(1, false)]),
            ("", &[]),
        ] {
            assert_eq!(lines(&text.replace('T', TOKEN)), expected, "{text:?}");
        }
        assert!(TokenFile::read(b"\0x").begins_with_nul);
    }

    #[test]
    fn tokens_broken_over_lines_are_joined() {
        // Wherever the line ends, inside the signature too, where the first line is a token.
        for at in 1..TOKEN.len() {
            let text = format!("# c\n{}\n{}\nxx yy\n", &TOKEN[..at], &TOKEN[at..]);
            let file = TokenFile::read(text.as_bytes());
            assert_eq!(file.wrapped, [(2, 3)], "{at}");
            assert_eq!(file.others().count(), 1, "{at}");
        }
        for text in [TOKEN.to_owned(), format!("{TOKEN}\n{TOKEN}"), format!("ab\n{TOKEN}\ncd")] {
            assert_eq!(TokenFile::read(text.as_bytes()).wrapped, [], "{text}");
        }
    }

    #[test]
    fn what_is_none_is_named() {
        let request = "Token request enqueued.  Ask an administrator to please approve request 1.";
        for (text, expected) in [
            (request, NoToken::RequestText),
            ("-----BEGIN CERTIFICATE-----", NoToken::Pem),
            ("Failed to request a token", NoToken::Words),
            ("xx", NoToken::Malformed(JwsError::Parts(1))),
        ] {
            let file = TokenFile::read(text.as_bytes());
            assert_eq!(file.lines[0].token.as_ref().err(), Some(&expected), "{text}");
        }
    }
}
