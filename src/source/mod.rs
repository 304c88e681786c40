//! Data of the rooms with effects: where is looked, what was read, what became of files.

pub mod candidate;
pub mod error;
pub mod near;
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

/// Whether `path` stands for something that the shell opened, `/dev/stdin` or `/dev/fd/63`: what is
/// read from it has no file of that name.
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
    /// Whether it was found to be on a file system that is mounted read-only. Of files that were
    /// opened alone; of others it is not asked.
    pub read_only: bool,
    /// In a directory where everybody can put names, as `/tmp`: who owns the name, which may be a
    /// link. Of files that were opened alone.
    pub shared_name: Option<u32>,
    /// Whether a fix may write it anew: it is this user's, and no larger than a credential may be. Of
    /// files that were read whole alone.
    pub rewritable: bool,
}

/// How the system comes to a file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Way {
    /// The directories in which names are looked up, in order.
    pub steps: Vec<Step>,
    /// The file itself, which is no link.
    pub end: PathBuf,
}

/// A directory on the way to a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
    /// Where it is.
    pub directory: PathBuf,
    /// What the system says of it.
    pub facts: FileFacts,
    /// Whether the file is in it, or a link on the way: what matters is who can put names there.
    pub is_last: bool,
}

/// Who besides its owner can write to a file or directory.
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
    /// Another user owns it.
    NotOwned(u32),
    /// The name is a link to the file of another user, whoever made it.
    LinkToOthers(u32),
    /// The name is another user's link, in a directory where everybody can put names.
    OthersLink(u32),
    /// Its file system is mounted read-only.
    ReadOnly,
    /// The kubelet makes it anew: it comes out of a secret volume, whose files are links to `..data`.
    SecretVolume,
}

impl FileFacts {
    /// Those of an empty file, for tests.
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
            rewritable: true,
        }
    }

    /// Why user `euid` cannot change its mode, if that is so.
    pub fn fixed_for(&self, euid: u32) -> Option<Fixed> {
        // Where everybody can put names root is not to be led to a file either.
        let is_root = euid == 0 && self.shared_name.is_none();
        let not_owned = !is_root && euid != self.owner;
        let owned = || not_owned.then_some(Fixed::NotOwned(self.owner));
        let link = || self.link_of_others(euid).map(Fixed::OthersLink);
        let leads_away = self.link_target.is_some() && euid != self.owner;
        let to_others = || leads_away.then_some(Fixed::LinkToOthers(self.owner));
        self.fixed().or_else(link).or_else(to_others).or_else(owned)
    }

    /// Who made the link that the name is, where everybody can make one and it was not `euid`.
    pub fn link_of_others(&self, euid: u32) -> Option<u32> {
        self.shared_name.filter(|owner| self.link_target.is_some() && *owner != euid)
    }

    /// Why nobody can change it here, if that is so.
    pub fn fixed(&self) -> Option<Fixed> {
        let target = self.link_target.as_ref();
        if target.is_some_and(|target| target.starts_with("..data")) {
            return Some(Fixed::SecretVolume);
        }
        self.read_only.then_some(Fixed::ReadOnly)
    }

    /// Who besides the owner can write, if anybody.
    pub fn writers(&self) -> Option<Writers> {
        // A group of the number of its only member is how many systems set users up; root's is root.
        let private = self.group == 0 || self.group == self.owner;
        match self.mode & 0o022 {
            mode if mode & 0o002 != 0 => Some(Writers::Everybody),
            0o020 if !private => Some(Writers::Group),
            _ => None,
        }
    }

    /// Who besides the owner can put another file in the place of one in this directory. In a sticky
    /// directory nobody can do that to what others own.
    pub fn replacers(&self) -> Option<Writers> {
        self.writers().filter(|_| self.mode & 0o1000 == 0)
    }
}

/// One input, read once. May hold a private key: shown by no `Debug`, wiped when dropped.
pub struct Source {
    /// Where it came from.
    pub origin: Origin,
    /// All of it.
    pub bytes: Zeroizing<Vec<u8>>,
    /// For files.
    pub file: Option<FileFacts>,
    /// Whether none of [`HALVES`] lies beside a file that [`is_named_pkcs12`].
    pub halves_free: bool,
    /// Where in a bundle it begins, if it is one block of it and what belongs to that.
    pub part: Option<Part>,
}

/// Where a block of a bundle begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Part {
    /// Counted from 1.
    pub block: usize,
    /// Counted from 1; 1 in DER.
    pub line: usize,
}

impl Source {
    /// The same with another copy of the bytes.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            origin: self.origin.clone(),
            bytes: Zeroizing::new(self.bytes.to_vec()),
            file: self.file.clone(),
            halves_free: self.halves_free,
            part: self.part,
        }
    }

    /// The path of a file.
    pub fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => Some(path),
            Origin::Stdin | Origin::Variable(_) => None,
        }
    }
}

/// The files of a user's certificate and key.
pub const HALVES: [&str; 2] = ["usercert.pem", "userkey.pem"];

/// Whether the name of a file says that it is PKCS#12.
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
