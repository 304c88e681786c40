//! A file to which lines are only added, under a lock. Whoever could replace it could have a
//! request approved twice, so the directories on the way are checked too.

use std::fs::{File, OpenOptions};
use std::io;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{FlockOperation, OFlags, flock};

use crate::store::guard::{Groups, guard};

/// An open ledger. No other process writes to it while this exists.
#[derive(Debug)]
pub struct Locked {
    file: File,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Most bytes of a ledger: a hundred thousand decisions of some thousand bytes.
pub const MAX_BYTES: u64 = 256 << 20;

impl Locked {
    /// Opens the ledger, waits for its lock and reads it. If it does not exist and `create` is set,
    /// it is made.
    ///
    /// # Errors
    ///
    /// The error of the system. Or: it is a link, it is no file, another user owns it, others may
    /// write to it or replace it.
    pub fn open(path: &Path, euid: u32, create: bool) -> io::Result<Self> {
        guard(path, euid, Groups::Foreign)?;
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
