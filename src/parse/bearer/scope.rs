//! Capabilities: what a scope permits, and for which paths (WLCG Common JWT Profiles 1.3, SciTokens
//! 2.0).

use std::fmt;

use crate::parse::bearer::profile::Profile;
use crate::parse::idtoken::scope::Level;
use crate::text::hex;

/// A scope that permits an operation, perhaps only below a path. If the scope belongs to no
/// profile, its whole text is the operation and is compared exactly.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Capability {
    /// `storage.read`, `compute.create`, `write`.
    pub operation: String,
    /// The path. None if there was no colon.
    pub path: Option<Result<ScopePath, BadPath>>,
}

/// An absolute path, decoded and normalised.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScopePath {
    segments: Vec<String>,
    /// Whether it ends with a slash, so that only a directory is meant.
    is_directory: bool,
}

/// Why the path of a scope is not usable.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BadPath {
    /// Nothing behind the colon.
    Empty,
    /// Not absolute.
    Relative,
    /// With `..` in it, encoded or not.
    Upwards,
    /// `%` without two hexadecimal digits, or the result is not UTF-8.
    Encoding,
}

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it has a colon and no path after it",
            Self::Relative => "its path does not begin with a slash",
            Self::Upwards => "there is .. in its path",
            Self::Encoding => "its path is wrongly encoded",
        })
    }
}

impl fmt::Display for ScopePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.segments.join("/"))?;
        match self.is_directory && !self.segments.is_empty() {
            true => f.write_str("/"),
            false => Ok(()),
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation)?;
        match &self.path {
            Some(Ok(path)) => write!(f, ":{path}"),
            Some(Err(_)) | None => Ok(()),
        }
    }
}

/// The operations of WLCG with a path.
const WLCG_STORAGE: &[&str] =
    &["storage.read", "storage.create", "storage.modify", "storage.stage", "storage.poll"];

/// The operations of WLCG without a path.
const WLCG_COMPUTE: &[&str] =
    &["compute.read", "compute.modify", "compute.create", "compute.cancel"];

/// The operations of SciTokens with a path.
const SCITOKENS_STORAGE: &[&str] = &["read", "write"];

/// Operations that include others. Between the profiles as scitokens-cpp maps them. That `modify`
/// includes `create` is from WLCG. `stage` does not permit reading since version 1.2.
const SUFFICIENT: &[(&str, &[&str])] = &[
    ("storage.read", &["storage.read", "read"]),
    ("storage.create", &["storage.create", "storage.modify", "write"]),
    ("storage.modify", &["storage.modify", "write"]),
    ("read", &["read", "storage.read"]),
    ("write", &["write", "storage.modify"]),
];

impl Capability {
    /// The capability that a word of `scope` stands for, if any.
    pub fn of(scope: &str) -> Option<Self> {
        let (operation, path) = match scope.split_once(':') {
            Some((operation, path)) => (operation, Some(path)),
            None => (scope, None),
        };
        let tables = [WLCG_STORAGE, WLCG_COMPUTE, SCITOKENS_STORAGE];
        let known = tables.iter().any(|table| table.contains(&operation));
        known.then(|| Self { operation: operation.to_owned(), path: path.map(ScopePath::parse) })
    }

    /// Parses the value of `--scope`.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn asked(text: &str) -> Result<Self, String> {
        let Some(capability) = Self::of(text) else {
            // RFC 6749 §3.3.
            let is_scope = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            return match text {
                "" => Err("--scope: it is empty".to_owned()),
                text if text.contains(' ') => {
                    Err(format!("--scope: '{text}': a blank in a path is written %20"))
                }
                text if text.starts_with('/') => Err(format!(
                    "--scope: '{text}' is a path; write storage.read:{text}, and a blank in it as %20"
                )),
                text if !text.bytes().all(is_scope) => {
                    Err(format!("--scope: '{text}' has a byte that no scope can have"))
                }
                text => Ok(Self { operation: text.to_owned(), path: None }),
            };
        };
        match &capability.path {
            None if capability.has_path() => {
                Err(format!("--scope: '{text}' needs a path, as in {text}:/data"))
            }
            Some(Err(reason)) => Err(format!("--scope: '{text}': {reason}")),
            _ => Ok(capability),
        }
    }

    /// Whether it is an operation with a path.
    fn has_path(&self) -> bool {
        self.is_scitoken() || WLCG_STORAGE.contains(&self.operation.as_str())
    }

    /// Whether it is an operation of SciTokens.
    pub fn is_scitoken(&self) -> bool {
        SCITOKENS_STORAGE.contains(&self.operation.as_str())
    }

    /// Whether it is a storage scope without a path. scitokens-cpp, and so XRootD, takes it for all
    /// paths. dCache and the WLCG profile refuse the token.
    pub fn is_pathless(&self) -> bool {
        let storage = WLCG_STORAGE.contains(&self.operation.as_str());
        let empty = self.path == Some(Err(BadPath::Empty));
        (storage && self.path.is_none()) || (empty && (storage || self.is_scitoken()))
    }

    /// What scitokens-cpp, so XRootD, takes `scope` for under `profile`: it decodes nothing, goes up
    /// at `..`, needs no slash in front and sees none at the end (`normalize_absolute_path`), and in
    /// a token of WLCG knows the operations of both profiles (`generate_acls`).
    pub fn of_scitokens_cpp(scope: &str, profile: &Profile) -> Option<Self> {
        let (operation, path) = scope.split_once(':')?;
        let tables: &[&[&str]] = match profile {
            Profile::Wlcg(version) if version == "1.0" => &[SCITOKENS_STORAGE, WLCG_STORAGE],
            Profile::Unknown(..) | Profile::Wlcg(_) => &[],
            Profile::None | Profile::SciTokens(_) | Profile::SciTokens1 => &[SCITOKENS_STORAGE],
        };
        let storage = tables.iter().any(|table| table.contains(&operation));
        let mut segments: Vec<String> = Vec::new();
        for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
            match part {
                ".." => _ = segments.pop(),
                part => segments.push(part.to_owned()),
            }
        }
        let path = ScopePath { is_directory: segments.is_empty(), segments };
        storage.then(|| Self { operation: operation.to_owned(), path: Some(Ok(path)) })
    }

    /// Whether it is for a place, and that place is `/`.
    pub fn is_everywhere(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.as_ref().is_ok_and(|p| p.segments.is_empty()))
    }

    /// Why it permits nothing under `profile`, if so.
    pub fn is_void(&self, profile: &Profile) -> Option<String> {
        let of_scitokens = self.is_scitoken();
        match (profile, &self.path) {
            (Profile::Wlcg(_), _) if of_scitokens => {
                Some("it is of SciTokens, and the token is of WLCG".to_owned())
            }
            (Profile::SciTokens(_) | Profile::SciTokens1, _)
                if !of_scitokens && self.has_path() =>
            {
                Some("it is of WLCG, and the token is of SciTokens".to_owned())
            }
            (_, Some(Err(reason))) => Some(reason.to_string()),
            // For SciTokens a missing path means all paths. WLCG requires a path.
            (_, None) if self.has_path() && !of_scitokens => Some("it has no path".to_owned()),
            _ => None,
        }
    }

    /// Whether it permits `asked` under `profile`.
    pub fn permits(&self, asked: &Self, profile: &Profile) -> bool {
        self.is_void(profile).is_none() && self.holds(asked)
    }

    /// Whether its operation is enough for that of `asked`, and its path above.
    pub fn holds(&self, asked: &Self) -> bool {
        let below = match (&self.path, &asked.path) {
            (None, _) => true,
            (Some(Ok(own)), Some(Ok(asked))) => own.holds(asked),
            _ => false,
        };
        self.does(asked) && below
    }

    fn does(&self, asked: &Self) -> bool {
        match SUFFICIENT.iter().find(|(name, _)| *name == asked.operation) {
            Some((_, names)) => names.contains(&self.operation.as_str()),
            None => self.operation == asked.operation,
        }
    }

    /// The two paths, if that of `asked` only starts with the same letters: `/a` and `/ab`.
    pub fn beside<'a>(&'a self, asked: &'a Self) -> Option<(&'a ScopePath, &'a ScopePath)> {
        let (Some(Ok(own)), Some(Ok(other))) = (&self.path, &asked.path) else {
            return None;
        };
        let (last, before) = own.segments.split_last()?;
        let rest = other.segments.strip_prefix(before)?;
        let alike = rest.first().is_some_and(|first| first != last && first.starts_with(last));
        (alike && self.does(asked)).then_some((own, other))
    }
}

impl ScopePath {
    /// Decodes and normalises a path: removes empty segments and `.`, refuses `..`.
    ///
    /// # Errors
    ///
    /// Why the path is not usable.
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        let decoded = decoded(text).ok_or(BadPath::Encoding)?;
        let inner = decoded.strip_prefix('/').ok_or(match decoded.is_empty() {
            true => BadPath::Empty,
            false => BadPath::Relative,
        })?;
        let parts = inner.split('/').filter(|part| !matches!(*part, "" | "."));
        let segments: Vec<String> = parts.map(str::to_owned).collect();
        if segments.iter().any(|part| part == "..") {
            return Err(BadPath::Upwards);
        }
        Ok(Self {
            is_directory: segments.is_empty() || inner.ends_with('/') || inner.ends_with("/."),
            segments,
        })
    }

    /// Whether `other` is this path or below it, by whole segments: `/a` does not contain `/ab`.
    pub fn holds(&self, other: &Self) -> bool {
        let Some(rest) = other.segments.strip_prefix(self.segments.as_slice()) else {
            return false;
        };
        // `/a/` is not the file `/a`.
        !rest.is_empty() || !self.is_directory || other.is_directory
    }
}

/// The compute scopes that HTCondor gives WRITE for: all of them together.
pub const COMPUTE_WRITE: [&str; 3] = ["compute.create", "compute.modify", "compute.cancel"];

/// The level of HTCondor that a scope names, as `condor:/READ`. The slash may be missing.
pub fn condor_level(scope: &str) -> Option<Level> {
    let name = scope.strip_prefix("condor:")?;
    let name = name.strip_prefix('/').unwrap_or(name);
    Level::parse(name).filter(|level| level.name() == name)
}

/// The levels that HTCondor gives for `scopes`, each with the scope it comes from; for those of
/// compute in a token of WLCG alone (`validate_scitoken`).
pub fn condor_levels<'a>(scopes: &'a [String], profile: &Profile) -> Vec<(&'a str, Level)> {
    let named = scopes.iter().filter_map(|scope| Some((scope.as_str(), condor_level(scope)?)));
    let mut levels: Vec<(&str, Level)> = named.collect();
    if matches!(profile, Profile::Wlcg(_)) {
        let has = |name| scopes.iter().find(|scope| operation(scope) == name);
        levels.extend(has("compute.read").map(|scope| (scope.as_str(), Level::Read)));
        if let [Some(first), Some(_), Some(_)] = COMPUTE_WRITE.map(has) {
            levels.push((first, Level::Write));
        }
    }
    levels
}

/// What stands in front of the path.
pub fn operation(scope: &str) -> &str {
    scope.split_once(':').map_or(scope, |(operation, _)| operation)
}

/// Undoes percent-encoding, once.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        out.push(hex::byte([bytes.next()?, bytes.next()?])?);
    }
    let text = String::from_utf8(out).ok()?;
    // A reader that decodes twice would find the `..`.
    let again = text.to_ascii_lowercase();
    let hides = again.contains("%2e") || again.contains("%2f") || text.contains('\0');
    (!hides).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(have: &str, asked: &str, profile: &Profile) -> bool {
        let have = Capability::of(have).unwrap();
        have.permits(&Capability::asked(asked).unwrap(), profile)
    }

    #[test]
    fn paths_hold_by_whole_segments() {
        let wlcg = Profile::Wlcg("1.0".to_owned());
        for (have, asked, expected) in [
            ("/", "/", true),
            ("/", "/a/b", true),
            ("/a", "/a", true),
            ("/a", "/a/", true),
            ("/a", "/a/b", true),
            ("/a", "/ab", false),
            ("/a", "/b", false),
            ("/a/b", "/a", false),
            ("/a/", "/a", false),
            ("/a/", "/a/", true),
            ("/a/", "/a/b", true),
            ("//a/./b", "/a/b", true),
            ("/a%2Fb", "/a/b/c", true),
            ("/a/../b", "/b", false),
            ("/a/%2e%2e", "/", false),
            ("/a/%2e%2E/b", "/b", false),
            ("/a/%252e%252e/b", "/a", false),
            ("/%", "/", false),
            ("a", "/a", false),
            ("", "/a", false),
        ] {
            let (have, asked) = (format!("storage.read:{have}"), format!("storage.read:{asked}"));
            assert_eq!(permits(&have, &asked, &wlcg), expected, "{have} {asked}");
        }
    }

    #[test]
    fn operations() {
        let wlcg = &Profile::Wlcg("1.0".to_owned());
        let scitokens = &Profile::SciTokens("scitokens:2.0".to_owned());
        for (have, asked, profile, expected) in [
            ("storage.modify:/", "storage.create:/a", wlcg, true),
            ("storage.create:/", "storage.modify:/a", wlcg, false),
            ("storage.stage:/", "storage.read:/a", wlcg, false),
            ("storage.read:/", "storage.poll:/a", wlcg, false),
            ("storage.read", "storage.read:/a", wlcg, false),
            ("storage.read:/", "read:/a", wlcg, true),
            ("read:/", "storage.read:/a", wlcg, false),
            ("read:/", "storage.read:/a", scitokens, true),
            ("read", "read:/a", scitokens, true),
            ("write:/", "storage.modify:/a", scitokens, true),
            ("storage.read:/", "read:/a", scitokens, false),
            ("read:/", "read:/a", &Profile::None, true),
            ("compute.read", "compute.read", wlcg, true),
            ("compute.modify", "compute.read", wlcg, false),
            ("compute.read", "compute.read", scitokens, true),
        ] {
            assert_eq!(permits(have, asked, profile), expected, "{have} {asked}");
        }
    }

    #[test]
    fn scitokens_cpp_reads_them_otherwise() {
        let wlcg = &Profile::Wlcg("1.0".to_owned());
        let scitokens = &Profile::SciTokens("scitokens:2.0".to_owned());
        for (scope, profile, expected) in [
            ("storage.read:data", wlcg, Some("storage.read:/data")),
            ("storage.read:/x/../data", wlcg, Some("storage.read:/data")),
            ("storage.read:/data/", wlcg, Some("storage.read:/data")),
            ("storage.read:/data//.", wlcg, Some("storage.read:/data")),
            ("storage.read:/data%2F", wlcg, Some("storage.read:/data%2F")),
            ("storage.read:/x/..", wlcg, Some("storage.read:/")),
            ("storage.read:../..", wlcg, Some("storage.read:/")),
            ("read:data", wlcg, Some("read:/data")),
            ("read:data", scitokens, Some("read:/data")),
            ("storage.read:data", scitokens, None),
            ("read:data", &Profile::Wlcg("1.1".to_owned()), None),
            ("storage.read", wlcg, None),
            ("openid:x", wlcg, None),
        ] {
            let read = Capability::of_scitokens_cpp(scope, profile);
            assert_eq!(read.map(|read| read.to_string()).as_deref(), expected, "{scope}");
        }
    }

    #[test]
    fn levels_of_condor() {
        let wlcg = &Profile::Wlcg("1.0".to_owned());
        let scitokens = &Profile::SciTokens("scitokens:2.0".to_owned());
        for (scopes, profile, expected) in [
            ("condor:/WRITE condor:READ", wlcg, &[Level::Write, Level::Read][..]),
            ("condor:/read condor:/ condor CONDOR:/READ condor:/READ/x condor://READ", wlcg, &[]),
            ("compute.read", wlcg, &[Level::Read]),
            ("compute.read", scitokens, &[]),
            ("compute.create compute.modify compute.cancel", wlcg, &[Level::Write]),
            ("compute.create:/x compute.modify compute.cancel", wlcg, &[Level::Write]),
            ("compute.create compute.modify", wlcg, &[]),
            ("compute.create compute.modify compute.cancel", scitokens, &[]),
        ] {
            let words: Vec<String> = scopes.split(' ').map(str::to_owned).collect();
            let levels = condor_levels(&words, profile);
            let levels: Vec<Level> = levels.iter().map(|(_, level)| *level).collect();
            assert_eq!(levels, expected, "{scopes}");
        }
    }

    #[test]
    fn bad_questions() {
        for text in ["", "/a", "a b", "a\"", "storage.read", "storage.read:", "storage.read:a"] {
            assert!(Capability::asked(text).is_err(), "{text}");
        }
        for text in ["openid", "condor:/READ", "gwdatafind.read", "storage.read:/a%20b"] {
            assert!(Capability::asked(text).is_ok(), "{text}");
        }
    }
}
