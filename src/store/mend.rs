//! Changes that fixes make: each leaves what was there under another name.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Gives a file or directory other permission bits; the old ones.
///
/// # Errors
///
/// What the system said.
pub fn chmod(path: &Path, mode: impl Fn(u32) -> u32) -> io::Result<u32> {
    let old = std::fs::metadata(path)?.permissions().mode() & 0o7777;
    std::fs::set_permissions(path, Permissions::from_mode(mode(old)))?;
    Ok(old)
}

/// Calls a file by a name that nothing has yet.
///
/// # Errors
///
/// What the system said; `AlreadyExists` too.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    if std::fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    std::fs::rename(from, to)
}

/// Has two files change places; `between` is a free name for a moment.
///
/// # Errors
///
/// What the system said. Then both are where they were, if that can still be.
pub fn exchange(one: &Path, other: &Path, between: &Path) -> io::Result<()> {
    rename(one, between)?;
    rename(other, one).inspect_err(|_| {
        let _ = rename(between, one);
    })?;
    rename(between, other)
}
