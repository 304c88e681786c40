//! Why a file could not be read.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::source::FileFacts;

/// Why a candidate could not be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LoadError {
    /// Permission denied, and by which directory or file, if this user can find out.
    Denied(PathBuf, Option<Box<Barrier>>),
    /// A symbolic link and its target, which does not exist.
    Dangling(PathBuf, PathBuf),
    Directory(PathBuf),
    /// Symbolic links that form a loop.
    LinkLoop(PathBuf),
    /// No file has this name.
    Missing(PathBuf),
    /// The file was read and holds no certificate. The text says what it holds.
    NoCertificate(PathBuf, String),
    /// There is no home directory.
    NoHome,
    /// Any other error of the system.
    Other(PathBuf, String),
    /// A device, socket or pipe instead of a file.
    Special(PathBuf, &'static str),
    /// The file is larger than this limit.
    TooLarge(PathBuf, u64),
    /// The value of the variable is neither a path nor an intact PEM.
    Value,
}

/// The file that may not be read, or the topmost directory above it that may not be entered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Barrier {
    pub path: PathBuf,
    /// What the system says of it.
    pub facts: FileFacts,
}

impl LoadError {
    /// The path that was tried, if there was one.
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

/// A phrase that does not repeat the path.
impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(path, Some(barrier)) if barrier.path != *path => {
                write!(f, "permission denied by the directory {}", barrier.path.display())
            }
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
