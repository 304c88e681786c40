//! Reads directories and files of IDTOKENS, and signing keys. It limits the size and never waits.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::load;
use crate::parse::idtoken::file::{MAX_LINES, TokenFile};
use crate::source::candidate::{Candidate, Location};
use crate::source::error::LoadError;
use crate::source::{FileFacts, Source};
use crate::text::cksum::cksum;
use crate::text::screen::may_hold_secret;

/// A file of tokens, and the result of reading it.
#[derive(Debug)]
pub struct TokenSource {
    /// Its path. `-` is standard input.
    pub path: PathBuf,
    /// What the system says of it. Links are followed.
    pub facts: Option<FileFacts>,
    /// Its checksum as cksum(1) prints it, if it was read.
    pub checksum: Option<u32>,
    /// Whether it may hold a secret, or this is not known.
    pub holds_secret: bool,
    /// Its lines, or why there are none.
    pub content: Result<TokenFile, LoadError>,
}

/// Most bytes of one file. A token has some hundred bytes, a file a few tokens.
pub const MAX_BYTES: u64 = 8 << 20;

/// One byte more than that.
const MAX_HELD: usize = (8 << 20) + 1;

/// Most bytes of all files of a directory.
const MAX_TOTAL_BYTES: u64 = 256 << 20;

/// Most bytes of a signing key. HTCondor makes keys of 64.
const MAX_KEY_BYTES: u64 = 1 << 20;

/// The file that tools try first. Case does not matter.
const FIRST: &str = "TOOL_auto_generated_token";

/// The files of a directory.
#[derive(Debug, Default)]
pub struct Files {
    /// In the order in which HTCondor's tools try them. Subdirectories are left out.
    pub all: Vec<TokenSource>,
    /// The limit at which the rest was not read.
    pub limit: Option<String>,
}

/// Reads the files of a directory.
///
/// # Errors
///
/// Why the directory cannot be listed.
pub fn directory(directory: &Path) -> Result<Files, LoadError> {
    let entries = std::fs::read_dir(directory).map_err(|error| load::why(directory, &error))?;
    let mut names: Vec<OsString> =
        entries.flatten().map(|entry| entry.file_name()).take(MAX_ENTRIES + 1).collect();
    let mut files = Files::default();
    if names.len() > MAX_ENTRIES {
        names.truncate(MAX_ENTRIES);
        files.limit = Some(format!("the limit of {MAX_ENTRIES} names in one directory"));
    }
    let is_first = |name: &OsString| name.eq_ignore_ascii_case(FIRST);
    names.sort_by(|a, b| {
        let key = |name: &OsString| (!is_first(name), name.as_bytes().to_vec());
        key(a).cmp(&key(b))
    });
    let (mut left, mut lines) = (MAX_TOTAL_BYTES, 0);
    for name in names {
        let path = directory.join(name);
        if path.is_dir() {
            continue;
        }
        if lines >= MAX_LINES {
            files.limit = Some(format!("the limit of {MAX_LINES} lines in one directory"));
            break;
        }
        let source = file(&path, false, left);
        match &source.content {
            Ok(content) => {
                lines += content.lines.len();
                left = left.saturating_sub(source.facts.as_ref().map_or(0, |facts| facts.size));
            }
            Err(LoadError::TooLarge(_, most)) if *most < MAX_BYTES => {
                let mib = MAX_TOTAL_BYTES >> 20;
                files.limit = Some(format!("the limit of {mib} MiB in one directory"));
                break;
            }
            Err(_) => {}
        }
        files.all.push(source);
    }
    Ok(files)
}

/// Most file names in one directory: ten times those on a busy submit host.
const MAX_ENTRIES: usize = 20_000;

/// Reads a file that was named on the command line. `-` is standard input.
pub fn operand(candidate: &Candidate) -> TokenSource {
    if let Location::Path(path) = &candidate.location {
        return file(path, true, MAX_BYTES);
    }
    let path = candidate.path().unwrap_or(Path::new("-"));
    let source = load::load(candidate).and_then(|source| match source.bytes.len() {
        0..MAX_HELD => Ok(source),
        _ => Err(LoadError::TooLarge(path.to_path_buf(), MAX_BYTES)),
    });
    token_source(path, source)
}

/// A file, if it is a regular one.
pub fn regular(path: &Path) -> TokenSource {
    file(path, false, MAX_BYTES)
}

fn file(path: &Path, special: bool, left: u64) -> TokenSource {
    token_source(path, load::bounded(path, special, MAX_BYTES.min(left)))
}

fn token_source(path: &Path, source: Result<Source, LoadError>) -> TokenSource {
    match source {
        Ok(source) => {
            let content = TokenFile::read(&source.bytes);
            let has_token = content.tokens().next().is_some();
            TokenSource {
                path: path.to_path_buf(),
                checksum: source.path().map(|_| cksum(&source.bytes)),
                holds_secret: has_token
                    || !content.wrapped.is_empty()
                    || may_hold_secret(&source.bytes),
                facts: source.file.clone(),
                content: Ok(content),
            }
        }
        Err(trouble) => TokenSource {
            path: path.to_path_buf(),
            facts: load::file_facts(path),
            checksum: None,
            holds_secret: true,
            content: Err(trouble),
        },
    }
}

/// The bytes of a signing key.
///
/// # Errors
///
/// Why they cannot be read.
pub fn key(path: &Path) -> Result<Source, LoadError> {
    load::bounded(path, false, MAX_KEY_BYTES)
}
