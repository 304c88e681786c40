//! Changes of files that fixes make. The old content stays under another name.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

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

/// Exchanges two files. `between` is a free name for the moment.
///
/// # Errors
///
/// The error of the system. Then both files are where they were, if possible.
pub fn exchange(one: &Path, other: &Path, between: &Path) -> io::Result<()> {
    rename(one, between)?;
    rename(other, one).inspect_err(|_| {
        let _ = rename(between, one);
    })?;
    rename(between, other)
}
