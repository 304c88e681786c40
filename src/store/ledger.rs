//! A file that only grows, line by line, under a lock.

use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Read;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::FlockOperation;
use rustix::fs::OFlags;
use rustix::fs::flock;

/// A ledger that nobody else writes to while this lives.
#[derive(Debug)]
pub struct Locked {
    file: File,
    /// All that is in it.
    pub bytes: Vec<u8>,
}

/// Bytes of a ledger. A line has some thousand: a hundred thousand decisions.
pub const MAX_BYTES: u64 = 256 << 20;

impl Locked {
    /// Opens the ledger, which is made if it is not there, waits for its lock and reads it.
    ///
    /// # Errors
    ///
    /// What the system said; or that it is a link, no file, not the caller's, or others may write
    /// to it.
    pub fn open(path: &Path, euid: u32) -> io::Result<Self> {
        let careful = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let flags = i32::try_from(careful.bits()).map_err(io::Error::other)?;
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
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
    /// What the system said.
    pub fn append(&mut self, line: &str) -> io::Result<()> {
        // A line that a crash cut short stays by itself.
        let cut = self.bytes.last().is_some_and(|&byte| byte != b'\n');
        let text = if cut {
            format!("\n{line}")
        } else {
            line.to_owned()
        };
        self.file.write_all(text.as_bytes())?;
        self.file.sync_all()?;
        self.bytes.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
