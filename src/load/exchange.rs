//! Reads files that others may have put there to do harm: never through a link where that matters,
//! never waiting, never much.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, OFlags};

use crate::load;
use crate::source::error::LoadError;
use crate::system::open;

/// Requests, or answers to one request, that are looked at. HTCondor keeps no more than 1000
/// requests. What is neither does not count: junk would hide what is wanted.
pub const MAX_FOUND: usize = 10_000;

/// Bytes read of one directory: all requests of [`MAX_FOUND`] with a signature, and junk.
pub const MAX_TOTAL_BYTES: usize = 256 << 20;

/// Names of one directory. Ten times what a busy submit host collects, as for tokens.
pub const MAX_ENTRIES: usize = 200_000;

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
pub fn file(path: &Path) -> Result<Vec<u8>, LoadError> {
    let other = |why: &str| LoadError::Other(path.to_path_buf(), why.to_owned());
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
pub fn operand(path: &Path) -> Result<Vec<u8>, LoadError> {
    if path == Path::new("-") {
        return load::stdin().map(|source| source.bytes.to_vec());
    }
    load::bounded(path, true, LIMIT).map(|source| source.bytes.to_vec())
}

/// The files of a directory whose names start with `start` and end in `.suffix`, in any case of
/// letters, as a memory stick may change it; in the order of their names, and whether there were
/// too many names to look at.
///
/// # Errors
///
/// Why the directory cannot be listed.
pub fn names(
    directory: &Path,
    start: &str,
    suffix: &str,
) -> Result<(Vec<PathBuf>, bool), LoadError> {
    let failed = |error| load::why(directory, &error);
    let (mut found, mut cut) = (Vec::new(), false);
    for (count, entry) in std::fs::read_dir(directory).map_err(failed)?.enumerate() {
        if count == MAX_ENTRIES {
            cut = true;
            break;
        }
        let name = entry.map_err(failed)?.file_name();
        if is_named(name.as_encoded_bytes(), start.as_bytes(), suffix.as_bytes()) {
            found.push(directory.join(name));
        }
    }
    found.sort();
    Ok((found, cut))
}

/// Hidden names are of files that are not whole yet.
fn is_named(name: &[u8], start: &[u8], suffix: &[u8]) -> bool {
    let same = |part: Option<&[u8]>, wanted: &[u8]| {
        part.is_some_and(|part| part.eq_ignore_ascii_case(wanted))
    };
    let dot = name.iter().rposition(|&byte| byte == b'.');
    let end = dot.filter(|&dot| dot > 0).and_then(|dot| name.get(dot + 1..));
    !name.starts_with(b".") && same(end, suffix) && same(name.get(..start.len()), start)
}

#[cfg(test)]
mod tests {
    use super::is_named;

    #[test]
    fn names_in_any_case() {
        for (name, expected) in [
            ("AB-CD.answer", true),
            ("ab-cd.ANSWER", true),
            ("AB-CD-2.answer", true),
            ("AB-CE.answer", false),
            ("AB-C", false),
            ("AB-CD.answer.bak", false),
            ("AB-CDanswer", false),
            (".AB-CD.answer", false),
            (".answer", false),
        ] {
            let found = is_named(name.as_bytes(), b"AB-CD", b"answer");
            assert_eq!(found, expected, "{name}");
        }
        assert!(is_named(b"x.answer", b"", b"answer"));
        assert!(is_named(b"\xff.answer", b"", b"answer"));
        assert!(!is_named(b".answer", b"", b"answer"));
    }
}
