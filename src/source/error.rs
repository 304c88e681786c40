//! Why a file gave no bytes.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::source::FileFacts;

/// Why a candidate gave no bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LoadError {
    /// Permission denied; what the system says of the file, if that much may be asked.
    Denied(PathBuf, Option<Box<FileFacts>>),
    /// A symbolic link whose target is gone.
    Dangling(PathBuf, PathBuf),
    /// A directory.
    Directory(PathBuf),
    /// A chain of links that never ends.
    LinkLoop(PathBuf),
    /// Nothing there.
    Missing(PathBuf),
    /// Read, and no certificate is in it: what it is.
    NoCertificate(PathBuf, String),
    /// No home directory to look under.
    NoHome,
    /// Anything else the system said.
    Other(PathBuf, String),
    /// A device, socket or pipe, where a file was looked for.
    Special(PathBuf, &'static str),
    /// More bytes than are read of such a file.
    TooLarge(PathBuf, u64),
    /// The value of the variable is neither a path nor an intact PEM.
    Value,
}

impl LoadError {
    /// The path that was tried, if it came to that.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Denied(path, _)
            | Self::Dangling(path, _)
            | Self::Directory(path)
            | Self::LinkLoop(path)
            | Self::Missing(path)
            | Self::NoCertificate(path, _)
            | Self::Other(path, _)
            | Self::Special(path, _)
            | Self::TooLarge(path, _) => Some(path),
            Self::NoHome | Self::Value => None,
        }
    }
}

/// Why there is nothing to read, as a phrase that does not name the path again.
impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(..) => f.write_str("permission denied"),
            Self::Dangling(_, target) => write!(f, "its target {} is missing", target.display()),
            Self::Directory(_) => f.write_str("it is a directory"),
            Self::LinkLoop(_) => f.write_str("a loop of links"),
            Self::Missing(_) => f.write_str("it does not exist"),
            Self::NoCertificate(_, what) => write!(f, "it holds no certificate: it is {what}"),
            Self::NoHome => f.write_str("there is no home directory to look under"),
            Self::Other(_, reason) => f.write_str(reason),
            Self::Special(_, what) => write!(f, "it is {what}"),
            Self::TooLarge(_, limit) if *limit < 1 << 20 => {
                write!(f, "it is larger than {} KiB", limit >> 10)
            }
            Self::TooLarge(_, limit) => write!(f, "it is larger than {} MiB", limit >> 20),
            Self::Value => f.write_str("the value is neither a path nor an intact PEM"),
        }
    }
}
