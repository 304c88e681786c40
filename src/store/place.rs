//! Puts a file in place whole or not at all: written beside it under another name, on the disk,
//! then renamed. Never through a link.

use std::fs::DirBuilder;
use std::io;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::store::{Replacement, file};

/// Puts `bytes` in the place of `path`, which may be a file already, with `mode` whatever the umask
/// and whatever mode there was.
///
/// # Errors
///
/// What the system said; or that a link, a directory or a device is there. Then what was there is
/// there.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(facts) if facts.is_symlink() => return Err(io::Error::other("it is a link")),
        Ok(facts) if !facts.is_file() => return Err(io::Error::other("it is no file")),
        _ => {}
    }
    grown(path, bytes, mode)?.commit()
}

/// Makes the file `path` of `bytes`; there must be nothing yet.
///
/// # Errors
///
/// What the system said; `AlreadyExists` too.
pub fn create(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    if std::fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    match grown(path, bytes, mode)?.commit_new() {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            // A file system without links, as on a memory stick.
            file(path, bytes, mode)
        }
        other => other,
    }
}

/// Makes the directory `path` and those above it that are missing, mode 0700.
///
/// # Errors
///
/// What the system said.
pub fn directories(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Removes a file that has served its purpose.
///
/// # Errors
///
/// What the system said.
pub fn remove(path: &Path) -> io::Result<()> {
    std::fs::remove_file(path)
}

/// `bytes`, which are to be the file at `path`.
fn grown(path: &Path, bytes: &[u8], mode: u32) -> io::Result<Replacement> {
    let mut grown = Replacement::of(path, mode)?;
    grown.write_all(bytes)?;
    Ok(grown)
}
