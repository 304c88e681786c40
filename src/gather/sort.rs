//! What kind of thing an operand is.

use std::path::Path;
use std::sync::Arc;

use crate::gather::folder;
use crate::gather::folder::Folder;
use crate::load;
use crate::load::LoadError;
use crate::parse::kind::Kind;
use crate::source::candidate::{Candidate, Held, Location};

/// An operand, and what it is.
pub struct Sorted {
    /// With its content, so that it is read only once.
    pub candidate: Candidate,
    /// What it is.
    pub thing: Thing,
}

/// What an operand is.
pub enum Thing {
    /// A directory.
    Folder(Folder),
    /// A file.
    File(Kind),
    /// It could not be read.
    Unread(LoadError),
}

/// Reads `candidate` and says what it is.
pub fn sort(candidate: &Candidate) -> Sorted {
    let unread = |error| Sorted { candidate: candidate.clone(), thing: Thing::Unread(error) };
    if let Some(path) = candidate.path().filter(|path| load::is_directory(path)) {
        return match folder::look(path) {
            Ok(folder) => Sorted { candidate: candidate.clone(), thing: Thing::Folder(folder) },
            Err(error) => unread(error),
        };
    }
    match load::load(candidate) {
        Ok(source) => {
            let kind = match (Kind::of(&source.bytes), source.part) {
                // Certificates behind a block of a bundle are only helpers.
                (Kind::CaBundle, Some(_)) => Kind::CaCertificate,
                (kind, _) => kind,
            };
            let thing = Thing::File(kind);
            let location = Location::Held(Held(Arc::new(source)));
            Sorted { candidate: Candidate { location, ..candidate.clone() }, thing }
        }
        Err(error) => unread(error),
    }
}

/// The operand, for the screen.
pub fn shown(candidate: &Candidate) -> String {
    candidate.path().map_or_else(|| "-".to_owned(), |path: &Path| path.display().to_string())
}
