//! Files and variables whose names are almost those that are looked for.

use std::path::{Path, PathBuf};

use crate::load::listing::{is_readable, list};
use crate::locate;
use crate::source::candidate::{Location, Role};
use crate::source::near::{Above, Alike};
use crate::system::env::Env;

/// Variables that are taken for others, and the credential that they should name.
const VARIABLES: &[(&str, Role)] = &[
    ("X509_PROXY", Role::Proxy),
    ("X509_USERPROXY", Role::Proxy),
    ("X509_PROXY_FILE", Role::Proxy),
    ("XrdSecGSIUSERPROXY", Role::Proxy),
    ("X509_CERT", Role::UserCert),
    ("X509_USERCERT", Role::UserCert),
    ("XrdSecGSIUSERCERT", Role::UserCert),
    ("X509_KEY", Role::UserKey),
    ("X509_USERKEY", Role::UserKey),
    ("XrdSecGSIUSERKEY", Role::UserKey),
];

/// What has almost the name of `role`: a variable, or a file beside the default place.
pub(super) fn look(role: Role, env: &Env) -> Option<Alike> {
    let mut known = VARIABLES.iter().filter(|(_, other)| *other == role);
    let named = known.find_map(|(name, _)| {
        let path = PathBuf::from(env.filled(name)?);
        let is_usable = path.is_absolute() && is_readable(&path);
        is_usable.then_some(Alike { path, variable: Some(name) })
    });
    named.or_else(|| beside(role, env).map(|path| Alike { path, variable: None }))
}

fn beside(role: Role, env: &Env) -> Option<PathBuf> {
    let Location::Path(default) = locate::default(role, env) else {
        return None;
    };
    if !matches!(role, Role::UserCert | Role::UserKey) {
        return None;
    }
    let wanted = role.file_name(env.uid);
    let stem = wanted.strip_suffix(".pem").unwrap_or(&wanted);
    let is_alike = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        let name = name.strip_suffix(".txt").unwrap_or(&name);
        let end = name.strip_prefix(stem);
        end.is_some_and(|end| matches!(end, "" | ".pem" | ".crt" | ".cer" | ".cert" | ".key"))
    };
    let own = default.parent().map(Path::to_path_buf);
    let other = env.home().map(|home| home.join("globus"));
    let places = own.into_iter().chain(other);
    let mut found = places.flat_map(|place| list(&place, &is_alike));
    found.find(|path| *path != default && is_readable(path))
}

/// What stands where a directory above `path` should be.
pub(super) fn above(path: &Path) -> Option<Above> {
    let mut above = path.ancestors().skip(1).filter(|path| path.is_absolute());
    let path = above.find(|path| std::fs::symlink_metadata(path).is_ok())?;
    if path.is_dir() || (path.exists() && !path.is_file()) {
        return None;
    }
    let target = if path.exists() { None } else { std::fs::read_link(path).ok() };
    Some(Above { path: path.to_path_buf(), target })
}
