//! Reads files that others may have put there to do harm: never through a link where that matters,
//! never waiting, never much.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;

use rustix::fs::CWD;
use rustix::fs::OFlags;

use crate::load;
use crate::load::Trouble;
use crate::open;

/// Names of one exchange directory that are looked at. HTCondor keeps no more than 1000 requests.
pub const MAX_NAMES: usize = 10_000;

/// Bytes of one file.
const LIMIT: u64 = 64 << 10;

/// The requests in a directory end so.
pub const REQUEST: &str = "request";

/// The answers in a directory end so.
pub const ANSWER: &str = "answer";

/// A file of an exchange directory: no link, no pipe, of one name, not large.
///
/// # Errors
///
/// Why it was not read.
pub fn file(path: &Path) -> Result<Vec<u8>, Trouble> {
    let other = |why: &str| Trouble::Other(path.to_path_buf(), why.to_owned());
    let opened = open::for_reading(CWD, path, OFlags::NOFOLLOW);
    let (opened, facts) = opened.map_err(|error| match load::link_facts(path) {
        Some(facts) if facts.link_target.is_some() => other("it is a link"),
        _ => load::why(path, &error),
    })?;
    load::expect_kind(path, &facts, false)?;
    // Another name of somebody's file that the reader may read and the one who put it there not.
    if facts.nlink() != 1 {
        return Err(other("it has more than one name"));
    }
    let bytes = load::read(opened, facts.len(), LIMIT);
    let bytes = bytes.map_err(|error| load::unread(path, error, LIMIT))?;
    Ok(bytes.to_vec())
}

/// A request or answer that was named on the command line; `-` is standard input.
///
/// # Errors
///
/// Why it was not read.
pub fn operand(path: &Path) -> Result<Vec<u8>, Trouble> {
    if path == Path::new("-") {
        return load::stdin().map(|source| source.bytes.to_vec());
    }
    load::bounded(path, true, LIMIT).map(|source| source.bytes.to_vec())
}

/// The files of a directory that end in `.suffix`, in the order of their names, and whether there
/// were too many to look at.
///
/// # Errors
///
/// Why the directory cannot be listed.
pub fn names(directory: &Path, suffix: &str) -> Result<(Vec<PathBuf>, bool), Trouble> {
    let entries = std::fs::read_dir(directory).map_err(|error| load::why(directory, &error))?;
    let names = entries.flatten().map(|entry| entry.path());
    let hidden = |path: &Path| {
        path.file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    };
    let wanted =
        |path: &PathBuf| path.extension().is_some_and(|end| end == suffix) && !hidden(path);
    let mut found: Vec<PathBuf> = names.filter(wanted).take(MAX_NAMES + 1).collect();
    let cut = found.len() > MAX_NAMES;
    found.truncate(MAX_NAMES);
    found.sort();
    Ok((found, cut))
}
