//! A file that only grows, line by line, under a lock. Who could put another in its place could have
//! a request approved twice, so the way to it is looked at as well.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};

use crate::store::pair::OVERFLOW_UID;

/// A ledger that nobody else writes to while this lives.
#[derive(Debug)]
pub struct Locked {
    file: File,
    /// All that is in it.
    pub bytes: Vec<u8>,
}

/// Bytes of a ledger. A line has some thousand: a hundred thousand decisions.
pub const MAX_BYTES: u64 = 256 << 20;

/// Links on the way to the ledger, as many as Linux follows.
const MAX_LINKS: usize = 40;

impl Locked {
    /// Opens the ledger, waits for its lock and reads it. If it is not there, it is made if `create`
    /// says so.
    ///
    /// # Errors
    ///
    /// What the system said; or that it is a link, no file, not the caller's, others may write to it,
    /// or put something else in its place.
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

    /// Adds a line, on the disk when this returns.
    ///
    /// # Errors
    ///
    /// What the system said; then the ledger is as it was, as far as it can be.
    pub fn append(&mut self, line: &str) -> io::Result<()> {
        let before = self.file.metadata()?.len();
        let written = self.file.write_all(line.as_bytes());
        written.and_then(|()| self.file.sync_all()).inspect_err(|_| {
            // Half a line would be damage; on a full disk there is room for less.
            let _ = self.file.set_len(before);
        })
    }
}

/// Whether nobody but the caller and root can put something else in the place of `path`: every link
/// and directory on the way is theirs, and others may rename nothing in it.
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

/// Lays the steps of `path` upon the others, the first on top.
fn push(left: &mut Vec<OsString>, path: &Path) {
    let steps = path
        .components()
        .rev()
        .filter(|step| matches!(step, Component::Normal(_) | Component::ParentDir));
    left.extend(steps.map(|step| step.as_os_str().to_owned()));
}

/// Whether nobody else may change what `path` is, or what is in it if it is a directory; where it
/// leads if it is a link.
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
    // In a sticky directory only the owner renames.
    if facts.mode() & 0o022 != 0 && facts.mode() & 0o1000 == 0 {
        let (path, mode) = (path.display(), facts.mode() & 0o7777);
        let why = format!("others than you may replace what is in {path} (mode {mode:04o})");
        return Err(io::Error::other(why));
    }
    Ok(None)
}
