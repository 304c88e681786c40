//! Where credentials are looked for: makes candidates of `Env`, each with its reason. Opens no
//! file.

pub mod environment;

use std::path::{Path, PathBuf};

pub use crate::source::candidate::{
    ALICE_CAS, CaCandidate, Candidate, Location, Reason, Role, SYSTEM_CAS, SYSTEM_VOMS_DIR,
    VomsDirCandidate,
};
use crate::source::place::{BEARER, Directory, Spot, file_name};
use crate::system::env::Env;

/// The candidates for `role`, best first, at least one. If a variable names a place, only the first
/// that does counts, even if it is empty; else the usual places do.
pub fn credential(role: Role, env: &Env) -> Vec<Candidate> {
    let (named, usual): (Vec<Spot>, Vec<Spot>) =
        role.places().iter().partition(|spot| spot.variable().is_some());
    match named.iter().find_map(|spot| candidate(*spot, env)) {
        Some(named) => vec![named],
        None => candidates(&usual, env),
    }
}

/// The candidates for a bearer token, best first.
pub fn bearer(env: &Env) -> Vec<Candidate> {
    candidates(BEARER, env)
}

/// A candidate for each of the places that this environment has.
pub fn candidates(spots: &[Spot], env: &Env) -> Vec<Candidate> {
    spots.iter().filter_map(|spot| candidate(*spot, env)).collect()
}

/// The candidate for one place. None if a variable that it needs is not set.
fn candidate(spot: Spot, env: &Env) -> Option<Candidate> {
    let (reason, location) = match spot {
        Spot::File(directory, name) => {
            let reason = match directory {
                Directory::Of(variable) => Reason::Variable(variable),
                _ => Reason::Default,
            };
            (reason, file(directory, name, env)?)
        }
        Spot::Named(name) => {
            (Reason::Variable(name), Location::Path(PathBuf::from(env.variable(name)?)))
        }
        Spot::Value(name) => {
            (Reason::Variable(name), Location::Value(env.variable(name)?.to_owned()))
        }
    };
    Some(Candidate { reason, location })
}

/// The file `name` in `directory`. None if a variable that it needs is not set.
fn file(directory: Directory, name: &str, env: &Env) -> Option<Location> {
    let folder = match directory {
        Directory::At(path) => env.system(path),
        Directory::Home(folder) => match env.home() {
            Some(home) => home.join(folder),
            None => return Some(Location::NoHome),
        },
        Directory::Of(variable) => PathBuf::from(env.filled(variable)?),
        Directory::Temporary => temporary_directory(env),
    };
    Some(Location::Path(folder.join(file_name(name, env.uid, env.euid))))
}

/// A file named on the command line; `-` is standard input.
pub fn operand(path: &Path) -> Candidate {
    let location =
        if path == Path::new("-") { Location::Stdin } else { Location::Path(path.to_path_buf()) };
    Candidate { reason: Reason::Operand, location }
}

/// Where `role` is looked for first when no variable names it.
pub fn default(role: Role, env: &Env) -> Location {
    let mut usual = role.places().iter().filter(|spot| spot.variable().is_none());
    let first = usual.find_map(|spot| candidate(*spot, env));
    first.map_or(Location::NoHome, |first| first.location)
}

/// Where the grid software of a machine has its credentials and CAs.
pub const SYSTEM: &str = "/etc/grid-security";

/// `${TMPDIR:-/tmp}`.
pub fn temporary_directory(env: &Env) -> PathBuf {
    env.filled("TMPDIR").map_or_else(|| env.system("/tmp"), PathBuf::from)
}

/// The options that name CA certificates.
#[derive(Clone, Debug, Default)]
pub struct CaOptions {
    /// `--ca-dir`.
    pub directory: Option<PathBuf>,
    /// `--ca-file`.
    pub file: Option<PathBuf>,
}

/// In which order the default CA directories are searched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CaSearch {
    /// As alien.py does, for tokens: ALICE's directory first.
    AlienPy,
    /// As Globus does: the user's own directory first.
    Globus,
}

impl CaSearch {
    /// The order of the tools that use such a credential.
    pub fn of(role: Role) -> Self {
        if role.is_token() { Self::AlienPy } else { Self::Globus }
    }

    /// The order of the other tools.
    pub fn other(self) -> Self {
        match self {
            Self::AlienPy => Self::Globus,
            Self::Globus => Self::AlienPy,
        }
    }
}

/// Where CA certificates are looked for. If an option or a variable names a place, only that one,
/// usable or not; else the default places, best first.
pub fn ca(options: &CaOptions, search: CaSearch, env: &Env) -> Vec<CaCandidate> {
    let one = |reason, path: PathBuf, bundle| vec![CaCandidate { reason, path, bundle }];
    if let Some(path) = &options.directory {
        return one(Reason::Option("--ca-dir"), path.clone(), false);
    }
    if let Some(path) = &options.file {
        return one(Reason::Option("--ca-file"), path.clone(), true);
    }
    for (name, bundle) in [("X509_CERT_DIR", false), ("X509_CERT_FILE", true)] {
        if let Some(value) = env.variable(name) {
            return one(Reason::Variable(name), PathBuf::from(value), bundle);
        }
    }
    let home = env.home().map(|home| home.join(".globus/certificates"));
    let (alice, system) = (Some(env.system(ALICE_CAS)), Some(env.system(SYSTEM_CAS)));
    let order = match search {
        CaSearch::AlienPy => [alice, system, home],
        CaSearch::Globus => [home, system, alice],
    };
    let candidate = |path| CaCandidate { reason: Reason::Default, path, bundle: false };
    order.into_iter().flatten().map(candidate).collect()
}

/// Where VOMS servers are looked up: `option` (`--vomsdir`), else `X509_VOMS_DIR`, else the
/// default. As in both VOMS libraries, a place that is named counts even if it is not usable.
pub fn voms_dir(option: Option<&Path>, env: &Env) -> VomsDirCandidate {
    let variable = env.variable("X509_VOMS_DIR");
    let (reason, path) = match (option, variable) {
        (Some(path), _) => (Reason::Option("--vomsdir"), path.to_path_buf()),
        (None, Some(value)) => (Reason::Variable("X509_VOMS_DIR"), PathBuf::from(value)),
        (None, None) => (Reason::Default, env.system(SYSTEM_VOMS_DIR)),
    };
    VomsDirCandidate { reason, path }
}
