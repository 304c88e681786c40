//! The only room that writes files other than to destroy them: new ones, with explicit modes.

pub mod erase;
pub mod ledger;
pub mod mend;
pub mod pair;
pub mod place;
mod replacement;

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

pub use crate::store::replacement::Replacement;

/// Makes a directory that must not exist yet, mode 0700.
///
/// # Errors
///
/// What the system said; `AlreadyExists` too.
pub fn directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Writes a file that must not exist yet. It has `mode` from the start, whatever the umask, and is
/// removed again if it cannot be written whole.
///
/// # Errors
///
/// What the system said; `AlreadyExists` too.
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
/// What the system said.
pub fn link(path: &Path, target: impl AsRef<Path>) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}
