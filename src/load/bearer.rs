//! The places of WLCG's bearer token discovery, and what is in them.

use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::load;
use crate::load::LoadError;
use crate::parse::bearer::jwks::Held;
use crate::parse::bearer::shape::Content;
use crate::parse::bearer::{jwks, shape};
use crate::source::FileFacts;
use crate::system::env::Env;

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
    let temporary = Spot::Temporary(env.system("/tmp").join(&name));
    let all = [variable, named, runtime, Some(temporary)];
    all.into_iter().flatten().collect()
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
