//! Reads files that others may have put there with bad intent. Where it matters, links are not
//! followed. It never waits, and limits the size.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, OFlags};

use crate::load;
use crate::source::error::LoadError;
use crate::system::open;

/// Most requests, or answers to one request. HTCondor keeps at most 1000 requests. Other files do
/// not count, because junk must not hide requests.
pub const MAX_FOUND: usize = 10_000;

/// Most bytes of one directory: [`MAX_FOUND`] requests with signatures, and junk.
pub const MAX_TOTAL_BYTES: usize = 256 << 20;

/// Most file names of one directory: ten times those on a busy submit host, as for tokens.
pub const MAX_ENTRIES: usize = 200_000;

/// Most bytes of one file.
const LIMIT: u64 = 64 << 10;

/// Suffix of requests.
pub const REQUEST: &str = "request";

/// Suffix of answers.
pub const ANSWER: &str = "answer";

/// Reads a file of an exchange directory. It must not be a link, a pipe, large, or have several
/// names.
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
    // It may be a hard link to a file that the reader may read, but not the user who put it there.
    if facts.nlink() != 1 {
        return Err(other("it has more than one name"));
    }
    let bytes = load::read(opened, facts.len(), LIMIT);
    let bytes = bytes.map_err(|error| load::unread(path, error, LIMIT))?;
    Ok(bytes.to_vec())
}

/// Reads a request or answer that was named on the command line. `-` is standard input.
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

/// The files of a directory whose names start with `start` and end in `.suffix`, in order. Case
/// does not matter, because a memory stick may change it. Also returns whether there were more
/// names than the limit.
///
/// # Errors
///
/// Why the directory cannot be listed.
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

/// Hidden files are not complete yet.
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
