//! Reads the variables that name CA certificates for other programs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::check::ca_dir::environment::{Setting, Target, VARIABLES, Variable};
use crate::load;
use crate::load::near;
use crate::locate::{CaCandidate, Reason};
use crate::parse::value::PathShape;
use crate::system::env::Env;

/// The variables that are set. None if the user named a place, because then only that place
/// matters.
pub fn settings(candidate: &CaCandidate, env: &Env) -> Vec<Setting> {
    if matches!(candidate.reason, Reason::Operand | Reason::Option(_)) {
        return Vec::new();
    }
    let set = VARIABLES.iter().filter_map(|variable| {
        let value = env.variable(variable.name)?;
        Some(setting(variable, value, candidate, env))
    });
    set.collect()
}

fn setting(
    variable: &'static Variable,
    value: &OsStr,
    candidate: &CaCandidate,
    env: &Env,
) -> Setting {
    let shape = PathShape::of(value);
    let found: Vec<(PathBuf, Target)> =
        paths(variable, value).into_iter().map(|path| (path.clone(), target(&path))).collect();
    let exists = |path: &Path| !matches!(target(path), Target::Nothing(_));
    let meant = near::value(value, None, &exists, env).cleaned.filter(|_| !shape.is_plain());
    Setting {
        variable,
        shape,
        found,
        meant,
        chosen: candidate.reason == Reason::Variable(variable.name),
    }
}

/// `SSL_CERT_DIR` is a list of directories, separated by colons.
fn paths(variable: &Variable, value: &OsStr) -> Vec<PathBuf> {
    let is_list = variable.directory && !variable.file;
    match value.to_str() {
        Some(text) if is_list => text.split(':').map(PathBuf::from).collect(),
        _ => vec![PathBuf::from(value)],
    }
}

fn target(path: &Path) -> Target {
    if load::is_directory(path) {
        return Target::Directory;
    }
    match load::readable(path) {
        Ok(facts) => Target::File { empty: facts.size == 0 },
        Err(trouble) => Target::Nothing(trouble),
    }
}
