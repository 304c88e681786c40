//! Puts a certificate and its key in place of the ones that are there: both or neither.
//!
//! Two names cannot change in one step, so the order decides what others see. The old certificate's
//! name goes first, then comes the new key, then the new certificate: at no instant, and not after
//! the process was killed at any, do two halves lie there that do not belong together. What can be
//! seen for some microseconds is a key without a certificate, which reads as "no token". Who reads
//! the certificate before that and the key after it has halves of two pairs, and must look again.

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{io, thread};

use rustix::fs;
use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::source::stored::NotPlaced;
use crate::system::{open, signals};

/// A place for a pair, which this process alone changes while it holds it.
#[derive(Debug)]
pub struct Pair {
    directory: OwnedFd,
    path: PathBuf,
    names: Names,
    euid: u32,
    /// Locked; `None` before.
    lock: Option<OwnedFd>,
    /// Whether members of the directory's group may replace what is in it.
    pub open_to_group: bool,
    /// Whose the directory is, if it is another user's, who may replace what is in it even if it is
    /// sticky.
    pub owner: Option<u32>,
}

/// The file names of a pair.
#[derive(Clone, Debug)]
pub struct Names {
    /// The certificate's.
    pub cert: String,
    /// The key's.
    pub key: String,
    /// Of the file that is locked meanwhile.
    pub lock: String,
}

impl Names {
    /// Where a half lies until it is complete. Fixed, so that the next process finds what a killed
    /// one left.
    fn new_of(name: &str) -> String {
        format!(".{name}.new")
    }

    /// Where the old certificate lies until the new one is in place.
    fn old(&self) -> String {
        format!(".{}.old", self.cert)
    }
}

impl Pair {
    /// Opens `directory`, which must not be open to others, and waits for its turn.
    ///
    /// # Errors
    ///
    /// What stands in the way.
    pub fn hold(directory: &Path, names: Names, euid: u32) -> Result<Self, NotPlaced> {
        let opened = open::for_reading(fs::CWD, directory, OFlags::DIRECTORY);
        let (opened, _) = opened.map_err(NotPlaced::NoDirectory)?;
        let opened = OwnedFd::from(opened);
        let stat = fs::fstat(&opened).map_err(|reason| failed("look at the directory", reason))?;
        let mode = stat.st_mode & 0o7777;
        let sticky = mode & 0o1000 != 0;
        if mode & 0o002 != 0 && !sticky {
            return Err(NotPlaced::Open(mode));
        }
        let mut pair = Self {
            directory: opened,
            path: directory.to_path_buf(),
            names,
            euid,
            lock: None,
            open_to_group: mode & 0o020 != 0 && !sticky,
            owner: Some(stat.st_uid).filter(|owner| ![euid, 0, OVERFLOW_UID].contains(owner)),
        };
        pair.lock = Some(pair.locked()?);
        for name in [&pair.names.cert, &pair.names.key] {
            pair.expect_ours(name)?;
        }
        Ok(pair)
    }

    /// Where a half is or will be.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Puts both halves in place, mode 0400 whatever the umask.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn put(self, cert: &[u8], key: &[u8]) -> Result<(), NotPlaced> {
        signals::hold().map_err(|reason| NotPlaced::Failed("hold signals back".into(), reason))?;
        let done = self.exchange(cert, key);
        // Gives the place back.
        drop(self);
        if let Some(signal) = signals::release() {
            // Ends the process, now that nothing is half done.
            let _ = signals::obey(signal);
        }
        done
    }

    fn exchange(&self, cert: &[u8], key: &[u8]) -> Result<(), NotPlaced> {
        let [cert_name, key_name] = [&self.names.cert, &self.names.key];
        let [new_cert, new_key] = [cert_name, key_name].map(|name| Names::new_of(name));
        let old = self.names.old();
        for left in [&new_key, &new_cert, &old] {
            self.clear(left)?;
        }
        let replaces = self.expect_ours(cert_name)?;
        self.expect_ours(key_name)?;
        let written =
            self.write(&new_key, key).and_then(|()| self.write(&new_cert, cert)).and_then(|()| {
                if replaces {
                    self.rename(cert_name, &old)?;
                }
                self.rename(&new_key, key_name).inspect_err(|_| {
                    if replaces {
                        let _ = self.rename(&old, cert_name);
                    }
                })
            });
        if let Err(refusal) = written {
            self.forget(&[&new_key, &new_cert]);
            return Err(refusal);
        }
        if let Err(NotPlaced::Failed(step, reason)) = self.rename(&new_cert, cert_name) {
            // The old certificate would be one of another key.
            self.forget(&[key_name, &new_cert, &old]);
            return Err(NotPlaced::Lost(step, reason));
        }
        self.forget(&[&old]);
        // Some file systems cannot: then both names are there all the same, until power fails.
        let _ = fs::fsync(&self.directory);
        Ok(())
    }

    /// Removes what a killed process left under a name that only certok uses.
    fn clear(&self, name: &str) -> Result<(), NotPlaced> {
        if self.expect_ours(name)? {
            fs::unlinkat(&self.directory, name, AtFlags::empty())
                .map_err(|reason| self.failed("remove", name, reason))?;
        }
        Ok(())
    }

    fn forget(&self, names: &[&str]) {
        for name in names {
            let _ = fs::unlinkat(&self.directory, *name, AtFlags::empty());
        }
    }

    /// Whether `name` is there; it must be a regular file of ours then.
    fn expect_ours(&self, name: &str) -> Result<bool, NotPlaced> {
        let stat = match self.look(name) {
            Ok(stat) => stat,
            Err(Errno::NOENT) => return Ok(false),
            Err(reason) => return Err(self.failed("look at", name, reason)),
        };
        let what = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile if stat.st_uid == self.euid => return Ok(true),
            FileType::RegularFile => format!("owned by uid {}, not by you", stat.st_uid),
            FileType::Symlink => "a symbolic link, which is not followed".to_owned(),
            FileType::Directory => "a directory".to_owned(),
            _ => "not a regular file".to_owned(),
        };
        Err(NotPlaced::Taken(self.file(name), what))
    }

    fn look(&self, name: &str) -> rustix::io::Result<Stat> {
        fs::statat(&self.directory, name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// Writes a new file, whole, as far as the disk.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), NotPlaced> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = fs::openat(&self.directory, name, flags, PRIVATE)
            .map_err(|reason| self.failed("create", name, reason))?;
        let mut file = File::from(file);
        let written = fs::fchmod(&file, PRIVATE)
            .map_err(io::Error::from)
            .and_then(|()| file.write_all(bytes))
            .and_then(|()| file.sync_all());
        written.map_err(|reason| NotPlaced::Failed(self.step("write", name), reason))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), NotPlaced> {
        fs::renameat(&self.directory, from, &self.directory, to)
            .map_err(|reason| self.failed("put in place", to, reason))
    }

    /// The lock, once nobody else has it. Its file is removed by whoever gives it back, so what was
    /// locked must still be what has the name.
    fn locked(&self) -> Result<OwnedFd, NotPlaced> {
        let name = self.names.lock.as_str();
        let flags =
            OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let until = Instant::now() + PATIENCE;
        loop {
            // Opening what is not ours may fail in many ways, or set something in motion.
            self.expect_ours(name)?;
            let file = fs::openat(&self.directory, name, flags, Mode::RUSR | Mode::WUSR)
                .map_err(|reason| self.failed("create", name, reason))?;
            let ours = fs::fstat(&file).map_err(|reason| self.failed("look at", name, reason))?;
            match fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {
                    let there = self.look(name).ok();
                    let same =
                        |there: Stat| (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino);
                    if there.is_some_and(same) {
                        return Ok(file);
                    }
                    // Given back and removed in between.
                    continue;
                }
                Err(Errno::WOULDBLOCK | Errno::INTR) if Instant::now() < until => {
                    thread::sleep(PAUSE);
                }
                Err(Errno::WOULDBLOCK) => return Err(NotPlaced::Busy(PATIENCE)),
                Err(reason) => return Err(self.failed("lock", name, reason)),
            }
        }
    }

    fn failed(&self, verb: &str, name: &str, reason: Errno) -> NotPlaced {
        NotPlaced::Failed(self.step(verb, name), reason.into())
    }

    fn step(&self, verb: &str, name: &str) -> String {
        format!("{verb} {}", self.file(name).display())
    }
}

impl Drop for Pair {
    /// Removes the lock's file while it is still locked; waiting processes make a new one.
    fn drop(&mut self) {
        if self.lock.is_some() {
            self.forget(&[&self.names.lock]);
        }
    }
}

fn failed(step: &str, reason: Errno) -> NotPlaced {
    NotPlaced::Failed(step.to_owned(), reason.into())
}

/// Whom files belong to whose owner has no number in the user namespace: root's `/tmp` in a
/// container (user_namespaces(7)).
pub(super) const OVERFLOW_UID: u32 = 65_534;

/// As alien.py and JAliEn make keys.
const PRIVATE: Mode = Mode::RUSR;

/// How long another process is waited for. It holds the lock while it writes two small files.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(10);
