//! What certok stores for a user: requests that wait for an answer, which of them were received,
//! the ledger of decisions.

use std::path::{Path, PathBuf};

use crate::check::exchange as check;
use crate::load;
use crate::load::{LoadError, exchange};
use crate::parse::exchange::digest::Digest;
use crate::parse::exchange::pending::Pending;
use crate::parse::exchange::received::Received;
use crate::report::Finding;
use crate::store::place;
use crate::system::env::Env;
use crate::text::time::{DAY, Seconds};

/// The directory of pending requests, and that of received ones.
pub(super) struct Waiting {
    directory: PathBuf,
    received: PathBuf,
}

/// Only the owner may read a pending request, because it contains a key.
const MODE: u32 = 0o600;

/// Suffix of these files.
const SUFFIX: &str = "json";

/// How long it is remembered that an answer was received: twice as long as a request may wait.
const KEPT: Seconds = Seconds(60 * DAY);

/// `$XDG_STATE_HOME/certok`, `~/.local/state/certok`.
pub(super) fn directory(env: &Env) -> Result<PathBuf, Box<Finding>> {
    // The XDG Base Directory Specification says that a relative path must be ignored.
    let named = env.filled("XDG_STATE_HOME").map(Path::new);
    let state = named.filter(|path| path.is_absolute()).map(Path::to_path_buf);
    let state = state.or_else(|| Some(env.home()?.join(".local/state")));
    state.map(|path| path.join("certok")).ok_or_else(|| {
        let message = "neither XDG_STATE_HOME nor HOME says where waiting requests are kept";
        Box::new(check::STATE.found(message))
    })
}

impl Waiting {
    pub(super) fn of(env: &Env) -> Result<Self, Box<Finding>> {
        let state = directory(env)?;
        Ok(Self {
            directory: state.join("idtoken-requests"),
            received: state.join("idtoken-received"),
        })
    }

    /// The file of the request with this digest.
    pub(super) fn path(&self, digest: Digest) -> PathBuf {
        self.directory.join(format!("{}.{SUFFIX}", digest.id()))
    }

    /// Stores a request.
    pub(super) fn keep(&self, pending: &Pending) -> Result<(), Box<Finding>> {
        let path = self.path(pending.request.digest());
        let kept = place::directories(&self.directory)
            .and_then(|()| place::create(&path, pending.text().as_bytes(), MODE));
        kept.map_err(|error| {
            let message = format!("the request cannot be kept in {}: {error}", path.display());
            Box::new(check::about(&check::STATE, &path, message))
        })
    }

    /// The pending request with this digest.
    pub(super) fn find(&self, digest: Digest, env: &Env) -> Result<Option<Pending>, Box<Finding>> {
        let found = self.read(&self.path(digest), env)?;
        Ok(found.filter(|pending| pending.request.digest() == digest))
    }

    fn read(&self, path: &Path, env: &Env) -> Result<Option<Pending>, Box<Finding>> {
        let refused = |why: &str| {
            let message = format!("{} cannot be used: {why}", path.display());
            Box::new(check::about(&check::STATE, path, message))
        };
        let source = match load::file(path, false) {
            Ok(source) => source,
            Err(LoadError::Missing(_)) => return Ok(None),
            Err(trouble) => return Err(refused(&trouble.to_string())),
        };
        let mine = source.file.as_ref();
        if mine.is_none_or(|facts| facts.owner != env.euid || facts.mode & 0o077 != 0) {
            return Err(refused("others may read or write it, or it is another's"));
        }
        let pending = Pending::parse(&source.bytes).map_err(|why| refused(&why.to_string()))?;
        Ok(Some(pending))
    }

    /// All pending requests, and why some files cannot be used.
    pub(super) fn all(&self, env: &Env) -> (Vec<Pending>, Vec<Finding>) {
        let (mut all, mut unusable) = (Vec::new(), Vec::new());
        for path in names(&self.directory, &mut unusable) {
            match self.read(&path, env) {
                Ok(pending) => all.extend(pending),
                Err(finding) => unusable.push(*finding),
            }
        }
        (all, unusable)
    }

    /// Remembers that the answer was received. If this fails, it is only not known later.
    pub(super) fn note(&self, received: &Received) {
        let path = self.received_path(received.request);
        let text = received.text();
        let _ = place::directories(&self.received)
            .and_then(|()| place::replace(&path, text.as_bytes(), MODE));
        let is_old = |old: &Received| old.at + KEPT < received.at;
        for (path, _) in self.notes().iter().filter(|(_, note)| is_old(note)) {
            let _ = place::remove(path);
        }
    }

    /// Whether the answer to the request with this digest was received.
    pub(super) fn received(&self, request: Digest) -> Option<Received> {
        let note = Self::read_note(&self.received_path(request))?;
        (note.request == request).then_some(note)
    }

    /// All received answers.
    pub(super) fn notes(&self) -> Vec<(PathBuf, Received)> {
        let paths = names(&self.received, &mut Vec::new());
        let notes = paths.into_iter().map(|path| (Self::read_note(&path), path));
        notes.filter_map(|(note, path)| Some((path, note?))).collect()
    }

    fn read_note(path: &Path) -> Option<Received> {
        Received::parse(&exchange::file(path).ok()?).ok()
    }

    fn received_path(&self, request: Digest) -> PathBuf {
        self.received.join(format!("{}.{SUFFIX}", request.id()))
    }

    /// Removes a request.
    pub(super) fn forget(&self, digest: Digest) {
        // If the file does not exist, nothing needs to be done.
        let _ = place::remove(&self.path(digest));
    }
}

fn names(directory: &Path, unusable: &mut Vec<Finding>) -> Vec<PathBuf> {
    match exchange::names(directory, "", SUFFIX) {
        Ok((paths, is_cut)) => {
            if is_cut {
                let message = format!("{} has too many files", directory.display());
                unusable.push(check::about(&check::STATE, directory, message));
            }
            paths
        }
        Err(LoadError::Missing(_)) => Vec::new(),
        Err(trouble) => {
            let message = format!("{} cannot be used: {trouble}", directory.display());
            unusable.push(check::about(&check::STATE, directory, message));
            Vec::new()
        }
    }
}
