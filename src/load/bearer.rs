//! Reads bearer tokens, and the keys of their issuers.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::load::listing::{is_readable, list};
use crate::load::{LoadError, near};
use crate::parse::bearer::jwks::Held;
use crate::parse::bearer::shape::Content;
use crate::parse::bearer::{jwks, shape};
use crate::source::candidate::{Candidate, Location, Reading};
use crate::source::near::NearValue;
use crate::system::env::Env;
use crate::text::cksum::cksum;
use crate::text::screen::may_hold_secret;
use crate::{load, locate};

/// Reads the token of a candidate.
pub fn read(candidate: Candidate) -> Reading<Content> {
    let source = match &candidate.location {
        Location::Value(value) => {
            let content = Ok(shape::look(value.as_encoded_bytes()));
            return Reading { candidate, facts: None, checksum: None, holds_secret: true, content };
        }
        Location::Path(path) if path.as_os_str().is_empty() && !candidate.is_operand() => {
            let content = Ok(Content::Empty);
            return Reading { candidate, facts: None, checksum: None, holds_secret: true, content };
        }
        _ => load::load(&candidate),
    };
    let facts = source.as_ref().ok().and_then(|source| source.file.clone());
    let (mut checksum, mut holds_secret) = (None, true);
    let content = source.map(|source| {
        let content = shape::look(&source.bytes);
        // The value may be the token itself, so it must stay as it is.
        if !matches!(content, Content::Token(_)) {
            checksum = Some(cksum(&source.bytes));
            let opens = match &content {
                Content::Empty => false,
                Content::Macaroon(_) | Content::Token(_) => true,
                Content::Other(what) => what.may_be_secret(),
            };
            holds_secret = opens || may_hold_secret(&source.bytes);
        }
        content
    });
    Reading { candidate, facts, checksum, holds_secret, content }
}

/// What lies near the file that a variable names, if it does not exist.
pub fn near(found: &Reading<Content>, env: &Env) -> Option<NearValue> {
    let is_missing = matches!(found.content, Err(LoadError::Missing(_) | LoadError::Dangling(..)));
    let path = found.candidate.path().filter(|_| is_missing && !found.candidate.is_operand())?;
    let others = locate::bearer(env).into_iter();
    let mut others = others.filter_map(|other| other.path().map(Path::to_path_buf));
    let default = others.find(|other| other != path && other.is_file());
    Some(near::value(path.as_os_str(), default, &Path::is_file, env))
}

/// Files with a token in places that discovery does not search, those of this user first: in the
/// runtime directory if its variable is not set, with the suffix that htgettoken adds for a
/// purpose, of HTCondor's credmon, of another uid, or named by another variable.
pub fn nearby(env: &Env) -> Vec<PathBuf> {
    let own = format!("bt_u{}", env.euid);
    let runtime = env.system(&format!("/run/user/{}", env.euid));
    let named = env.filled("BEARER_TOKEN_FILE").map(Path::new).and_then(Path::parent);
    let places = [env.filled("XDG_RUNTIME_DIR").map(PathBuf::from), Some(runtime)];
    let mut places: Vec<PathBuf> = places.into_iter().flatten().collect();
    places.extend(named.filter(|path| path.is_absolute()).map(Path::to_path_buf));
    places.extend([locate::temporary_directory(env), env.system("/tmp")]);
    let is_token = |name: &str| name.starts_with("bt_u");
    let mut found: Vec<PathBuf> = places.iter().flat_map(|place| list(place, &is_token)).collect();
    found.sort_by_key(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let rest = name.strip_prefix(&own).map(str::as_bytes);
        rest.map_or(2, |rest| rest.first().map_or(0, |next| 1 + u8::from(next.is_ascii_digit())))
    });
    let of_condor = |name: &str| name.ends_with(".use");
    if let Some(place) = env.filled("_CONDOR_CREDS") {
        found.extend(list(Path::new(place), &of_condor));
    }
    let of_variable = |(name, value): (&OsStr, &OsStr)| {
        let name = name.to_str()?;
        let is_token = name.contains("TOKEN") && !name.starts_with("JALIEN_");
        is_token.then(|| PathBuf::from(value)).filter(|path| path.is_absolute())
    };
    found.extend(env.variables().filter_map(of_variable));
    let known = locate::bearer(env);
    let mut seen: Vec<PathBuf> =
        known.iter().filter_map(|known| known.path().map(Path::to_path_buf)).collect();
    found.retain(|path| {
        let is_new = !seen.contains(path) && is_readable(path);
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

/// The keys of `issuer` in `place`, a file or a cache directory, and the file that was read.
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
