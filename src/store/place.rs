//! Writes a file completely or not at all: under another name beside it, to disk, then renamed. No
//! link is followed.

use std::fs::DirBuilder;
use std::io;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::store::{Replacement, file};

/// Replaces `path`, which may exist, by a file with `bytes` and `mode`, whatever the umask and the
/// old mode.
///
/// # Errors
///
/// The error of the system. Or: it is a link, a directory or a device. Then nothing was changed.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(facts) if facts.is_symlink() => return Err(io::Error::other("it is a link")),
        Ok(facts) if !facts.is_file() => return Err(io::Error::other("it is no file")),
        _ => {}
    }
    grown(path, bytes, mode)?.commit()
}

/// Makes the file `path`, which must not exist, with `bytes`.
///
/// # Errors
///
/// The error of the system, such as `AlreadyExists`.
pub fn create(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    if std::fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    match grown(path, bytes, mode)?.commit_new() {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            // The file system has no hard links, such as that of a memory stick.
            file(path, bytes, mode)
        }
        other => other,
    }
}

/// Makes the directory `path` and the missing ones above it, with mode 0700.
///
/// # Errors
///
/// The error of the system.
pub fn directories(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Removes a file that is no longer needed.
///
/// # Errors
///
/// The error of the system.
pub fn remove(path: &Path) -> io::Result<()> {
    std::fs::remove_file(path)
}

/// A temporary file with the `bytes` for `path`.
fn grown(path: &Path, bytes: &[u8], mode: u32) -> io::Result<Replacement> {
    let mut grown = Replacement::of(path, mode)?;
    grown.write_all(bytes)?;
    Ok(grown)
}
