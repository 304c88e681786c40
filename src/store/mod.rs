//! The only room that writes and destroys files. New files get an explicit mode.

pub mod erase;
pub mod fix;
pub mod ledger;
pub mod pair;
pub mod place;
pub mod replacement;

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

pub use crate::store::replacement::Replacement;

/// Makes a directory that must not exist yet, with mode 0700.
///
/// # Errors
///
/// The error of the system, such as `AlreadyExists`.
pub fn directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Writes a file that must not exist yet. It has `mode` from the start, whatever the umask. If it
/// cannot be written completely, it is removed again.
///
/// # Errors
///
/// The error of the system, such as `AlreadyExists`.
pub fn file(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    let permissions = std::fs::Permissions::from_mode(mode);
    let written = file.set_permissions(permissions).and_then(|()| file.write_all(bytes));
    written.inspect_err(|_| {
        // Half a credential is worse than none.
        let _ = std::fs::remove_file(path);
    })
}

/// Makes the symbolic link `path` to `target`.
///
/// # Errors
///
/// The error of the system.
pub fn link(path: &Path, target: impl AsRef<Path>) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}
