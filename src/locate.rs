//! Where credentials are looked for: makes candidates of `Env`, each with its reason. Opens no
//! file.

use std::path::{Path, PathBuf};

pub use crate::source::candidate::{
    ALICE_CAS, CaCandidate, Candidate, Location, Reason, Role, SYSTEM_CAS, SYSTEM_VOMS_DIR,
    VomsDirCandidate,
};
use crate::system::env::Env;

/// The one candidate for `role`. Its variable decides if it is set, even if it is empty; else the
/// default place does.
pub fn credential(role: Role, env: &Env) -> Candidate {
    match env.variable(role.variable()) {
        Some(value) => Candidate {
            reason: Reason::Variable(role.variable()),
            location: Location::Value(value.to_owned()),
        },
        None => Candidate { reason: Reason::Default, location: default(role, env) },
    }
}

/// The places of bearer tokens, in the order of WLCG Bearer Token Discovery. A place whose variable
/// is not set is left out.
pub fn bearer(env: &Env) -> Vec<Candidate> {
    let candidate = |reason, location| Candidate { reason, location };
    let name = format!("bt_u{}", env.euid);
    let value = env.variable("BEARER_TOKEN").map(|value| {
        candidate(Reason::Variable("BEARER_TOKEN"), Location::Value(value.to_owned()))
    });
    let named = env.variable("BEARER_TOKEN_FILE").map(|path| {
        candidate(Reason::Variable("BEARER_TOKEN_FILE"), Location::Path(PathBuf::from(path)))
    });
    let runtime = env.filled("XDG_RUNTIME_DIR").map(|directory| {
        let path = Path::new(directory).join(&name);
        candidate(Reason::Variable("XDG_RUNTIME_DIR"), Location::Path(path))
    });
    let temporary = candidate(Reason::Default, Location::Path(env.system("/tmp").join(&name)));
    [value, named, runtime, Some(temporary)].into_iter().flatten().collect()
}

/// A file named on the command line; `-` is standard input.
pub fn operand(path: &Path) -> Candidate {
    let location =
        if path == Path::new("-") { Location::Stdin } else { Location::Path(path.to_path_buf()) };
    Candidate { reason: Reason::Operand, location }
}

/// Where `role` is looked for when no variable names it.
pub fn default(role: Role, env: &Env) -> Location {
    if role == Role::Proxy {
        // Globus, VOMS and XRootD do not ask for TMPDIR.
        return Location::Path(env.system("/tmp").join(role.file_name(env.uid)));
    }
    if role.is_token() {
        return Location::Path(temporary_directory(env).join(role.file_name(env.uid)));
    }
    if role.is_host() {
        return Location::Path(env.system(SYSTEM).join(role.file_name(env.uid)));
    }
    let file = |home: &Path| Location::Path(home.join(".globus").join(role.file_name(env.uid)));
    env.home().map_or(Location::NoHome, file)
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
