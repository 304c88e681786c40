//! Changes of files that fixes make. The old content stays under another name.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs::{CWD, FlockOperation, OFlags, RenameFlags, flock, renameat_with};
use rustix::io::Errno;

use crate::system::open;

/// Changes the permission bits. Returns the old ones.
///
/// # Errors
///
/// The error of the system.
pub fn chmod(path: &Path, mode: impl Fn(u32) -> u32) -> io::Result<u32> {
    let old = std::fs::metadata(path)?.permissions().mode() & 0o7777;
    std::fs::set_permissions(path, Permissions::from_mode(mode(old)))?;
    Ok(old)
}

/// Renames a file to a name that is free.
///
/// # Errors
///
/// The error of the system, such as `AlreadyExists`.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    if std::fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    std::fs::rename(from, to)
}

/// Exchanges two files. If the file system cannot do it at once, `between` is a free name for the
/// moment.
///
/// # Errors
///
/// The error of the system. Then both files are where they were, if possible.
pub fn exchange(one: &Path, other: &Path, between: &Path) -> io::Result<()> {
    if renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok() {
        return Ok(());
    }
    rename(one, between)?;
    rename(other, one).inspect_err(|_| {
        let _ = rename(between, one);
    })?;
    rename(between, other)
}

/// Keeps other processes of certok from mending what is in `directory` while the result exists.
/// `None` if its file system has no locks.
///
/// # Errors
///
/// `WouldBlock` if another process mends something there.
pub fn lock(directory: &Path) -> io::Result<Option<File>> {
    let Ok((opened, _)) = open::for_reading(CWD, directory, OFlags::DIRECTORY) else {
        return Ok(None);
    };
    match flock(&opened, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(opened)),
        Err(Errno::WOULDBLOCK) => Err(io::ErrorKind::WouldBlock.into()),
        Err(_) => Ok(None),
    }
}
