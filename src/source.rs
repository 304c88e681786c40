//! What was read, as data: bytes and where they came from.

use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

/// Where bytes came from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Origin {
    /// A file, by the path that was used to open it.
    File(PathBuf),
    /// Standard input, named `-`.
    Stdin,
    /// The value of an environment variable.
    Variable(&'static str),
}

/// How a person would name the place: the path, `$NAME`, or `standard input`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Stdin => f.write_str("standard input"),
            Self::Variable(name) => write!(f, "${name}"),
        }
    }
}

/// What the system says of a file, links followed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileFacts {
    /// Permission bits, `0o7777` at most.
    pub mode: u32,
    /// Numeric owner.
    pub owner: u32,
    /// Numeric group.
    pub group: u32,
    /// Size in bytes.
    pub size: u64,
    /// Device and inode: two paths with the same pair are one file.
    pub identity: (u64, u64),
    /// Number of names the file has.
    pub links: u64,
    /// Where the path points, if it is a symbolic link itself.
    pub link_target: Option<PathBuf>,
}

/// One input, read once. May hold a private key: shown by no `Debug`, wiped when dropped.
pub struct Source {
    /// Where it came from.
    pub origin: Origin,
    /// All of it.
    pub bytes: Zeroizing<Vec<u8>>,
    /// For files.
    pub file: Option<FileFacts>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({}, {} bytes)", self.origin, self.bytes.len())
    }
}
