//! A list of files: one path per line, or a NUL after each path. The list may have any length.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use crate::load;
use crate::load::pipe::Pipe;
use crate::load::{LoadError, why};
use crate::text::screen::{first_key, is_opaque};

/// Most bytes of a line: `PATH_MAX` of Linux, with its NUL.
const MAX_LINE: usize = 4096;

/// The paths of a list, one by one.
pub struct List {
    path: PathBuf,
    input: Box<dyn BufRead>,
    /// The byte after each path.
    end: u8,
    line: usize,
    /// How many of the next bytes were checked.
    judged: usize,
    /// Where a private key begins among them.
    key: Option<usize>,
    ended: bool,
}

impl List {
    /// Opens the list `path`: a file, or a pipe or terminal as for an operand; `-` is standard
    /// input. Its paths end with a NUL or a line end.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    pub fn open(path: &Path, nul: bool) -> Result<Self, LoadError> {
        let input: Box<dyn BufRead> = if path.as_os_str() == "-" {
            Box::new(BufReader::with_capacity(AHEAD, io::stdin()))
        } else {
            let (file, metadata) = load::open(path, true)?;
            if metadata.is_file() {
                // Some files of the system never end. If there are no more bytes yet, the list ends
                // here.
                Box::new(BufReader::with_capacity(AHEAD, file))
            } else {
                let is_fifo = metadata.file_type().is_fifo();
                Box::new(BufReader::with_capacity(AHEAD, Pipe::of(file, is_fifo)))
            }
        };
        let end = if nul { 0 } else { b'\n' };
        let path = path.to_path_buf();
        Ok(Self { path, input, end, line: 0, judged: 0, key: None, ended: false })
    }

    /// Checks the next bytes together, because single lines of a key are harder to recognise.
    fn look_ahead(&mut self) -> Result<(), LoadError> {
        let next = self.input.fill_buf().map_err(|error| why(&self.path, &error))?;
        if next.len() > self.judged {
            self.judged = next.len();
            let text = String::from_utf8_lossy(next);
            // If bytes were replaced, positions in the text are not those in the bytes.
            let is_text = matches!(text, Cow::Borrowed(_));
            self.key = first_key(&text).map(|at| if is_text { at } else { 0 });
        }
        Ok(())
    }

    fn next_line(&mut self) -> Result<Option<Vec<u8>>, LoadError> {
        self.look_ahead()?;
        let mut bytes = Vec::new();
        let limit = u64::try_from(MAX_LINE + 1).unwrap_or(u64::MAX);
        let read = self.input.by_ref().take(limit).read_until(self.end, &mut bytes);
        if read.map_err(|error| why(&self.path, &error))? == 0 {
            return Ok(None);
        }
        let holds_key = self.key.is_some_and(|at| at < bytes.len());
        self.judged = self.judged.saturating_sub(bytes.len());
        self.key = self.key.map(|at| at.saturating_sub(bytes.len()));
        self.line += 1;
        if bytes.last() == Some(&self.end) {
            bytes.pop();
        }
        let of_key = || holds_key.then_some("is of a private key, so this is no list of files");
        match unlike_a_path(&bytes).or_else(of_key) {
            Some(reason) => {
                Err(LoadError::Other(self.path.clone(), format!("line {} {reason}", self.line)))
            }
            None => Ok(Some(bytes)),
        }
    }
}

/// Each path of the list, or why reading failed. Here `-` is a file with that name.
impl Iterator for List {
    type Item = Result<PathBuf, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.next_line() {
                Ok(Some(line)) if line.is_empty() => {}
                Ok(Some(line)) if line == b"-" => return Some(Ok(PathBuf::from("./-"))),
                Ok(Some(line)) => return Some(Ok(PathBuf::from(OsString::from_vec(line)))),
                Ok(None) => self.ended = true,
                Err(trouble) => {
                    self.ended = true;
                    return Some(Err(trouble));
                }
            }
        }
        None
    }
}

/// Why a line shows that the file is no list. If a key or token was given as a list, messages about
/// missing files must not repeat it line by line.
fn unlike_a_path(line: &[u8]) -> Option<&'static str> {
    if line.len() > MAX_LINE {
        return Some("is longer than a path can be");
    }
    if line.contains(&0) {
        return Some("is binary");
    }
    if line.starts_with(b"-----") {
        return Some("begins a PEM block, so this is no list of files");
    }
    let dots = line.iter().filter(|byte| **byte == b'.').count();
    if line.starts_with(b"eyJ") && dots == 2 && !line.contains(&b'/') {
        return Some("is a token, so this is no list of files");
    }
    let text = str::from_utf8(line).unwrap_or_default();
    if line.len() >= MIN_KEY_LINE && is_opaque(text.trim_ascii()) {
        return Some("is perhaps a piece of a key, so this is no list of files");
    }
    None
}

/// Bytes that are checked together. The largest keys have 13 kB.
const AHEAD: usize = 64 << 10;

/// A line of a key is recognised without its first line if it is at least this long.
const MIN_KEY_LINE: usize = 32;
