//! The one way out: a writer that lets no secret and no trick through.

use std::io;
use std::io::Write;

use zeroize::Zeroizing;

use crate::screen::is_tricky;
use crate::screen::run::is_base64;
use crate::screen::without_keys;

/// Writes text without secrets and without what plays tricks on a terminal, but for line ends, tabs
/// and, if it may be, colour. It holds back what may go on; the rest goes out with
/// [`Write::flush`], which must come last.
pub struct Screen<'a> {
    to: &'a mut dyn Write,
    held: Zeroizing<Vec<u8>>,
    colored: bool,
}

impl<'a> Screen<'a> {
    /// In front of `to`; `colored` says that text is painted.
    pub fn new(to: &'a mut dyn Write, colored: bool) -> Self {
        let held = Zeroizing::new(Vec::with_capacity(CHUNK + MAX_PIECE));
        Self { to, held, colored }
    }

    /// The writer behind it, for what a command exists to print: a token, or what was screened
    /// already.
    ///
    /// # Errors
    ///
    /// What that writer said to what was held back.
    pub fn reveal(&mut self) -> io::Result<&mut dyn Write> {
        let all = self.held.len();
        self.let_out(all)?;
        Ok(&mut *self.to)
    }

    /// Writes the first `length` bytes of what is held.
    fn let_out(&mut self, length: usize) -> io::Result<()> {
        let (first, rest) = self.held.split_at(length);
        let text = String::from_utf8_lossy(first);
        let text = without_keys(&text);
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
        // Such pieces alone let it grow: a report is one, and so is a line.
        self.held.extend_from_slice(bytes);
        if self.held.len() >= CHUNK {
            let end = end_of_paragraph(&self.held);
            if end > 0 {
                self.let_out(end)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.reveal()?.flush()
    }
}

/// Behind the last line that no key goes on from; 0 if there is none.
fn end_of_paragraph(text: &[u8]) -> usize {
    let mut end = text.len();
    while let Some(at) = text
        .get(..end)
        .and_then(|text| text.iter().rposition(|b| *b == b'\n'))
    {
        let before = text.get(..at).unwrap_or_default();
        let open = last(before, b"-BEGIN") > last(before, b"-END");
        let run = before.iter().rev().take_while(|byte| is_base64(**byte));
        if !open && run.count() < MAX_WORD {
            return at + 1;
        }
        end = at;
    }
    0
}

/// One more than where `word` stands last in `text`; 0 if it does not.
fn last(text: &[u8], word: &[u8]) -> usize {
    let found = text.windows(word.len()).rposition(|window| window == word);
    found.map_or(0, |at| at + 1)
}

/// Whether nothing in it plays tricks.
fn is_plain(text: &str) -> bool {
    let harmless = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    text.as_bytes().iter().all(harmless) || !text.chars().any(is_stopped)
}

fn is_stopped(c: char) -> bool {
    is_tricky(c) && !matches!(c, '\n' | '\t')
}

/// `text` with escapes in the place of what plays tricks.
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

/// Whether behind an escape there is a colour (ECMA-48 SGR), which can neither move nor hide
/// anything.
fn is_color(text: &str) -> bool {
    let code = text.strip_prefix('[').and_then(|text| text.split_once('m'));
    code.is_some_and(|(code, _)| matches!(code, "0" | "1" | "31" | "32" | "33" | "36"))
}

/// Bytes from which on something is written.
const CHUNK: usize = 16 << 10;

/// Room for what comes at once, so that the buffer seldom moves.
const MAX_PIECE: usize = 4 << 10;

/// Characters of base64 at the end of a line that no key's line is shorter than.
const MAX_WORD: usize = 12;
