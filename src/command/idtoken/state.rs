//! What certok keeps of a user: the requests that wait for an answer, the ledger of decisions.

use std::path::Path;
use std::path::PathBuf;

use crate::check::exchange as check;
use crate::env::Env;
use crate::load;
use crate::load::Trouble;
use crate::load::exchange;
use crate::parse::exchange::digest::Code;
use crate::parse::exchange::digest::Digest;
use crate::parse::exchange::pending::Pending;
use crate::report::Finding;
use crate::store::place;

/// The directory of requests that wait.
pub(super) struct Waiting {
    directory: PathBuf,
}

/// A request's own file is for its owner alone.
const MODE: u32 = 0o600;

/// `$XDG_STATE_HOME/certok`, `~/.local/state/certok`.
pub(super) fn directory(env: &Env) -> Result<PathBuf, Box<Finding>> {
    // A relative one is to be ignored, says the XDG Base Directory Specification.
    let named = env.filled("XDG_STATE_HOME").map(Path::new);
    let state = named
        .filter(|path| path.is_absolute())
        .map(Path::to_path_buf);
    let state = state.or_else(|| Some(env.home()?.join(".local/state")));
    state.map(|path| path.join("certok")).ok_or_else(|| {
        let message = "neither XDG_STATE_HOME nor HOME says where waiting requests are kept";
        Box::new(check::STATE.found(message))
    })
}

impl Waiting {
    pub(super) fn of(env: &Env) -> Result<Self, Box<Finding>> {
        let directory = directory(env)?.join("idtoken-requests");
        Ok(Self { directory })
    }

    /// Where the request of this digest is kept.
    pub(super) fn path(&self, digest: Digest) -> PathBuf {
        self.directory.join(format!("{}.json", digest.code()))
    }

    /// Keeps a request.
    pub(super) fn keep(&self, pending: &Pending) -> Result<(), Box<Finding>> {
        let path = self.path(pending.request.digest());
        let kept = place::directories(&self.directory)
            .and_then(|()| place::create(&path, pending.text().as_bytes(), MODE));
        kept.map_err(|error| {
            let message = format!("the request cannot be kept in {}: {error}", path.display());
            Box::new(check::about(&check::STATE, &path, message))
        })
    }

    /// The request of this digest, if it waits.
    pub(super) fn find(&self, digest: Digest, env: &Env) -> Result<Option<Pending>, Box<Finding>> {
        let path = self.path(digest);
        let refused = |why: &str| {
            let message = format!("{} cannot be used: {why}", path.display());
            Box::new(check::about(&check::STATE, &path, message))
        };
        let source = match load::file(&path, false) {
            Ok(source) => source,
            Err(Trouble::Missing(_)) => return Ok(None),
            Err(trouble) => return Err(refused(&trouble.to_string())),
        };
        let mine = source.file.as_ref();
        if mine.is_none_or(|facts| facts.owner != env.euid || facts.mode & 0o077 != 0) {
            return Err(refused("others may read or write it, or it is another's"));
        }
        let pending = Pending::parse(&source.bytes).map_err(|why| refused(&why.to_string()))?;
        Ok(Some(pending).filter(|pending| pending.request.digest() == digest))
    }

    /// The requests that wait, by their ids.
    pub(super) fn ids(&self) -> Vec<Code> {
        let (paths, _) = exchange::names(&self.directory, "json").unwrap_or_default();
        let stems = paths.iter().filter_map(|path| path.file_stem()?.to_str());
        stems.filter_map(Code::parse).collect()
    }

    /// Forgets a request.
    pub(super) fn forget(&self, digest: Digest) {
        // What is not there need not go.
        let _ = place::remove(&self.path(digest));
    }
}
