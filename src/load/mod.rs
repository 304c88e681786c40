//! From `Candidate` to `Source`. This is the only room that reads files.

mod alike;
pub mod bearer;
pub mod blocks;
pub mod ca_dir;
pub mod condor;
pub mod exchange;
pub mod idtokens;
pub mod list;
mod listing;
pub mod near;
pub mod near_cas;
mod pipe;

use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io;
use std::io::{IsTerminal, Read, Seek};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, OFlags, StatVfsMountFlags};
use zeroize::Zeroizing;

use crate::load::pipe::Pipe;
use crate::parse::value;
use crate::parse::value::ValueShape;
use crate::source::candidate::{Candidate, Held, Location, Reason};
use crate::source::error::Barrier;
pub use crate::source::error::LoadError;
use crate::source::{FileFacts, Origin, Source, USER_FILES, is_descriptor, is_named_pkcs12};
use crate::system::env::Env;

/// Most bytes of one file. The largest real input is a CA bundle: Mozilla's has 230 kB, an IGTF
/// release with text has 2 MB.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Reads `candidate`.
///
/// # Errors
///
/// Why it cannot be read.
pub fn load(candidate: &Candidate) -> Result<Source, LoadError> {
    match &candidate.location {
        Location::NoHome => Err(LoadError::NoHome),
        Location::Path(path) => file(path, candidate.reason == Reason::Operand),
        Location::Stdin => stdin(),
        Location::Held(Held(source)) => Ok(source.again()),
        Location::Value(text) => value(candidate.reason, text),
    }
}

/// Reads the file `path`. Links are followed. A pipe or terminal is read only if `special`.
///
/// # Errors
///
/// Why it cannot be read.
pub fn file(path: &Path, special: bool) -> Result<Source, LoadError> {
    bounded(path, special, MAX_FILE_BYTES)
}

/// The same, for at most `limit` bytes.
///
/// # Errors
///
/// Why it cannot be read.
pub fn bounded(path: &Path, special: bool, limit: u64) -> Result<Source, LoadError> {
    let limit = limit.min(MAX_FILE_BYTES);
    let (opened, metadata) = open(path, special)?;
    if !metadata.is_file() {
        return piped(path, opened, &metadata, limit);
    }
    plain(path, opened, &metadata, limit)
}

/// Reads a regular file of at most `limit` bytes. Links are followed. If it is larger than 64 KiB,
/// the first 64 KiB are read, and the rest only if `is_promising` accepts them.
///
/// # Errors
///
/// Why it cannot be read.
pub fn promising(
    path: &Path,
    limit: u64,
    is_promising: fn(&[u8]) -> bool,
) -> Result<Source, LoadError> {
    let limit = limit.min(MAX_FILE_BYTES);
    let (opened, metadata) = open(path, false)?;
    if HEAD_BYTES < metadata.len() && metadata.len() <= limit {
        let failed = |error| unread(path, error, limit);
        let head = (&opened).take(HEAD_BYTES);
        let head = read(head, HEAD_BYTES, HEAD_BYTES).map_err(failed)?;
        if !is_promising(&head) {
            return Ok(Source {
                origin: Origin::File(path.to_path_buf()),
                bytes: head,
                file: Some(facts(path, &metadata)),
                user_files_absent: false,
                part: None,
            });
        }
        (&opened).rewind().map_err(|error| why(path, &error))?;
    }
    plain(path, opened, &metadata, limit)
}

/// Bytes that are read to decide whether the rest is needed.
const HEAD_BYTES: u64 = 64 << 10;

fn plain(path: &Path, opened: File, metadata: &Metadata, limit: u64) -> Result<Source, LoadError> {
    if metadata.len() > limit {
        return Err(LoadError::TooLarge(path.to_path_buf(), limit));
    }
    let read_only = rustix::fs::fstatvfs(&opened)
        .is_ok_and(|system| system.f_flag.contains(StatVfsMountFlags::RDONLY));
    let bytes = read(opened, metadata.len(), limit).map_err(|error| unread(path, error, limit))?;
    let is_named = !is_descriptor(path);
    let facts = is_named.then(|| {
        let (directory_owner, shared_name) = directory_of(path).unzip();
        let shared_name = shared_name.flatten();
        let facts = FileFacts { read_only, shared_name, directory_owner, ..facts(path, metadata) };
        let euid = rustix::process::geteuid().as_raw();
        let may_write = facts.owner == euid && facts.link_of_others(euid).is_none();
        let rewritable = may_write && facts.size <= MAX_WRITTEN_ANEW;
        FileFacts { rewritable, ..facts }
    });
    let beside = |name: &str| path.with_file_name(name).symlink_metadata().is_ok();
    let user_files_absent =
        is_named && is_named_pkcs12(path) && !USER_FILES.into_iter().any(beside);
    Ok(Source {
        origin: Origin::File(path.to_path_buf()),
        bytes,
        file: facts,
        user_files_absent,
        part: None,
    })
}

/// Largest file that a fix rewrites. Every credential is smaller.
const MAX_WRITTEN_ANEW: u64 = 1 << 20;

/// The owner of the directory of a name; and the owner of the name, if everybody can create names
/// in the directory.
fn directory_of(path: &Path) -> Option<(u32, Option<u32>)> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or(Path::new(".")).metadata().ok()?;
    let is_shared = directory.mode() & 0o002 != 0;
    let owner = || path.symlink_metadata().ok().map(|name| name.uid());
    Some((directory.uid(), is_shared.then(owner).flatten()))
}

/// Opens `path` and says what it is: a file; or a pipe or terminal, if `special`. Links are
/// followed.
fn open(path: &Path, special: bool) -> Result<(File, Metadata), LoadError> {
    // Opening a device may start an action, so its type is checked first.
    let before = std::fs::metadata(path).map_err(|error| why(path, &error))?;
    expect_kind(path, &before, special)?;
    let opened = crate::system::open::for_reading(CWD, path, OFlags::empty());
    let (file, metadata) = opened.map_err(|error| why(path, &error))?;
    expect_kind(path, &metadata, special)?;
    if metadata.file_type().is_char_device() && !file.is_terminal() {
        return Err(LoadError::Special(path.to_path_buf(), kind(&metadata)));
    }
    Ok((file, metadata))
}

fn expect_kind(path: &Path, metadata: &Metadata, special: bool) -> Result<(), LoadError> {
    let file = metadata.file_type();
    if file.is_dir() {
        return Err(LoadError::Directory(path.to_path_buf()));
    }
    let is_read = special && (file.is_fifo() || file.is_char_device());
    if file.is_file() || is_read {
        return Ok(());
    }
    Err(LoadError::Special(path.to_path_buf(), kind(metadata)))
}

/// Reads a pipe or terminal. Mode and owner of a pipe say nothing about its content.
fn piped(path: &Path, opened: File, metadata: &Metadata, limit: u64) -> Result<Source, LoadError> {
    let is_fifo = metadata.file_type().is_fifo();
    let nothing = || match is_fifo {
        true => LoadError::Special(path.to_path_buf(), "a pipe that no process writes to"),
        false => LoadError::Special(path.to_path_buf(), "a terminal where nothing was typed"),
    };
    let bytes = read(Pipe::of(opened, is_fifo), 0, limit).map_err(|error| match error {
        Some(error) if error.kind() == io::ErrorKind::TimedOut => nothing(),
        error => unread(path, error, limit),
    })?;
    // The writer has closed the pipe without writing: this is an empty input.
    if bytes.is_empty() && !is_fifo {
        return Err(nothing());
    }
    Ok(Source {
        origin: Origin::File(path.to_path_buf()),
        bytes,
        file: None,
        user_files_absent: false,
        part: None,
    })
}

/// Why not all was read. No error means that it was too large.
fn unread(path: &Path, error: Option<io::Error>, limit: u64) -> LoadError {
    match error {
        Some(error) => why(path, &error),
        None => LoadError::TooLarge(path.to_path_buf(), limit),
    }
}

/// Reads a file whose facts are known, as a regular file. This saves one system call per file, and
/// a directory has a thousand.
fn looked_at(path: &Path, before: &FileFacts, limit: u64) -> Result<Source, LoadError> {
    let opened = crate::system::open::for_reading(CWD, path, OFlags::empty());
    let (opened, metadata) = opened.map_err(|error| why(path, &error))?;
    expect_kind(path, &metadata, false)?;
    let bytes =
        stated(opened, metadata.len(), limit).map_err(|error| unread(path, error, limit))?;
    Ok(Source {
        origin: Origin::File(path.to_path_buf()),
        bytes,
        file: Some(facts_of(&metadata, before.link_target.clone())),
        user_files_absent: false,
        part: None,
    })
}

/// Reads as many bytes as the facts say, without asking for more.
fn stated(
    mut input: File,
    length: u64,
    limit: u64,
) -> Result<Zeroizing<Vec<u8>>, Option<io::Error>> {
    let size = usize::try_from(length).map_err(|_| None)?;
    if length > limit {
        return Err(None);
    }
    // Some special files have size 0.
    if size == 0 {
        return read(input, 0, limit);
    }
    let mut bytes = Zeroizing::new(vec![0; size]);
    match input.read_exact(&mut bytes) {
        Ok(()) => Ok(bytes),
        // The file became shorter meanwhile.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            input.rewind().map_err(Some)?;
            read(input, length, limit)
        }
        Err(error) => Err(Some(error)),
    }
}

/// What the system says of `path`. Links are followed.
pub fn file_facts(path: &Path) -> Option<FileFacts> {
    std::fs::metadata(path).ok().map(|metadata| facts(path, &metadata))
}

/// Checks that the file `path` can be opened for reading, and returns its facts. A pipe or device
/// is not opened.
///
/// # Errors
///
/// Why it cannot be opened.
pub fn readable(path: &Path) -> Result<FileFacts, LoadError> {
    let (_, metadata) = open(path, false)?;
    Ok(facts(path, &metadata))
}

/// Whether `path` exists. Links are followed.
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// Whether `path` is a directory. Links are followed.
pub fn is_directory(path: &Path) -> bool {
    path.is_dir()
}

/// Whether `path` is a file. Links are followed.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// What the system says of the name `path` itself. Links are not followed.
pub fn link_facts(path: &Path) -> Option<FileFacts> {
    std::fs::symlink_metadata(path).ok().map(|metadata| facts(path, &metadata))
}

/// The home directory of `uid` in /etc/passwd. Asking a name service would need a socket.
pub fn passwd_home(uid: u32, env: &Env) -> Option<PathBuf> {
    passwd_field(env, |fields| fields.get(2).is_some_and(|field| field.parse() == Ok(uid)))
}

/// The home directory of the user `name` in /etc/passwd.
pub fn passwd_home_of(name: &str, env: &Env) -> Option<PathBuf> {
    passwd_field(env, |fields| fields.first() == Some(&name))
}

fn passwd_field(env: &Env, is_wanted: impl Fn(&[&str]) -> bool) -> Option<PathBuf> {
    let source = file(&env.system("/etc/passwd"), false).ok()?;
    let text = String::from_utf8_lossy(&source.bytes).into_owned();
    let mut entries = text.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let entry = entries.find(|fields| is_wanted(fields))?;
    entry.get(5).map(PathBuf::from)
}

fn stdin() -> Result<Source, LoadError> {
    let bytes = read(io::stdin().lock(), 0, MAX_FILE_BYTES)
        .map_err(|error| unread(Path::new("-"), error, MAX_FILE_BYTES))?;
    Ok(Source { origin: Origin::Stdin, bytes, file: None, user_files_absent: false, part: None })
}

/// JAliEn and alien.py also try the value as a file first.
fn value(reason: Reason, text: &OsStr) -> Result<Source, LoadError> {
    let shape = value::look(text);
    match (&shape, reason) {
        (ValueShape::InlinePem, Reason::Variable(name)) => {
            // White space around the value does not belong to the PEM.
            let bytes = Zeroizing::new(text.as_encoded_bytes().trim_ascii().to_vec());
            Ok(Source {
                origin: Origin::Variable(name),
                bytes,
                file: None,
                user_files_absent: false,
                part: None,
            })
        }
        (ValueShape::Path(_), _) if !may_be_path(text) => Err(LoadError::Value),
        (ValueShape::Path(_) | ValueShape::NullWord(_), _) => match file(Path::new(text), false) {
            Err(LoadError::Missing(_)) if matches!(shape, ValueShape::NullWord(_)) => {
                Err(LoadError::Value)
            }
            answer => answer,
        },
        _ => Err(LoadError::Value),
    }
}

/// Whether a file system could have such a path. A longer value may be a part of a key (base64
/// contains slashes), and is never repeated.
fn may_be_path(text: &OsStr) -> bool {
    let bytes = text.as_encoded_bytes();
    let names = bytes.split(|&b| b == b'/').all(|name| name.len() <= MAX_NAME_BYTES);
    names && (bytes.trim_ascii_start().starts_with(b"/") || bytes.len() <= MAX_NAME_BYTES)
}

/// `NAME_MAX` of Linux and macOS.
const MAX_NAME_BYTES: usize = 255;

/// Reads to the end into one buffer. It never moves while it holds a key, so no copy is left.
/// `Err(None)` means too large.
fn read(
    input: impl Read,
    expected: u64,
    limit: u64,
) -> Result<Zeroizing<Vec<u8>>, Option<io::Error>> {
    // The whole buffer is wiped at the end, so spare room is added only if the size is unknown.
    let capacity = match usize::try_from(expected.min(limit)) {
        Ok(0) | Err(_) => 1 << 13,
        Ok(length) => length,
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity + 1));
    input.take(limit + 1).read_to_end(&mut bytes).map_err(Some)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > limit { Err(None) } else { Ok(bytes) }
}

/// The topmost directory on the way to `path` that may not be entered.
fn closed_above(path: &Path) -> Option<Barrier> {
    let mut above: Vec<&Path> = path.ancestors().skip(1).filter(|p| *p != Path::new("")).collect();
    above.reverse();
    let enter = rustix::fs::Access::EXEC_OK;
    let closed = above.into_iter().find(|path| rustix::fs::access(*path, enter).is_err())?;
    Some(Barrier { path: closed.to_path_buf(), facts: file_facts(closed)? })
}

fn why(path: &Path, error: &io::Error) -> LoadError {
    let path = path.to_path_buf();
    match error.kind() {
        // A name that is too long, or has a file in place of a directory, does not exist.
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename => {
            match std::fs::read_link(&path) {
                Ok(target) => LoadError::Dangling(path, target),
                Err(_) => LoadError::Missing(path),
            }
        }
        io::ErrorKind::PermissionDenied => {
            let facts = file_facts(&path).or_else(|| link_facts(&path));
            let file = facts.map(|facts| Barrier { path: path.clone(), facts });
            let barrier = file.or_else(|| closed_above(&path));
            LoadError::Denied(path, barrier.map(Box::new))
        }
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            LoadError::LinkLoop(path)
        }
        _ if error.raw_os_error() == Some(rustix::io::Errno::NAMETOOLONG.raw_os_error()) => {
            LoadError::Missing(path)
        }
        _ => LoadError::Other(path, error.to_string()),
    }
}

fn facts(path: &Path, metadata: &Metadata) -> FileFacts {
    facts_of(metadata, std::fs::read_link(path).ok())
}

fn facts_of(metadata: &Metadata, link_target: Option<PathBuf>) -> FileFacts {
    FileFacts {
        mode: metadata.mode() & 0o7777,
        owner: metadata.uid(),
        group: metadata.gid(),
        size: metadata.len(),
        identity: (metadata.dev(), metadata.ino()),
        links: metadata.nlink(),
        link_target,
        read_only: false,
        shared_name: None,
        directory_owner: None,
        rewritable: false,
    }
}

fn kind(metadata: &Metadata) -> &'static str {
    let kind = metadata.file_type();
    if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(test)]
mod tests;
