//! Changes of files that fixes make. The old content stays under another name.

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{CWD, FlockOperation, OFlags, RenameFlags, flock, openat, renameat_with};
use rustix::io::Errno;

use crate::system::open;

/// Changes the permission bits. Returns the old ones. `file` is the file that it must be, by device
/// and inode.
///
/// # Errors
///
/// The error of the system. Or it is another file, which another process put in its place.
pub fn chmod(path: &Path, file: Option<(u64, u64)>, mode: impl Fn(u32) -> u32) -> io::Result<u32> {
    // The path may lead to another file at any time, the open one does not.
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let opened = File::from(openat(CWD, path, flags, rustix::fs::Mode::empty())?);
    let facts = opened.metadata()?;
    if file.is_some_and(|file| file != (facts.dev(), facts.ino())) {
        return Err(io::Error::other("it has changed meanwhile"));
    }
    let old = facts.permissions().mode() & 0o7777;
    let itself = format!("/proc/self/fd/{}", opened.as_raw_fd());
    std::fs::set_permissions(itself, Permissions::from_mode(mode(old)))?;
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
