//! What lies near a place where nothing was found. This makes the hints of the report.

use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::load::alike;
use crate::load::listing::{is_readable, list};
use crate::parse::value;
use crate::parse::value::{Known, ValueShape};
use crate::source::candidate::{Candidate, Location, Role};
use crate::source::error::LoadError;
use crate::source::near::{BadTemporary, Near, NearValue};
use crate::source::{Source, is_named_pkcs12};
use crate::system::env::Env;
use crate::{load, locate};

/// Searches around `candidate`, which was read for `role` with the error `error`.
pub fn look(role: Role, candidate: &Candidate, error: &LoadError, env: &Env) -> Near {
    let mut near = Near::default();
    if let Location::Value(text) = &candidate.location {
        let default = match locate::default(role, env) {
            Location::Path(default) => default.is_file().then_some(default),
            _ => None,
        };
        near.value = value(text, default, &Path::is_file, env);
    }
    if let LoadError::Missing(path) = error {
        near.above = alike::above(path);
        near.alike = alike::look(role, env);
    }
    if let LoadError::Directory(path) = error {
        let inside = path.join(role.file_name(env.uid));
        near.inside = inside.is_file().then_some(inside);
    }
    if matches!(error, LoadError::NoHome) {
        near.passwd_home = load::passwd_home(env.uid, env).map(|home| {
            let there = home.join(".globus").join(role.file_name(env.uid)).is_file();
            (home, there)
        });
    }
    if let Location::Path(partner) = locate::default(role.partner(), env) {
        near.partner = partner.is_file();
    }
    if let Some(partner) = env.filled(role.partner().variable()) {
        near.partner_gone = !Path::new(partner).exists();
    }
    match role {
        Role::Proxy => {
            let other = locate::temporary_directory(env).join(role.file_name(env.uid));
            let known = error.path() == Some(&other);
            near.proxy = (!known && other.is_file()).then_some(other);
        }
        Role::TokenCert | Role::TokenKey => {
            let own = locate::temporary_directory(env);
            let named = value(own.as_os_str(), None, &|path| unusable(path).is_none(), env);
            near.temporary = temporary(env).map(|bad| (own, bad, named));
            near.python_temporary = python_temporary(env);
            near.tokens = tokens(env);
        }
        Role::HostCert | Role::HostKey => {}
        Role::UserCert | Role::UserKey => near.pkcs12 = pkcs12(env),
    }
    near
}

/// What is wrong with `$TMPDIR`, if it is set.
pub fn temporary(env: &Env) -> Option<BadTemporary> {
    unusable(Path::new(env.filled("TMPDIR")?))
}

/// Where Python, so alien.py, puts temporary files (`tempfile.gettempdir`).
pub fn python_temporary(env: &Env) -> Option<PathBuf> {
    let system = ["/tmp", "/var/tmp", "/usr/tmp"].map(|path| env.system(path));
    let mut places = named_temporary(env).chain(system);
    places.find(|path| unusable(path).is_none())
}

/// The directories that the variables of Python name.
fn named_temporary(env: &Env) -> impl Iterator<Item = PathBuf> {
    ["TMPDIR", "TEMP", "TMP"].into_iter().filter_map(|name| env.filled(name)).map(PathBuf::from)
}

fn unusable(path: &Path) -> Option<BadTemporary> {
    if !path.exists() {
        return Some(BadTemporary::Missing);
    }
    if !path.is_dir() {
        return Some(BadTemporary::NotDirectory);
    }
    let writable = rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    (!writable || is_of_kernel(path)).then_some(BadTemporary::NotWritable)
}

/// Whether it is of `/proc` or `/sys`, where nobody makes a file, root with all rights neither.
#[cfg(target_os = "linux")]
fn is_of_kernel(path: &Path) -> bool {
    /// linux/magic.h.
    const SYSFS_MAGIC: rustix::fs::FsWord = 0x6265_6572;
    let kinds = [rustix::fs::PROC_SUPER_MAGIC, SYSFS_MAGIC];
    rustix::fs::statfs(path).is_ok_and(|found| kinds.contains(&found.f_type))
}

#[cfg(not(target_os = "linux"))]
fn is_of_kernel(_: &Path) -> bool {
    false
}

/// Copies `tokenkey_<random>_<uid>_<uuid>.pem` of keys that alien.py left behind, and the
/// certificates beside them.
pub fn leftovers(env: &Env) -> Vec<PathBuf> {
    let uid = env.uid.to_string();
    let left = |name: &str| {
        let stem = name.strip_suffix(".pem").unwrap_or_default();
        let parts: Vec<&str> = stem.split('_').collect();
        matches!(parts.as_slice(), ["tokencert" | "tokenkey", _, owner, id]
            if *owner == uid && id.len() >= 32)
    };
    let mut found = list(&locate::temporary_directory(env), &left);
    // Other users who can write to /tmp can give a link or file such a name.
    found.retain(|path| {
        std::fs::symlink_metadata(path).is_ok_and(|m| m.is_file() && m.uid() == env.euid)
    });
    found
}

/// Searches near the path `text` of a variable. `fits` says whether a path can be what it should
/// name; `default` is used if it is not set.
pub fn value(
    text: &OsStr,
    default: Option<PathBuf>,
    fits: &dyn Fn(&Path) -> bool,
    env: &Env,
) -> NearValue {
    let parent = Path::new(text).parent().filter(|parent| parent.is_absolute() && parent.is_dir());
    NearValue {
        cleaned: cleaned(text, fits, env),
        default,
        parent: parent.map(Path::to_path_buf),
        here: env.directory.clone(),
    }
}

fn cleaned(text: &OsStr, fits: &dyn Fn(&Path) -> bool, env: &Env) -> Option<PathBuf> {
    let ValueShape::Path(shape) = value::look(text) else {
        return None;
    };
    let variable = |name: &str| env.filled(name).map(OsStr::to_owned);
    let known = Known { home: env.home(), uid: env.uid, variable: &variable };
    let (home, temporary) = (env.home(), locate::temporary_directory(env));
    let places = [
        home.map(Path::to_path_buf),
        home.map(|home| home.join(".globus")),
        Some(temporary),
        Some(env.system(locate::SYSTEM)),
    ];
    shape.cleaned(&known).into_iter().find_map(|path| {
        if path.is_absolute() {
            // As paths the two are the same without the `/` at the end.
            return (path.as_os_str() != text && fits(&path)).then_some(path);
        }
        // Without its oddities it may lead somewhere from here.
        let here = env.directory.iter().filter(|_| path.as_os_str() != text);
        let mut found = here.chain(places.iter().flatten()).map(|place| place.join(&path));
        found.find(|full| fits(full))
    })
}

/// Token certificates in other places or with other uids, if this user may read them and their
/// keys. On a shared machine the tokens of all users lie in /tmp.
pub fn tokens(env: &Env) -> Vec<PathBuf> {
    let own = locate::temporary_directory(env);
    let mut places: Vec<PathBuf> = beside(Role::TokenCert, env).into_iter().collect();
    places.push(own.clone());
    places.extend(named_temporary(env));
    places.extend([env.system("/tmp"), env.system("/var/tmp")]);
    places.extend(env.home().map(|home| home.join("tmp")));
    places.dedup();
    let expected = own.join(Role::TokenCert.file_name(env.uid));
    let token = |name: &str| {
        let uid = name.strip_prefix("tokencert_").and_then(|rest| rest.strip_suffix(".pem"));
        uid.is_some_and(|uid| !uid.is_empty() && uid.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut found: Vec<PathBuf> = places.iter().flat_map(|place| list(place, &token)).collect();
    found.retain(|path| *path != expected && is_readable_pair(path));
    found.dedup();
    found
}

/// Proxies that this user may read in places where no tool looks: `x509up_u` of other uids, and
/// files that were made with `-out`. Those of this user come first.
pub fn proxies(env: &Env) -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = beside(Role::Proxy, env).into_iter().collect();
    places.extend([locate::temporary_directory(env), env.system("/tmp")]);
    places.extend(env.home().into_iter().flat_map(|home| [home.into(), home.join("private")]));
    places.dedup();
    let expected = env.system("/tmp").join(Role::Proxy.file_name(env.uid));
    let named = env.variable(Role::Proxy.variable()).map(Path::new);
    let is_proxy = |name: &str| name.starts_with("x509up");
    let mut found: Vec<PathBuf> = places.iter().flat_map(|place| list(place, &is_proxy)).collect();
    found.retain(|path| *path != expected && named != Some(path) && is_readable(path));
    found.dedup();
    found.sort_by_key(|path| !path.ends_with(Role::Proxy.file_name(env.uid)));
    found
}

/// The directory that the variable of `role` names.
fn beside(role: Role, env: &Env) -> Option<PathBuf> {
    let directory = Path::new(env.filled(role.variable())?).parent()?;
    directory.is_absolute().then(|| directory.to_path_buf())
}

/// The file of the key beside a token certificate.
pub fn key_of_token(cert: &Path) -> PathBuf {
    let name = cert.file_name().and_then(OsStr::to_str).unwrap_or_default();
    cert.with_file_name(name.replacen("tokencert", "tokenkey", 1))
}

/// Whether the token certificate and its key can be read.
fn is_readable_pair(cert: &Path) -> bool {
    is_readable(cert) && is_readable(&key_of_token(cert))
}

fn pkcs12(env: &Env) -> Vec<Source> {
    let Some(home) = env.home() else {
        return Vec::new();
    };
    let places = [home.join(".globus"), home.to_path_buf(), home.join("Downloads")];
    let bundle = |name: &str| is_named_pkcs12(Path::new(name));
    let files = places.iter().flat_map(|place| list(place, &bundle));
    files.take(4).filter_map(|path| load::file(&path, false).ok()).collect()
}

/// Whether `directory` has a name that `wanted` takes.
pub fn has(directory: &Path, wanted: &dyn Fn(&str) -> bool) -> bool {
    std::fs::read_dir(directory).is_ok_and(|mut entries| {
        entries.any(|entry| entry.is_ok_and(|e| e.file_name().to_str().is_some_and(wanted)))
    })
}
