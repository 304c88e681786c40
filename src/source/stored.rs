//! What happened to files that were to be destroyed or put in place.

use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, io};

/// What happened to one file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Erasure {
    /// What failed, and the error of the system. The file is still there with its content, unless
    /// the text says that only the check afterwards failed.
    Failed(String),
    /// Not touched, for this reason.
    Refused(NotErased),
    /// The name was removed.
    Removed {
        /// Whether zeros were written over all of the content and reached the file system. Copies
        /// in a journal, a snapshot, a backup or on a flash disk cannot be overwritten.
        overwritten: bool,
    },
    /// A dry run: all checks passed, nothing was changed.
    WouldRemove,
}

/// Why a file was not touched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NotErased {
    /// The file or its content is no longer the one that was judged.
    Changed,
    /// The file has this many hard links. Its content would stay under the other names.
    HardLinked(u64),
    /// No file has that name.
    Missing,
    /// Another user owns it.
    NotOwner {
        /// Numeric owner.
        owner: u32,
    },
    /// Not a regular file; what it is, with its article: "a directory".
    NotRegular(&'static str),
    /// A symbolic link. Links are not followed.
    SymbolicLink {
        /// Where it points.
        target: PathBuf,
    },
}

/// Why nothing was put in place. Nothing was changed, unless the variant says otherwise.
#[derive(Debug)]
pub enum NotPlaced {
    /// Another process has held the lock for this long. certok does not wait longer.
    Busy(Duration),
    /// What failed, and the error of the system.
    Failed(String, io::Error),
    /// As `Failed`, but the old pair is gone.
    Lost(String, io::Error),
    /// The directory does not exist, or is no directory.
    NoDirectory(io::Error),
    /// Other users can replace files in the directory; its mode.
    Open(u32),
    /// Something is at the path that certok does not replace; what it is.
    Taken(PathBuf, String),
}

impl fmt::Display for NotPlaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(waited) => {
                write!(f, "another process has held it for {} s", waited.as_secs())
            }
            Self::Failed(step, reason) => write!(f, "cannot {step}: {reason}"),
            Self::Lost(step, reason) => write!(f, "cannot {step}: {reason}; the old pair is gone"),
            Self::NoDirectory(reason) => write!(f, "{reason}"),
            Self::Open(mode) => write!(f, "mode {mode:04o}"),
            Self::Taken(path, what) => write!(f, "{} is {what}", path.display()),
        }
    }
}
