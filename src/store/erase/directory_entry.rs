//! The file that is to be destroyed. It is held open, so that no other file can take its place.

use std::ffi::OsString;
use std::fs::{File, Metadata, Permissions};
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::{fmt, io};

use rustix::fs;
use rustix::fs::{Access, AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::source::FileFacts;
use crate::source::stored::{Erasure, NotErased};
use crate::system::open;

/// A name in an open directory. If the path above is changed meanwhile, this stays the same.
pub(super) struct DirectoryEntry {
    pub(super) directory: OwnedFd,
    pub(super) name: OsString,
}

/// A file that may be destroyed.
pub(super) struct OpenedFile {
    pub(super) file: File,
    pub(super) facts: Metadata,
    pub(super) is_writable: bool,
}

/// A step returns what the next one needs, or the final result.
pub(super) type ErasureResult<T> = Result<T, Erasure>;

impl DirectoryEntry {
    /// Opens the directory of `path`. Links in this part are followed.
    pub(super) fn of(path: &Path) -> ErasureResult<Self> {
        let Some(name) = path.file_name() else {
            return Err(Erasure::Refused(NotErased::NotRegular("a directory")));
        };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let flags = DIRECTORY | OFlags::CLOEXEC;
        match fs::open(parent.unwrap_or(Path::new(".")), flags, Mode::empty()) {
            Ok(directory) => Ok(Self { directory, name: name.to_owned() }),
            Err(Errno::NOENT | Errno::NOTDIR) => Err(Erasure::Refused(NotErased::Missing)),
            Err(reason) => Err(failed("open the directory", reason)),
        }
    }

    /// Opens the file and checks everything.
    pub(super) fn open(&self, judged: &FileFacts, euid: u32) -> ErasureResult<OpenedFile> {
        self.expect_regular()?;
        // A read-only file cannot be opened for writing. With a handle for reading it can be made
        // writable.
        let (opened, is_writable) = match self.writable() {
            Err(reason) if READ_ONLY.contains(&Errno::from_io_error(&reason)) => {
                (self.reader(), false)
            }
            opened => (opened, true),
        };
        let (file, facts) = opened.map_err(|reason| match Errno::from_io_error(&reason) {
            Some(Errno::LOOP | Errno::NOENT) => Erasure::Refused(NotErased::Changed),
            _ => failed("open", reason),
        })?;
        match objection(&facts, judged, euid) {
            Some(why) => Err(Erasure::Refused(why)),
            None => Ok(OpenedFile { file, facts, is_writable }),
        }
    }

    /// Checks the type before opening, because opening a device may start an action.
    fn expect_regular(&self) -> ErasureResult<()> {
        let why = match self.stat() {
            Ok(stat) => match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => return Ok(()),
                FileType::Symlink => NotErased::SymbolicLink { target: self.link_target()? },
                other => NotErased::NotRegular(kind(other)),
            },
            Err(Errno::NOENT) => NotErased::Missing,
            Err(reason) => return Err(failed("look at", reason)),
        };
        Err(Erasure::Refused(why))
    }

    /// The file with this name now. Links are not followed.
    pub(super) fn stat(&self) -> rustix::io::Result<Stat> {
        fs::statat(&self.directory, &self.name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// The target, if the name is a link.
    fn link_target(&self) -> ErasureResult<PathBuf> {
        let target = fs::readlinkat(&self.directory, &self.name, Vec::new());
        let target = target.map_err(|reason| failed("read the link", reason))?;
        Ok(OsString::from_vec(target.into_bytes()).into())
    }

    /// Opens the file for reading.
    pub(super) fn reader(&self) -> io::Result<(File, Metadata)> {
        open::for_reading(&self.directory, Path::new(&self.name), OFlags::NOFOLLOW)
    }

    /// Opens the file for writing. Without `NONBLOCK`, a pipe that was put there meanwhile would
    /// block.
    fn writable(&self) -> io::Result<(File, Metadata)> {
        let careful = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let flags = OFlags::WRONLY | careful;
        let opened = fs::openat(&self.directory, &self.name, flags, Mode::empty())?;
        let file = File::from(opened);
        let facts = file.metadata()?;
        Ok((file, facts))
    }

    /// Whether names can be removed from the directory. A dry run needs to know.
    pub(super) fn expect_writable(&self) -> ErasureResult<()> {
        let access = Access::WRITE_OK | Access::EXEC_OK;
        match fs::accessat(&self.directory, ".", access, AtFlags::EACCESS) {
            // If the system cannot say, removing will show.
            Ok(()) | Err(Errno::NOSYS | Errno::INVAL) => Ok(()),
            Err(reason) => Err(failed("remove from this directory", reason)),
        }
    }

    /// Removes the name, then overwrites the content.
    pub(super) fn remove(&self, opened: &OpenedFile) -> ErasureResult<Erasure> {
        let writer = self.writer(opened);
        if let Err(stop) = self.unlink(&opened.file) {
            if !opened.is_writable {
                // Restores the mode. If this fails, only its owner can write to it.
                let _ = opened.file.set_permissions(opened.facts.permissions());
            }
            return Err(stop);
        }
        let overwritten = writer.is_some_and(|file| overwrite(file).is_ok());
        self.expect_gone()?;
        Ok(Erasure::Removed { overwritten })
    }

    /// A handle that can write to the file, even if it is read-only, where the system allows.
    fn writer(&self, opened: &OpenedFile) -> Option<File> {
        if opened.is_writable {
            return opened.file.try_clone().ok();
        }
        opened.file.set_permissions(Permissions::from_mode(0o600)).ok()?;
        let (file, again) = self.writable().ok()?;
        (identity(&again) == identity(&opened.facts) && again.nlink() == 1).then_some(file)
    }

    /// Removes the name, if it is still that of `file`.
    fn unlink(&self, file: &File) -> ErasureResult<()> {
        let ours = fs::fstat(file).map_err(|reason| failed("look at", reason))?;
        match self.stat() {
            Ok(there) if (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino) => {}
            Ok(_) | Err(Errno::NOENT) => return Err(Erasure::Refused(NotErased::Changed)),
            Err(reason) => return Err(failed("look at", reason)),
        }
        fs::unlinkat(&self.directory, &self.name, AtFlags::empty())
            .map_err(|reason| failed("remove", reason))
    }

    /// After removal no file may have the name.
    fn expect_gone(&self) -> ErasureResult<()> {
        match self.stat() {
            Err(Errno::NOENT) => Ok(()),
            Err(reason) => Err(failed("see whether it is gone", reason)),
            Ok(_) => Err(failed("remove for good", "another file has the name now")),
        }
    }
}

/// Device and inode.
pub(super) fn identity(facts: &Metadata) -> (u64, u64) {
    (facts.dev(), facts.ino())
}

/// Overwrites all content with zeros and waits until they reach the file system.
pub(super) fn overwrite(mut file: File) -> io::Result<()> {
    let size = file.metadata()?.len();
    if size > MAX_OVERWRITTEN_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    io::copy(&mut io::repeat(0).take(size), &mut file)?;
    file.sync_all()
}

/// The result, with the error of the system.
pub(super) fn failed(step: &str, reason: impl fmt::Display) -> Erasure {
    Erasure::Failed(format!("cannot {step}: {reason}"))
}

/// Every credential is smaller. Overwriting more would only make the user wait.
pub(super) const MAX_OVERWRITTEN_BYTES: u64 = 64 * 1024 * 1024;

/// Why the open file must not be destroyed.
pub(super) fn objection(facts: &Metadata, judged: &FileFacts, euid: u32) -> Option<NotErased> {
    if !facts.is_file() || identity(facts) != judged.identity || facts.len() != judged.size {
        return Some(NotErased::Changed);
    }
    if facts.uid() != euid {
        return Some(NotErased::NotOwner { owner: facts.uid() });
    }
    (facts.nlink() != 1).then_some(NotErased::HardLinked(facts.nlink()))
}

/// The type of a file, in words.
pub(super) fn kind(kind: FileType) -> &'static str {
    match kind {
        FileType::BlockDevice | FileType::CharacterDevice => "a device",
        FileType::Directory => "a directory",
        FileType::Fifo => "a named pipe",
        FileType::Socket => "a socket",
        _ => "a file of an unknown kind",
    }
}

/// The system's errors if a file cannot be opened for writing, or for reading.
pub(super) const READ_ONLY: [Option<Errno>; 4] =
    [Some(Errno::ACCESS), Some(Errno::PERM), Some(Errno::ROFS), Some(Errno::TXTBSY)];

/// Opens a directory to use names in it. `O_PATH` works without the right to list it.
#[cfg(target_os = "linux")]
pub(super) const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);

/// Opens a directory to use names in it.
#[cfg(not(target_os = "linux"))]
pub(super) const DIRECTORY: OFlags = OFlags::DIRECTORY;
