//! What became of files that were to be destroyed or put in place.

use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, io};

/// What became of one file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Erasure {
    /// What could not be done, and the system's words. The file is still there with its content,
    /// unless the words say that only looking afterwards failed.
    Failed(String),
    /// Not touched.
    Refused(NotErased),
    /// The name is gone.
    Removed {
        /// Whether zeros were written over all of the content, and reached the file system. Copies
        /// that a journal, a snapshot, a backup or a flash disk keeps are out of reach.
        overwritten: bool,
    },
    /// A dry run: every check passed, nothing was touched.
    WouldRemove,
}

/// Why a file was not touched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NotErased {
    /// Another file, or other content, than the one that was judged is there now.
    Changed,
    /// The file has this many names; the content would live on under the others.
    HardLinked(u64),
    /// Nothing has that name.
    Missing,
    /// Not the caller's.
    NotOwner {
        /// Numeric owner.
        owner: u32,
    },
    /// Not a regular file but this, with its article: "a directory".
    NotRegular(&'static str),
    /// A symbolic link; links are not followed.
    SymbolicLink {
        /// Where it points.
        target: PathBuf,
    },
}

/// Why nothing was put in place. Everything is as it was, unless the variant says otherwise.
#[derive(Debug)]
pub enum NotPlaced {
    /// Another process has held the place for this long, and is not waited for any longer.
    Busy(Duration),
    /// What could not be done, and the system's words.
    Failed(String, io::Error),
    /// As `Failed`, and the old pair is gone.
    Lost(String, io::Error),
    /// The directory is not there, or none.
    NoDirectory(io::Error),
    /// Others may replace what is in the directory: its mode.
    Open(u32),
    /// Something stands at the path that is not replaced: what it is.
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
