//! A file that replaces another one completely or not at all.

use std::fs::{File, OpenOptions};
use std::io;
use std::io::{BufWriter, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, OFlags};
use zeroize::Zeroizing;

use crate::system::open;

/// The new content of a file. It is written beside the file under another name, so nobody sees a
/// part of it. If it is dropped before [`Replacement::commit`], it is removed.
pub struct Replacement {
    target: PathBuf,
    /// The temporary path. None once the file has its final name.
    temporary: Option<PathBuf>,
    file: BufWriter<File>,
    empty: bool,
}

/// Most names that are tried for the temporary file. A name is taken only if a process with the
/// same number was killed while it wrote.
const MAX_NAMES: usize = 100;

impl Replacement {
    /// Begins the replacement of `target`, with `mode`, whatever the umask. A symbolic link is
    /// replaced, not its target. A directory, or a link to something that is no file, is refused.
    ///
    /// # Errors
    ///
    /// The error of the system.
    pub fn of(target: &Path, mode: u32) -> io::Result<Self> {
        may_be_replaced(target)?;
        // For `Path`, `x/` has a file name. For the system it is a directory.
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

    /// Writes it to disk and puts it in place.
    ///
    /// # Errors
    ///
    /// The error of the system. Then the old file is unchanged.
    pub fn commit(mut self) -> io::Result<()> {
        self.sync()?;
        if let Some(temporary) = &self.temporary {
            std::fs::rename(temporary, &self.target)?;
            self.temporary = None;
        }
        self.sync_name();
        Ok(())
    }

    /// The same, if the file must not exist yet.
    ///
    /// # Errors
    ///
    /// The error of the system, such as `AlreadyExists`; or `Unsupported` if the file system has no
    /// hard links.
    pub(super) fn commit_new(mut self) -> io::Result<()> {
        self.sync()?;
        if let Some(temporary) = &self.temporary {
            std::fs::hard_link(temporary, &self.target)?;
        }
        self.sync_name();
        Ok(())
    }

    /// Writes all bytes to disk.
    fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }

    /// Writes the new name to disk, so that it survives a crash. Some file systems cannot.
    fn sync_name(&self) {
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

/// Whether a file is there that holds a certificate, a key or the like as PEM.
pub fn holds_pem(path: &Path) -> bool {
    let mark = b"-----BEGIN ";
    let Ok((file, facts)) = open::for_reading(CWD, path, OFlags::empty()) else {
        return false;
    };
    let mut bytes = Zeroizing::new(Vec::new());
    let is_read = facts.is_file() && file.take(MAX_PEM).read_to_end(&mut bytes).is_ok();
    is_read && bytes.windows(mark.len()).any(|part| part == mark)
}

/// Bytes of a file that is looked at; a bundle of CAs is smaller.
const MAX_PEM: u64 = 16 << 20;

fn folder_of(path: &Path) -> &Path {
    let parent = path.parent();
    let named = parent.filter(|parent| !parent.as_os_str().is_empty());
    named.unwrap_or(Path::new("."))
}

/// Whether `target` may be replaced. Otherwise root could remove `/dev/null` for all, or
/// `/dev/stdout`, a link into `/proc` that leads to a file if the shell redirected it.
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
            "it is an open file descriptor; without --output the answer goes to standard output",
        )),
        _ => Ok(()),
    }
}

/// Makes a new file in `folder`.
fn create(folder: &Path, mode: u32) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(mode);
    for number in 0..MAX_NAMES {
        // HTCondor ignores names that begin with a dot.
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
