//! Reads bearer tokens, and the keys of their issuers.

use std::path::{Path, PathBuf};

use crate::load;
use crate::load::LoadError;
use crate::parse::bearer::jwks::Held;
use crate::parse::bearer::shape::Content;
use crate::parse::bearer::{jwks, shape};
use crate::source::candidate::{Candidate, Place, Reading};

/// Reads the token of a candidate.
pub fn read(candidate: Candidate) -> Reading<Content> {
    let source = match &candidate.place {
        Place::Value(value) => {
            let content = Ok(shape::look(value.as_encoded_bytes()));
            return Reading { candidate, facts: None, content };
        }
        Place::Path(path) if path.as_os_str().is_empty() && !candidate.is_operand() => {
            return Reading { candidate, facts: None, content: Ok(Content::Empty) };
        }
        _ => load::load(&candidate),
    };
    let facts = source.as_ref().ok().and_then(|source| source.file.clone());
    let content = source.map(|source| shape::look(&source.bytes));
    Reading { candidate, facts, content }
}

/// The keys of `issuer` in `place`, a file or a cache directory; with the file that was read.
///
/// # Errors
///
/// Why it cannot be read.
pub fn keys(place: &Path, issuer: Option<&str>) -> (PathBuf, Result<Held, LoadError>) {
    let path = match (load::is_directory(place), issuer) {
        (false, _) => place.to_path_buf(),
        (true, Some(issuer)) => place.join(jwks::file_name(issuer)),
        (true, None) => return (place.to_path_buf(), Ok(Held::Miss(None))),
    };
    let held = load::file(&path, false).map(|source| jwks::look(&source.bytes, issuer));
    (path, held)
}
