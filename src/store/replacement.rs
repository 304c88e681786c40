//! A file that takes its place whole or not at all.

use std::fs::{File, OpenOptions};
use std::io;
use std::io::{BufWriter, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, OFlags};

use crate::system::open;

/// What is to take the place of a file: it grows beside it under another name, and nobody sees the
/// half of it. Dropped before [`Replacement::commit`], it is gone.
pub struct Replacement {
    target: PathBuf,
    /// Taken away once it has its name.
    temporary: Option<PathBuf>,
    file: BufWriter<File>,
    empty: bool,
}

/// Names tried for the temporary file. One is taken only if a process of the same number was
/// killed at work.
const MAX_NAMES: usize = 100;

impl Replacement {
    /// Starts one for `target`, mode `mode`, whatever the umask. A symbolic link is replaced
    /// itself; a directory, or what is no file behind it, is left as it is.
    ///
    /// # Errors
    ///
    /// What the system said.
    pub fn of(target: &Path, mode: u32) -> io::Result<Self> {
        may_be_replaced(target)?;
        // `x/` has a file name for `Path` that the system does not take for one.
        let name = target.file_name().unwrap_or_default().as_encoded_bytes();
        let whole = target.as_os_str().as_encoded_bytes();
        if name.is_empty() || !whole.ends_with(name) {
            return Err(io::Error::other("it is no name of a file"));
        }
        let (temporary, file) = create(folder_of(target), mode)?;
        let replacement = Self {
            target: target.to_path_buf(),
            temporary: Some(temporary),
            file: BufWriter::new(file),
            empty: true,
        };
        let permissions = std::fs::Permissions::from_mode(mode);
        replacement.file.get_ref().set_permissions(permissions)?;
        Ok(replacement)
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.empty
    }

    /// Puts it in place, on the disk.
    ///
    /// # Errors
    ///
    /// What the system said; then what was there is there.
    pub fn commit(mut self) -> io::Result<()> {
        self.settle()?;
        if let Some(temporary) = &self.temporary {
            std::fs::rename(temporary, &self.target)?;
            self.temporary = None;
        }
        self.settle_name();
        Ok(())
    }

    /// The same where there must be nothing yet.
    ///
    /// # Errors
    ///
    /// What the system said; `AlreadyExists` too, and `Unsupported` or the like where the file system
    /// has no links.
    pub(super) fn commit_new(mut self) -> io::Result<()> {
        self.settle()?;
        if let Some(temporary) = &self.temporary {
            std::fs::hard_link(temporary, &self.target)?;
        }
        self.settle_name();
        Ok(())
    }

    /// All bytes are on the disk.
    fn settle(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }

    /// The new name survives a crash; a file system that cannot say so has it all the same.
    fn settle_name(&self) {
        let folder = folder_of(&self.target);
        if let Ok((folder, _)) = open::for_reading(CWD, folder, OFlags::DIRECTORY) {
            let _ = folder.sync_all();
        }
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.empty &= bytes.is_empty();
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = std::fs::remove_file(temporary);
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    let parent = path.parent();
    let named = parent.filter(|parent| !parent.as_os_str().is_empty());
    named.unwrap_or(Path::new("."))
}

/// Whether a file may take the place of `target`: as root, `/dev/null` would be gone for all, and so
/// would `/dev/stdout`, a link into `/proc` that leads to a file if the shell has redirected it.
fn may_be_replaced(target: &Path) -> io::Result<()> {
    let there = |facts: io::Result<std::fs::Metadata>| facts.ok().map(|facts| facts.file_type());
    let itself = there(std::fs::symlink_metadata(target));
    if itself.is_some_and(|kind| kind.is_dir()) {
        return Err(io::Error::other("it is a directory"));
    }
    let link = std::fs::read_link(target);
    match there(std::fs::metadata(target)) {
        Some(behind) if !behind.is_file() && !behind.is_dir() => {
            Err(io::Error::other("it is a device, pipe or socket, which a file cannot replace"))
        }
        Some(_) if link.is_ok_and(|link| link.starts_with("/proc")) => Err(io::Error::other(
            "it stands for an open file; without --output the answer goes to standard output",
        )),
        _ => Ok(()),
    }
}

/// A new file in `folder`.
fn create(folder: &Path, mode: u32) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(mode);
    for number in 0..MAX_NAMES {
        // Names with a dot in front are passed over by HTCondor.
        let name = format!(".certok-{}-{number}", std::process::id());
        let path = folder.join(name);
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
