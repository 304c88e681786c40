//! Puts a file in place whole or not at all: written beside it under another name, on the disk,
//! then renamed. Never through a link.

use std::fs::DirBuilder;
use std::fs::File;
use std::fs::OpenOptions;
use std::fs::Permissions;
use std::io;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;

/// Names tried for the file that grows. One is taken only if a process of the same number was
/// killed at work.
const MAX_NAMES: usize = 100;

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
    let grown = Grown::beside(path, bytes, mode)?;
    std::fs::rename(&grown.path, path)?;
    drop(grown);
    settle(path);
    Ok(())
}

/// Makes the file `path` of `bytes`; there must be nothing yet.
///
/// # Errors
///
/// What the system said; `AlreadyExists` too.
pub fn create(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let grown = Grown::beside(path, bytes, mode)?;
    match std::fs::hard_link(&grown.path, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            // A file system without links, as on a memory stick.
            crate::store::file(path, bytes, mode)?;
        }
        other => other?,
    }
    drop(grown);
    settle(path);
    Ok(())
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

/// A file that has all its bytes, on the disk, and not yet its name.
struct Grown {
    path: PathBuf,
}

impl Grown {
    fn beside(target: &Path, bytes: &[u8], mode: u32) -> io::Result<Self> {
        let folder = match target.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
            None => return Err(io::Error::other("it is no name of a file")),
        };
        let (path, mut file) = new(folder, mode)?;
        let grown = Self { path };
        file.set_permissions(Permissions::from_mode(mode))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(grown)
    }
}

impl Drop for Grown {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn new(folder: &Path, mode: u32) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(mode);
    for number in 0..MAX_NAMES {
        // Names with a dot in front are passed over by HTCondor.
        let name = format!(".certok-{}-{number}.new", std::process::id());
        let path = folder.join(name);
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// So that the new name survives a crash; a file system that cannot say so has it all the same.
fn settle(path: &Path) {
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        let _ = folder.sync_all();
    }
}
