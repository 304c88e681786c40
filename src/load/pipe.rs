//! Reads a pipe or terminal that the user named, and does not wait for ever.

use std::fs::File;
use std::io;
use std::io::Read;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::retry_on_intr;

/// How long to wait until another process opens a named pipe. Two commands in one shell line start
/// within milliseconds.
pub(super) const WRITER: Duration = Duration::from_secs(2);

/// How long to wait for a writer. It may ask for a passphrase, or ask a service for a token.
pub(super) const WORD: Duration = Duration::from_secs(120);

/// A file that was opened without blocking. A regular file never has to wait.
#[derive(Debug)]
pub(super) struct Pipe {
    file: File,
    /// No writer was seen yet, so end of file may mean that it has not started. The kernel tells
    /// the difference once a writer was there (`POLLHUP`), and for unnamed pipes at once.
    is_new: bool,
    writer: Duration,
    word: Duration,
}

impl Pipe {
    /// For an open file that does not block.
    pub(super) fn of(file: File, is_fifo: bool) -> Self {
        Self { file, is_new: is_fifo, writer: WRITER, word: WORD }
    }

    /// Reads bytes. None if there are none yet.
    fn once(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        match self.file.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            read => read.map(Some),
        }
    }

    /// Waits until there is something to read, or an end. False after `limit`.
    fn wait(&self, limit: Duration) -> io::Result<bool> {
        let limit = Timespec::try_from(limit).map_err(io::Error::other)?;
        let mut waiting = [PollFd::new(&self.file, PollFlags::IN)];
        let ready = retry_on_intr(|| poll(&mut waiting, Some(&limit)))?;
        if waiting[0].revents().contains(PollFlags::NVAL) {
            return Err(io::Error::other("the system cannot wait for it"));
        }
        Ok(ready > 0)
    }
}

/// Fails with `TimedOut` if no data come.
impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = self.once(buffer)?;
        if read == Some(0) && self.is_new {
            let came = self.wait(self.writer)?;
            // A writer that wrote nothing is a writer nevertheless.
            read = self.once(buffer)?;
            if read == Some(0) && !came {
                return Err(nobody());
            }
        }
        self.is_new = false;
        loop {
            match read {
                Some(length) => return Ok(length),
                None if self.wait(self.word)? => read = self.once(buffer)?,
                None => return Err(nobody()),
            }
        }
    }
}

fn nobody() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "no process writes to it")
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write;
    use std::path::{Path, PathBuf};
    use std::thread;

    use rustix::fs::{CWD, OFlags};
    use tempfile::TempDir;

    use super::*;
    use crate::system::open;

    const SHORT: Duration = Duration::from_millis(100);
    const LONG: Duration = Duration::from_secs(60);

    fn fifo() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        (folder, path)
    }

    fn opened(path: &Path, writer: Duration, word: Duration) -> Pipe {
        let (file, _) = open::for_reading(CWD, path, OFlags::empty()).unwrap();
        let mut pipe = Pipe::of(file, true);
        (pipe.writer, pipe.word) = (writer, word);
        pipe
    }

    fn all(mut pipe: Pipe) -> Result<Vec<u8>, io::ErrorKind> {
        let mut bytes = Vec::new();
        let read = pipe.read_to_end(&mut bytes);
        read.map(|_| bytes).map_err(|error| error.kind())
    }

    #[test]
    fn nobody_writes() {
        let (_folder, path) = fifo();
        let pipe = opened(&path, SHORT, LONG);
        assert_eq!(all(pipe), Err(io::ErrorKind::TimedOut));
    }

    #[test]
    fn a_writer_says_nothing() {
        let (_folder, path) = fifo();
        let pipe = opened(&path, SHORT, SHORT);
        let _writer = OpenOptions::new().write(true).open(&path).unwrap();
        assert_eq!(all(pipe), Err(io::ErrorKind::TimedOut));
    }

    #[test]
    fn a_writer_comes_late_and_pauses() {
        let (_folder, path) = fifo();
        let pipe = opened(&path, LONG, LONG);
        let written = thread::spawn(move || {
            thread::sleep(SHORT);
            let mut writer = OpenOptions::new().write(true).open(&path).unwrap();
            thread::sleep(SHORT);
            writer.write_all(b"one ").unwrap();
            thread::sleep(SHORT);
            writer.write_all(b"two").unwrap();
        });
        assert_eq!(all(pipe), Ok(b"one two".to_vec()));
        written.join().unwrap();
    }

    /// Longer than [`WRITER`]: who has opened it is waited for as a writer.
    #[test]
    fn a_writer_is_known_before_its_first_word() {
        let (_folder, path) = fifo();
        let pipe = opened(&path, SHORT, LONG);
        let mut writer = OpenOptions::new().write(true).open(&path).unwrap();
        let written = thread::spawn(move || {
            thread::sleep(3 * SHORT);
            writer.write_all(b"word").unwrap();
        });
        assert_eq!(all(pipe), Ok(b"word".to_vec()));
        written.join().unwrap();
    }

    #[test]
    fn a_writer_leaves_without_a_word() {
        let (_folder, path) = fifo();
        let pipe = opened(&path, LONG, LONG);
        drop(OpenOptions::new().write(true).open(&path).unwrap());
        assert_eq!(all(pipe), Ok(Vec::new()));
    }
}
