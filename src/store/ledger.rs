//! A file to which lines are only added, under a lock. Whoever could replace it could have a
//! request approved twice, so the directories on the way are checked too.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};

use crate::store::pair::OVERFLOW_UID;

/// An open ledger. No other process writes to it while this exists.
#[derive(Debug)]
pub struct Locked {
    file: File,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Most bytes of a ledger: a hundred thousand decisions of some thousand bytes.
pub const MAX_BYTES: u64 = 256 << 20;

/// Most links on the way to the ledger, as in Linux.
const MAX_LINKS: usize = 40;

impl Locked {
    /// Opens the ledger, waits for its lock and reads it. If it does not exist and `create` is set,
    /// it is made.
    ///
    /// # Errors
    ///
    /// The error of the system. Or: it is a link, it is no file, another user owns it, others may
    /// write to it or replace it.
    pub fn open(path: &Path, euid: u32, create: bool) -> io::Result<Self> {
        guard(path, euid)?;
        let careful = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let flags = i32::try_from(careful.bits()).map_err(io::Error::other)?;
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(create)
            .mode(0o600)
            .custom_flags(flags)
            .open(path)?;
        let facts = file.metadata()?;
        if !facts.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        if facts.uid() != euid || facts.mode() & 0o022 != 0 {
            return Err(io::Error::other("others than you may write to it"));
        }
        if facts.nlink() != 1 {
            return Err(io::Error::other("it has more than one name"));
        }
        flock(&file, FlockOperation::LockExclusive)?;
        let mut bytes = Vec::new();
        (&mut file).take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
            return Err(io::Error::other("it is larger than 256 MiB"));
        }
        Ok(Self { file, bytes })
    }

    /// Adds a line. It is on disk when this returns.
    ///
    /// # Errors
    ///
    /// The error of the system. Then the ledger is unchanged, as far as possible.
    pub fn append(&mut self, line: &str) -> io::Result<()> {
        let before = self.file.metadata()?.len();
        let written = self.file.write_all(line.as_bytes());
        written.and_then(|()| self.file.sync_all()).inspect_err(|_| {
            // Half a line would be damage. On a full disk a part may have been written.
            let _ = self.file.set_len(before);
        })
    }
}

/// Fails if another user than the caller and root can replace `path`: they must own every link and
/// directory on the way, and others may rename nothing in these.
fn guard(path: &Path, euid: u32) -> io::Result<()> {
    let parent = path.parent().unwrap_or(path);
    let mut here = PathBuf::from("/");
    let mut left: Vec<OsString> = Vec::new();
    let mut links = 0;
    push(&mut left, parent);
    if !parent.is_absolute() {
        push(&mut left, &std::fs::canonicalize(".")?);
    }
    is_kept(&here, euid)?;
    while let Some(step) = left.pop() {
        if step == ".." {
            here.pop();
            continue;
        }
        let next = here.join(&step);
        match is_kept(&next, euid)? {
            Some(_) if links == MAX_LINKS => return Err(io::Error::other("too many links")),
            Some(target) => {
                links += 1;
                push(&mut left, &target);
                if target.is_absolute() {
                    here = PathBuf::from("/");
                }
            }
            None => here = next,
        }
    }
    Ok(())
}

/// Puts the components of `path` on top of `left`, the first one on top.
fn push(left: &mut Vec<OsString>, path: &Path) {
    let steps = path
        .components()
        .rev()
        .filter(|step| matches!(step, Component::Normal(_) | Component::ParentDir));
    left.extend(steps.map(|step| step.as_os_str().to_owned()));
}

/// Checks that no other user may change `path`, or names in it if it is a directory. Returns the
/// target if it is a link.
fn is_kept(path: &Path, euid: u32) -> io::Result<Option<PathBuf>> {
    let facts = std::fs::symlink_metadata(path)?;
    if ![euid, 0, OVERFLOW_UID].contains(&facts.uid()) {
        let (path, owner) = (path.display(), facts.uid());
        let why = format!("{path} belongs to uid {owner}, who may replace what is in it");
        return Err(io::Error::other(why));
    }
    if facts.is_symlink() {
        return std::fs::read_link(path).map(Some);
    }
    // In a sticky directory only the owner of a file may rename it.
    if facts.mode() & 0o022 != 0 && facts.mode() & 0o1000 == 0 {
        let (path, mode) = (path.display(), facts.mode() & 0o7777);
        let why = format!("others than you may replace what is in {path} (mode {mode:04o})");
        return Err(io::Error::other(why));
    }
    Ok(None)
}
