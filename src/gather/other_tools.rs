//! Where other tools look, if that is another place.

use std::path::PathBuf;

use crate::gather::credential::CredentialFile;
use crate::gather::options::TrustOptions;
use crate::load::near;
use crate::locate::CaSearch;
use crate::source::Origin;
use crate::source::candidate::{CaCandidate, Reason, Role};
use crate::system::env::Env;
use crate::{load, locate};

/// One line for each tool that reads this half from another place, or does not read it.
pub fn credential(half: &CredentialFile, env: &Env) -> Vec<String> {
    if half.role == Role::Proxy {
        return proxy(half, env);
    }
    let origin = half.found().map(|read| &read.source.origin);
    if matches!(origin, Some(Origin::Variable(_))) && !half.role.is_token() {
        return vec!["Globus and alien.py take the variable as a path".to_owned()];
    }
    if half.candidate.reason != Reason::Default {
        return Vec::new();
    }
    let file = half.role.file_name(env.uid);
    if half.role.is_token() {
        return token(&file, env);
    }
    let passwd = load::passwd_home(env.uid, env);
    let other = passwd.filter(|home| Some(home.as_path()) != env.home());
    let line = |home: PathBuf| {
        let place = home.join(".globus").join(&file);
        format!("Globus and voms-proxy-init 3: {} (home of /etc/passwd)", place.display())
    };
    other.map(line).into_iter().collect()
}

/// Only arcproxy uses `TMPDIR`. Only xrdgsiproxy info ignores the variable.
fn proxy(half: &CredentialFile, env: &Env) -> Vec<String> {
    let file = half.role.file_name(env.uid);
    let own = locate::temporary_directory(env);
    match half.candidate.reason {
        Reason::Variable(_) => vec![format!("xrdgsiproxy info: /tmp/{file}")],
        Reason::Default if own != env.system("/tmp") => {
            vec![format!("arcproxy: {}", own.join(file).display())]
        }
        _ => Vec::new(),
    }
}

fn token(file: &str, env: &Env) -> Vec<String> {
    let own = locate::temporary_directory(env);
    let mut lines = Vec::new();
    if own != env.system("/tmp") {
        lines.push(format!("JAliEn (Java): /tmp/{file}, it does not know TMPDIR"));
    }
    if let Some(python) = near::python_temporary(env).filter(|python| *python != own) {
        let why = "it takes TMPDIR, TEMP, TMP or /tmp, where it may write";
        lines.push(format!("alien.py: {}, {why}", python.join(file).display()));
    }
    lines
}

/// The CA directory that the other group of tools uses by default.
pub fn ca(
    chosen: &CaCandidate,
    options: &TrustOptions,
    search: CaSearch,
    env: &Env,
) -> Vec<String> {
    if chosen.reason != Reason::Default {
        return Vec::new();
    }
    let other = locate::ca(&options.ca, search.other(), env);
    let found = other.into_iter().find(|c| load::file_facts(&c.path).is_some());
    let name = match search.other() {
        CaSearch::AlienPy => "alien.py",
        CaSearch::Globus => "Globus",
    };
    let line = |c: CaCandidate| format!("{name}: {}", c.path.display());
    found.filter(|c| c.path != chosen.path).map(line).into_iter().collect()
}
