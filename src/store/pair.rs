//! Replaces a certificate and its key: both, or none.
//!
//! Two files cannot be replaced in one step, so the order decides what other processes see. First
//! the name of the old certificate is removed, then the new key is put in place, then the new
//! certificate. So there are never two halves that do not belong together, even if the process is
//! killed. For some microseconds there is a key without a certificate, which readers take as "no
//! token". A reader that read the old certificate before and the key after it has two halves that
//! do not match, and must read again.

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

/// The place of a pair. While this exists, no other certok changes it.
#[derive(Debug)]
pub struct Pair {
    directory: OwnedFd,
    path: PathBuf,
    names: Names,
    euid: u32,
    /// The locked file; `None` before it is locked.
    lock: Option<OwnedFd>,
    /// Whether the group of the directory may replace files in it.
    pub open_to_group: bool,
    /// The owner of the directory, if it is another user. This user may replace files in it even if
    /// it is sticky.
    pub owner: Option<u32>,
}

/// The file names of a pair.
#[derive(Clone, Debug)]
pub struct Names {
    /// The certificate's.
    pub cert: String,
    /// The key's.
    pub key: String,
    /// The name of the lock file.
    pub lock: String,
}

impl Names {
    /// The name of a half until it is complete. It is fixed, so that the next process finds what a
    /// killed one left.
    fn new_of(name: &str) -> String {
        format!(".{name}.new")
    }

    /// The name of the old certificate until the new one is in place.
    fn old(&self) -> String {
        format!(".{}.old", self.cert)
    }
}

impl Pair {
    /// Opens `directory`, which must not be writable for everybody, and waits for the lock.
    ///
    /// # Errors
    ///
    /// Why it cannot be used.
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

    /// The path of a half.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Puts both halves in place with mode 0400, whatever the umask.
    ///
    /// # Errors
    ///
    /// Why they were not put in place.
    pub fn put(self, cert: &[u8], key: &[u8]) -> Result<(), NotPlaced> {
        signals::hold().map_err(|reason| NotPlaced::Failed("hold signals back".into(), reason))?;
        let done = self.exchange(cert, key);
        // Releases the lock.
        drop(self);
        if let Some(signal) = signals::release() {
            // Now that nothing is half done, the signal may end the process.
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
            // The old certificate does not belong to the new key.
            self.forget(&[key_name, &new_cert, &old]);
            return Err(NotPlaced::Lost(step, reason));
        }
        self.forget(&[&old]);
        // Some file systems cannot. Then the new names may be lost if power fails.
        let _ = fs::fsync(&self.directory);
        Ok(())
    }

    /// Removes a file with a name that only certok uses, which a killed process left.
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

    /// Whether `name` exists. If so, it must be a regular file of this user.
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

    /// Writes a new file completely, and to disk.
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

    /// Waits for the lock. The process that releases it removes the lock file, so the locked file
    /// must still have the name.
    fn locked(&self) -> Result<OwnedFd, NotPlaced> {
        let name = self.names.lock.as_str();
        let flags =
            OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let until = Instant::now() + PATIENCE;
        loop {
            // If it is not ours, opening it may fail in many ways, or start an action.
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
                    // It was released and removed meanwhile.
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
    /// Removes the lock file while it is locked. Waiting processes make a new one.
    fn drop(&mut self) {
        if self.lock.is_some() {
            self.forget(&[&self.names.lock]);
        }
    }
}

fn failed(step: &str, reason: Errno) -> NotPlaced {
    NotPlaced::Failed(step.to_owned(), reason.into())
}

/// The owner of files whose real owner has no number in the user namespace, such as root's `/tmp`
/// in a container (user_namespaces(7)).
pub(super) const OVERFLOW_UID: u32 = 65_534;

/// The mode of keys, as alien.py and JAliEn set it.
const PRIVATE: Mode = Mode::RUSR;

/// How long to wait for another process. It holds the lock only while it writes two small files.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(10);
