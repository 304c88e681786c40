//! What lies near a place of CA certificates that is of no use.

use std::path::{Path, PathBuf};

use crate::load::near;
use crate::locate;
use crate::locate::{CaCandidate, CaOptions, CaSearch, Reason};
use crate::parse::ca_dir::EntryName;
use crate::source::near::NearCas;
use crate::system::env::Env;

/// Searches around `candidate`, for the tools that search as `search` says.
pub fn look(candidate: &CaCandidate, search: CaSearch, env: &Env) -> NearCas {
    let path = candidate.path.as_path();
    let without = match candidate.reason {
        Reason::Variable(name) => env.clone().with(name, None),
        _ => env.clone(),
    };
    let others = locate::ca(&CaOptions::default(), search, &without).into_iter();
    let mut others = others.filter(|other| other.path != path);
    let default = match candidate.reason {
        // If the variable is unset, the first of the default places that exists is used.
        Reason::Variable(_) => {
            let first = others.find(|other| other.path.exists());
            first.filter(
                |other| if other.bundle { other.path.is_file() } else { has_cas(&other.path) },
            )
        }
        _ => others.find(|other| !other.bundle && has_cas(&other.path)),
    };
    let fits = |path: &Path| if candidate.bundle { path.is_file() } else { has_cas(path) };
    let default = default.map(|other| other.path);
    NearCas {
        value: near::value(path.as_os_str(), default, &fits, env),
        inside: if candidate.bundle { None } else { inside(path) },
    }
}

/// The CA directory in a directory, by its usual names, or that of a file.
fn inside(path: &Path) -> Option<PathBuf> {
    let below = ["certificates", "grid-security/certificates"].map(|name| path.join(name));
    let around = path.parent().filter(|_| path.is_file() && path.is_absolute());
    let mut places = below.into_iter().chain(around.map(Path::to_path_buf));
    places.find(|place| has_cas(place))
}

/// Whether it is a directory in which a lookup by hash can find something.
fn has_cas(directory: &Path) -> bool {
    near::has(directory, &|name| matches!(EntryName::parse(name), EntryName::Certificate { .. }))
}
