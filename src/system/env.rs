//! The environment as a value: variables, ids, current directory, terminal, clock. Read once.

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::text::time::UnixTime;

/// Everything the process was given. Tests make one with [`Env::new`].
#[derive(Clone, Debug)]
pub struct Env {
    /// In their order: if two names mean the same, HTCondor takes the last.
    variables: Vec<(OsString, OsString)>,
    /// The root of system paths such as `/etc/grid-security`. In a process it is `/`.
    root: PathBuf,
    /// Real user id. It is part of the default token file names.
    pub uid: u32,
    /// Effective user id. It owns the files that the process makes.
    pub euid: u32,
    /// Current directory, if it still exists.
    pub directory: Option<PathBuf>,
    /// Whether standard output is a terminal.
    pub terminal: bool,
    /// Whether standard error is a terminal.
    pub error_terminal: bool,
    /// Characters in a line of standard output: as `$COLUMNS` says, else the terminal.
    pub width: Option<usize>,
    /// The clock, read once; `--at` replaces it.
    pub now: UnixTime,
}

impl Env {
    /// The environment of this process.
    pub fn from_process() -> Self {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let seconds = since_epoch.map_or(0, |span| i64::try_from(span.as_secs()).unwrap_or(0));
        let env = Self {
            variables: std::env::vars_os().collect(),
            root: PathBuf::from("/"),
            uid: rustix::process::getuid().as_raw(),
            euid: rustix::process::geteuid().as_raw(),
            directory: std::env::current_dir().ok(),
            terminal: std::io::stdout().is_terminal(),
            error_terminal: std::io::stderr().is_terminal(),
            width: None,
            now: UnixTime(seconds),
        };
        Self { width: env.asked_width().or_else(|| env.terminal_width()), ..env }
    }

    /// As ps(1) and others, which take it without a terminal too.
    fn asked_width(&self) -> Option<usize> {
        let width = self.filled("COLUMNS")?.to_str()?.parse().ok()?;
        Some(width).filter(|width| *width > 0)
    }

    fn terminal_width(&self) -> Option<usize> {
        let size = self.terminal.then(|| rustix::termios::tcgetwinsize(std::io::stdout()))?;
        size.ok().map(|size| usize::from(size.ws_col)).filter(|width| *width > 0)
    }

    /// An environment with these variables, for user 1000 at `now`.
    pub fn new(variables: &[(&str, &str)], now: UnixTime) -> Self {
        let own = |(name, value): &(&str, &str)| (OsString::from(name), OsString::from(value));
        Self {
            variables: variables.iter().map(own).collect(),
            root: PathBuf::from("/"),
            uid: 1000,
            euid: 1000,
            directory: None,
            terminal: false,
            error_terminal: false,
            width: None,
            now,
        }
    }

    /// The same at another instant.
    #[must_use]
    pub fn at(&self, now: UnixTime) -> Self {
        Self { now, ..self.clone() }
    }

    /// The same, with system paths below `root`. Paths in variables and options are not changed.
    #[must_use]
    pub fn below(&self, root: &Path) -> Self {
        Self { root: root.to_path_buf(), ..self.clone() }
    }

    /// A system path such as `/etc/passwd`.
    pub fn system(&self, place: &str) -> PathBuf {
        self.root.join(place.trim_start_matches('/'))
    }

    /// The same with another value of a variable, or without the variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<&OsStr>) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.extend(value.map(|value| (name.into(), value.to_owned())));
        self
    }

    /// The value of a variable; an empty one is `Some("")`.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        let found = self.variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_os_str())
    }

    /// The value of a variable that is set and not empty.
    pub fn filled(&self, name: &str) -> Option<&OsStr> {
        self.variable(name).filter(|value| !value.is_empty())
    }

    /// All variables.
    pub fn variables(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// Whether the user's shell is none that reads what sh reads.
    pub fn has_foreign_shell(&self) -> bool {
        let name = self.filled("SHELL").map(Path::new).and_then(Path::file_name);
        name.and_then(OsStr::to_str).is_some_and(|name| FOREIGN_SHELLS.contains(&name))
    }

    /// `$HOME`, if it is set and not empty.
    pub fn home(&self) -> Option<&Path> {
        self.filled("HOME").map(Path::new)
    }
}

const FOREIGN_SHELLS: &[&str] = &["csh", "elvish", "fish", "nu", "pwsh", "tcsh", "xonsh"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locate;
    use crate::locate::{CaOptions, CaSearch, Location, Role};

    #[test]
    fn places_of_the_system_lie_below_the_root() {
        let variables = [("HOME", "/home/alice"), ("BEARER_TOKEN_FILE", "/named/bt")];
        let env = Env::new(&variables, UnixTime(0));
        assert_eq!(env.system("/etc/passwd"), Path::new("/etc/passwd"));
        let env = env.below(Path::new("/machine"));
        let system = |role| {
            locate::default(role, &env)
                == Location::Path(env.system(match role {
                    Role::HostKey => "/etc/grid-security/hostkey.pem",
                    Role::Proxy => "/tmp/x509up_u1000",
                    _ => "/tmp/tokencert_1000.pem",
                }))
        };
        assert!([Role::HostKey, Role::Proxy, Role::TokenCert].map(system) == [true; 3]);
        let cas = locate::ca(&CaOptions::default(), CaSearch::Globus, &env);
        let cas: Vec<_> = cas.iter().map(|ca| ca.path.display().to_string()).collect();
        let alice = format!("/machine{}", locate::ALICE_CAS);
        let system = format!("/machine{}", locate::SYSTEM_CAS);
        assert_eq!(cas, ["/home/alice/.globus/certificates", &system, &alice]);
        assert!(locate::voms_dir(None, &env).path.starts_with("/machine/etc"));
        let bearer = locate::bearer(&env);
        let bearer: Vec<_> = bearer.iter().filter_map(|spot| spot.path()).collect();
        assert_eq!(bearer, [Path::new("/named/bt"), Path::new("/machine/tmp/bt_u1000")]);
    }
}
