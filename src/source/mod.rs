//! Plain data of the rooms with effects: places, what was read there, and what happened to files.

pub mod candidate;
pub mod error;
pub mod near;
pub mod place;
pub mod stored;

use std::fmt;
use std::path::{Path, PathBuf};

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

/// As a person names it: the path, `$NAME`, or `standard input`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Stdin => f.write_str("standard input"),
            Self::Variable(name) => write!(f, "${name}"),
        }
    }
}

/// Whether `path` stands for a file that the shell opened: `/dev/stdin`, `/dev/fd/63`. Its content
/// does not lie at a path.
pub fn is_descriptor(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let of_process = |text: &str| {
        let rest = text.strip_prefix("/proc/");
        rest.is_some_and(|rest| rest.split('/').rev().nth(1) == Some("fd"))
    };
    matches!(&*text, "/dev/stdin" | "/dev/stdout" | "/dev/stderr")
        || text.starts_with("/dev/fd/")
        || of_process(&text)
}

/// What the system says of a file. Links are followed.
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
    /// Number of hard links.
    pub links: u64,
    /// The target, if the path itself is a symbolic link.
    pub link_target: Option<PathBuf>,
    /// Whether its file system is mounted read-only. Known only of files that were opened.
    pub read_only: bool,
    /// Owner of the name, which may be a link, if it lies in a directory where everybody can create
    /// names, such as `/tmp`. Known only of files that were opened.
    pub shared_name: Option<u32>,
    /// The owner of the directory of its name. Known only of files that were opened.
    pub directory_owner: Option<u32>,
    /// Whether a fix may write the file: this user owns it, and it is not too large for a
    /// credential. Known only of files that were read completely.
    pub rewritable: bool,
}

/// How the system finds a file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ResolvedPath {
    /// The directories that are searched, in order.
    pub searched: Vec<SearchedDirectory>,
    /// The file at the end, which is no link.
    pub end: PathBuf,
}

/// A directory that is searched on the way to a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SearchedDirectory {
    /// Where it is.
    pub directory: PathBuf,
    /// What the system says of it.
    pub facts: FileFacts,
    /// Whether the file itself or a link on the way lies in it. Then whoever can create names here
    /// can replace it.
    pub is_last: bool,
}

/// Who can write to a file or directory, apart from its owner.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Writers {
    /// Everybody on the machine.
    Everybody,
    /// The members of its group.
    Group,
}

impl fmt::Display for Writers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Everybody => "everybody",
            Self::Group => "its group",
        })
    }
}

/// Why a user cannot change the mode or the content of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fixed {
    /// This other user owns it.
    NotOwned(u32),
    /// The name is a link to a file of this other user.
    LinkToOthers(u32),
    /// The name is a link that this other user made, in a directory where everybody can create
    /// names.
    OthersLink(u32),
    /// Its file system is mounted read-only.
    ReadOnly,
    /// The kubelet writes it: the file belongs to a secret volume, where all names are links to
    /// `..data`.
    SecretVolume,
}

impl FileFacts {
    /// Facts of an empty file, for tests.
    #[cfg(test)]
    pub fn of(owner: u32, group: u32, mode: u32) -> Self {
        Self {
            mode,
            owner,
            group,
            size: 0,
            identity: (0, 0),
            links: 1,
            link_target: None,
            read_only: false,
            shared_name: None,
            directory_owner: None,
            rewritable: true,
        }
    }

    /// Why user `euid` cannot change its mode, if there is a reason.
    pub fn fixed_for(&self, euid: u32) -> Option<Fixed> {
        // Where everybody can create names, a link could lead root to another file. So root gets no
        // fix either.
        let is_root = euid == 0 && self.shared_name.is_none();
        let not_owned = !is_root && euid != self.owner;
        let owned = || not_owned.then_some(Fixed::NotOwned(self.owner));
        let link = || self.link_of_others(euid).map(Fixed::OthersLink);
        let leads_away = self.link_target.is_some() && euid != self.owner;
        let to_others = || leads_away.then_some(Fixed::LinkToOthers(self.owner));
        self.fixed().or_else(link).or_else(to_others).or_else(owned)
    }

    /// Who made the link, if everybody can make one there and it was not `euid`.
    pub fn link_of_others(&self, euid: u32) -> Option<u32> {
        self.shared_name.filter(|owner| self.link_target.is_some() && *owner != euid)
    }

    /// Why nobody can change it here, if there is a reason.
    pub fn fixed(&self) -> Option<Fixed> {
        let target = self.link_target.as_ref();
        if target.is_some_and(|target| target.starts_with("..data")) {
            return Some(Fixed::SecretVolume);
        }
        self.read_only.then_some(Fixed::ReadOnly)
    }

    /// Who can write to it, apart from the owner.
    pub fn writers(&self) -> Option<Writers> {
        // On many systems each user has a group of the same number with no other member, and so has
        // root. Such a group is nobody else.
        let private = self.group == 0 || self.group == self.owner;
        match self.mode & 0o022 {
            mode if mode & 0o002 != 0 => Some(Writers::Everybody),
            0o020 if !private => Some(Writers::Group),
            _ => None,
        }
    }

    /// Who can replace a file in this directory, apart from its owner. In a sticky directory nobody
    /// can replace the file of another user.
    pub fn replacers(&self) -> Option<Writers> {
        self.writers().filter(|_| self.mode & 0o1000 == 0)
    }
}

/// One input, read once. It may hold a private key: `Debug` hides it, and it is wiped when dropped.
pub struct Source {
    /// Where it came from.
    pub origin: Origin,
    /// The whole content.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Facts of the file, if it is one.
    pub file: Option<FileFacts>,
    /// Whether the file [`is_named_pkcs12`] and none of [`USER_FILES`] lies beside it.
    pub user_files_absent: bool,
    /// If it is only one block of a bundle and what belongs to the block: where it begins.
    pub part: Option<Part>,
}

/// Where a block of a bundle begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Part {
    /// Number of the block, from 1.
    pub block: usize,
    /// Number of the line, from 1. Always 1 in DER.
    pub line: usize,
}

impl Source {
    /// The same input with a second copy of the bytes.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            origin: self.origin.clone(),
            bytes: Zeroizing::new(self.bytes.to_vec()),
            file: self.file.clone(),
            user_files_absent: self.user_files_absent,
            part: self.part,
        }
    }

    /// The path, if it is a file.
    pub fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => Some(path),
            Origin::Stdin | Origin::Variable(_) => None,
        }
    }
}

/// File names of a user's certificate and key.
pub const USER_FILES: [&str; 2] = ["usercert.pem", "userkey.pem"];

/// Whether the name of the file ends like that of a PKCS#12 file.
pub fn is_named_pkcs12(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| matches!(&*ending, "p12" | "pfx" | "pkcs12"))
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({}, {} bytes)", self.origin, self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Writers::{Everybody, Group};
    use super::{FileFacts, Fixed, is_descriptor};

    #[test]
    fn who_can_write() {
        for (mode, owner, group, writers, replacers) in [
            (0o755, 0, 0, None, None),
            (0o775, 0, 0, None, None),
            (0o775, 0, 10, Some(Group), Some(Group)),
            (0o775, 1000, 1000, None, None),
            (0o775, 1000, 100, Some(Group), Some(Group)),
            (0o777, 1000, 1000, Some(Everybody), Some(Everybody)),
            (0o1777, 0, 0, Some(Everybody), None),
            (0o754, 0, 10, None, None),
        ] {
            let facts = FileFacts::of(owner, group, mode);
            let row = format!("{mode:o} {owner} {group}");
            assert_eq!(facts.writers(), writers, "{row}");
            assert_eq!(facts.replacers(), replacers, "{row}");
        }
    }

    #[test]
    fn descriptors() {
        for (path, want) in [
            ("/dev/stdin", true),
            ("/dev/fd/63", true),
            ("/proc/self/fd/0", true),
            ("/proc/12/fd/3", true),
            ("/dev/shm/fd", false),
            ("/proc/self/environ", false),
            ("/home/fd/3", false),
        ] {
            assert_eq!(is_descriptor(Path::new(path)), want, "{path}");
        }
    }

    #[test]
    fn who_can_change_it() {
        for (owner, read_only, target, euid, want) in [
            (7, false, None, 7, None),
            (7, false, None, 0, None),
            (7, false, None, 8, Some(Fixed::NotOwned(7))),
            (7, true, None, 7, Some(Fixed::ReadOnly)),
            (7, true, None, 0, Some(Fixed::ReadOnly)),
            (7, false, Some("key.pem"), 7, None),
            (7, false, Some("key.pem"), 0, Some(Fixed::LinkToOthers(7))),
            (7, false, Some("key.pem"), 8, Some(Fixed::LinkToOthers(7))),
            (7, false, Some("..data/key.pem"), 7, Some(Fixed::SecretVolume)),
        ] {
            let link_target = target.map(Into::into);
            let facts = FileFacts { link_target, read_only, ..FileFacts::of(owner, 0, 0o644) };
            assert_eq!(facts.fixed_for(euid), want, "{owner} {target:?} {euid}");
        }
    }
}
