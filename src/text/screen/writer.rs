//! The writer for all output. It lets no secret through, and no character that controls a terminal.

use std::borrow::Cow;
use std::io;
use std::io::Write;

use zeroize::Zeroizing;

use crate::text::screen::hidden::SECRET;
use crate::text::screen::run::{SEPARATORS, is_base64};
use crate::text::screen::{is_tricky, without_keys};

/// Writes text without secrets and without control characters, except line ends, tabs and, if
/// allowed, colours. It holds text back that may continue a secret. [`Write::flush`] writes the
/// rest and must be called last.
pub struct Screen<'a> {
    to: &'a mut dyn Write,
    held: Zeroizing<Vec<u8>>,
    colored: bool,
    /// Secrets that cannot be recognised by the text.
    known: Vec<String>,
    /// From this number of bytes on, an end is searched. Not after each small piece.
    full: usize,
}

impl<'a> Screen<'a> {
    /// Writes to `to`. `colored`: the text may have colours.
    pub fn new(to: &'a mut dyn Write, colored: bool) -> Self {
        let held = Zeroizing::new(Vec::with_capacity(CHUNK + MAX_PIECE));
        let full = CHUNK;
        Self { to, held, colored, known: Vec::new(), full }
    }

    /// Hides `known` as well.
    #[must_use]
    pub fn hiding(mut self, known: Vec<String>) -> Self {
        self.known = known;
        self
    }

    /// The writer behind it, for what a command exists to print (a token), or what was screened
    /// already.
    ///
    /// # Errors
    ///
    /// The error of writing what was held back.
    pub fn reveal(&mut self) -> io::Result<&mut dyn Write> {
        let all = self.held.len();
        self.let_out(all)?;
        Ok(&mut *self.to)
    }

    /// Writes the first `length` bytes that are held.
    fn let_out(&mut self, length: usize) -> io::Result<()> {
        let (first, rest) = self.held.split_at(length);
        let text =
            str::from_utf8(first).map_or_else(|_| String::from_utf8_lossy(first), Cow::Borrowed);
        let text =
            self.known.iter().fold(without_keys(&text), |text, known| match text.contains(known) {
                true => text.replace(known, SECRET).into(),
                false => text,
            });
        let done = match is_plain(&text) {
            true => self.to.write_all(text.as_bytes()),
            false => self.to.write_all(plain(&text, self.colored).as_bytes()),
        };
        let rest = Zeroizing::new(rest.to_vec());
        self.held.clear();
        self.held.extend_from_slice(&rest);
        done
    }
}

impl Write for Screen<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Only such pieces make it grow: a report, or a line.
        self.held.extend_from_slice(bytes);
        if self.held.len() >= self.full {
            let end = end_of_paragraph(&self.held);
            self.let_out(end)?;
            self.full = CHUNK.max(2 * self.held.len());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.reveal()?.flush()
    }
}

/// The position after the last line from which no key continues; 0 if there is none.
fn end_of_paragraph(text: &[u8]) -> usize {
    let mut end = text.len();
    while let Some(at) = line_end(text, end) {
        let before = text.get(..at).unwrap_or_default();
        let behind = before.iter().rev();
        let behind = behind.skip_while(|byte| SEPARATORS.contains(byte));
        let run = behind.take_while(|byte| is_base64(**byte));
        end = at;
        if run.count() < MAX_WORD {
            let begin = last(before, b"-BEGIN");
            if begin <= last(before, b"-END") {
                return at + 1;
            }
            // No line after it is suitable.
            end = begin - 1;
        }
    }
    0
}

/// The end of the last line before `end`.
fn line_end(text: &[u8], end: usize) -> Option<usize> {
    let text = text.get(..end)?;
    text.iter().rposition(|byte| *byte == b'\n')
}

/// One more than the last position of `word` in `text`; 0 if it does not occur.
fn last(text: &[u8], word: &[u8]) -> usize {
    let found = text.windows(word.len()).rposition(|window| window == word);
    found.map_or(0, |at| at + 1)
}

/// Whether it has no such characters.
fn is_plain(text: &str) -> bool {
    let harmless = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    text.as_bytes().iter().all(harmless) || !text.chars().any(is_stopped)
}

fn is_stopped(c: char) -> bool {
    is_tricky(c) && !matches!(c, '\n' | '\t')
}

/// `text` with escapes in place of control characters.
fn plain(text: &str, colored: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let is_paint = colored && c == '\u{1b}' && is_color(rest.as_str());
        if is_stopped(c) && !is_paint {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a colour follows (ECMA-48 SGR). Colours can neither move nor hide text.
fn is_color(text: &str) -> bool {
    let code = text.strip_prefix('[').and_then(|text| text.split_once('m'));
    code.is_some_and(|(code, _)| matches!(code, "0" | "1" | "31" | "32" | "33" | "36"))
}

/// Bytes from which on something is written.
const CHUNK: usize = 16 << 10;

/// Spare room for one piece, so that the buffer seldom moves.
const MAX_PIECE: usize = 4 << 10;

/// Most characters of base64 at the end of a line that is not a line of a key.
const MAX_WORD: usize = 12;

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::{CHUNK, Screen};

    /// What comes of `text`, written in pieces of so many bytes.
    fn screened(text: &str, piece: usize) -> String {
        let mut out = Vec::new();
        let mut screen = Screen::new(&mut out, false);
        text.as_bytes().chunks(piece).for_each(|piece| screen.write_all(piece).unwrap());
        screen.flush().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_key_in_pieces_is_a_key() {
        let key = include_str!("../../../testdata/key/rsa-4096.pem");
        // The key begins at every distance from where the first chunk ends.
        for before in (CHUNK - key.len() - 100..CHUNK + 100).step_by(97) {
            let text = format!("{}\n{key}end\n", "word ".repeat(before / 5));
            for piece in [1, 100, 1 << 20] {
                let said = screened(&text, piece);
                assert!(said.ends_with("not shown)\nend\n"), "{before} {piece}");
                assert!(said.len() < before + 200, "{before} {piece}");
            }
        }
    }

    #[test]
    fn a_line_without_end_comes_out() {
        let text = "{\"a\":1},".repeat(100_000);
        assert_eq!(screened(&text, 7), text);
    }

    #[test]
    fn colours_alone_pass() {
        for (colored, shown) in
            [(true, "\u{1b}[31mx\\u{1b}[2Jy"), (false, "\\u{1b}[31mx\\u{1b}[2Jy")]
        {
            let mut out = Vec::new();
            let mut screen = Screen::new(&mut out, colored);
            screen.write_all(b"\x1b[31mx\x1b[2Jy").unwrap();
            screen.flush().unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), shown);
        }
    }
}
