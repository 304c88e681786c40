//! The places of WLCG's bearer token discovery, and what is in them.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::load::{LoadError, near};
use crate::parse::bearer::jwks::Held;
use crate::parse::bearer::shape::Content;
use crate::parse::bearer::{jwks, shape};
use crate::source::FileFacts;
use crate::system::env::Env;
use crate::{load, locate};

/// Where a token is looked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Spot {
    /// Named on the command line; `-` is standard input.
    Operand(PathBuf),
    /// The value of `BEARER_TOKEN`.
    Variable,
    /// The file that `BEARER_TOKEN_FILE` names.
    Named(PathBuf),
    /// `$XDG_RUNTIME_DIR/bt_u$UID`.
    Runtime(PathBuf),
    /// `/tmp/bt_u$UID`.
    Temporary(PathBuf),
}

impl Spot {
    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Variable => None,
            Self::Operand(path)
            | Self::Named(path)
            | Self::Runtime(path)
            | Self::Temporary(path) => Some(path),
        }
    }

    /// The variable that leads there.
    pub fn variable(&self) -> Option<&'static str> {
        match self {
            Self::Variable => Some("BEARER_TOKEN"),
            Self::Named(_) => Some("BEARER_TOKEN_FILE"),
            Self::Runtime(_) => Some("XDG_RUNTIME_DIR"),
            Self::Operand(_) | Self::Temporary(_) => None,
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operand(path) if path.as_os_str() == "-" => f.write_str("standard input"),
            Self::Operand(path) => write!(f, "{}", path.display()),
            Self::Variable => f.write_str("$BEARER_TOKEN"),
            Self::Named(path) => write!(f, "{} (BEARER_TOKEN_FILE)", path.display()),
            Self::Runtime(path) => write!(f, "{} (XDG_RUNTIME_DIR)", path.display()),
            Self::Temporary(path) => write!(f, "{} (default)", path.display()),
        }
    }
}

/// A place that was looked at.
#[derive(Debug)]
pub struct Found {
    /// Which.
    pub spot: Spot,
    /// What the system says of the file, links followed.
    pub facts: Option<FileFacts>,
    /// What is in it, or why it cannot be read.
    pub content: Result<Content, LoadError>,
}

/// The places in their order; those left out whose variable is not set.
pub fn spots(env: &Env) -> Vec<Spot> {
    let name = format!("bt_u{}", env.euid);
    let variable = env.variable("BEARER_TOKEN").map(|_| Spot::Variable);
    let named = env.variable("BEARER_TOKEN_FILE");
    let named = named.map(|value| Spot::Named(PathBuf::from(value)));
    let runtime = env.filled("XDG_RUNTIME_DIR");
    let runtime = runtime.map(|value| Spot::Runtime(Path::new(value).join(&name)));
    let temporary = Spot::Temporary(Path::new("/tmp").join(&name));
    let all = [variable, named, runtime, Some(temporary)];
    all.into_iter().flatten().collect()
}

/// Files with a token where discovery does not come to, the own ones first: in the runtime directory
/// while the variable is not set, with the ending that htgettoken gives them for a purpose, of HTCondor's
/// credmon, of another uid, or named by another variable.
pub fn nearby(env: &Env) -> Vec<PathBuf> {
    let own = format!("bt_u{}", env.euid);
    let runtime = PathBuf::from(format!("/run/user/{}", env.euid));
    let named = env.filled("BEARER_TOKEN_FILE").map(Path::new).and_then(Path::parent);
    let places = [env.filled("XDG_RUNTIME_DIR").map(PathBuf::from), Some(runtime)];
    let mut places: Vec<PathBuf> = places.into_iter().flatten().collect();
    places.extend(named.filter(|path| path.is_absolute()).map(Path::to_path_buf));
    places.extend([locate::temporary_directory(env), PathBuf::from("/tmp")]);
    let is_token = |name: &str| name.starts_with("bt_u");
    let mut found: Vec<PathBuf> =
        places.iter().flat_map(|place| near::list(place, &is_token)).collect();
    found.sort_by_key(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let rest = name.strip_prefix(&own).map(str::as_bytes);
        rest.map_or(2, |rest| rest.first().map_or(0, |next| 1 + u8::from(next.is_ascii_digit())))
    });
    let of_condor = |name: &str| name.ends_with(".use");
    if let Some(place) = env.filled("_CONDOR_CREDS") {
        found.extend(near::list(Path::new(place), &of_condor));
    }
    let of_variable = |(name, value): (&OsStr, &OsStr)| {
        let name = name.to_str()?;
        let is_token = name.contains("TOKEN") && !name.starts_with("JALIEN_");
        is_token.then(|| PathBuf::from(value)).filter(|path| path.is_absolute())
    };
    found.extend(env.variables().filter_map(of_variable));
    let mut seen: Vec<PathBuf> =
        spots(env).iter().filter_map(|s| s.path().map(Path::to_path_buf)).collect();
    found.retain(|path| {
        let is_new = !seen.contains(path) && near::is_readable(path);
        seen.push(path.clone());
        is_new
    });
    found
}

/// Other variables that hold a token.
pub fn variables(env: &Env) -> Vec<String> {
    let holds = |(name, value): (&OsStr, &OsStr)| {
        let name = name.to_str().filter(|name| *name != "BEARER_TOKEN")?;
        let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let is_token = matches!(shape::look(value.as_bytes()), Content::Token(_));
        (is_name && is_token).then(|| name.to_owned())
    };
    env.variables().filter_map(holds).collect()
}

/// Looks at a place.
pub fn read(spot: Spot, env: &Env) -> Found {
    let source = match &spot {
        Spot::Variable => {
            let value = env.variable("BEARER_TOKEN").unwrap_or_default();
            let bytes = Zeroizing::new(value.as_bytes().to_vec());
            return Found { content: Ok(shape::look(&bytes)), facts: None, spot };
        }
        Spot::Operand(path) if path.as_os_str() == "-" => load::stdin(),
        Spot::Operand(path) => load::file(path, true),
        Spot::Named(path) if path.as_os_str().is_empty() => {
            return Found { content: Ok(Content::Empty), facts: None, spot };
        }
        Spot::Named(path) | Spot::Runtime(path) | Spot::Temporary(path) => load::file(path, false),
    };
    Found {
        facts: source.as_ref().ok().and_then(|source| source.file.clone()),
        content: source.map(|source| shape::look(&source.bytes)),
        spot,
    }
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
