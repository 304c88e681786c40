//! The environment as a value: variables, ids, current directory, terminal, clock. Read once.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::text::time::UnixTime;

/// What the process was given. Tests build one with [`Env::new`].
#[derive(Clone, Debug)]
pub struct Env {
    variables: BTreeMap<OsString, OsString>,
    /// Real user id: names the default token files.
    pub uid: u32,
    /// Effective user id: owns what the process makes.
    pub euid: u32,
    /// Current directory, if it still exists.
    pub directory: Option<PathBuf>,
    /// Whether standard output is a terminal.
    pub terminal: bool,
    /// Whether standard error is a terminal.
    pub error_terminal: bool,
    /// The clock, read once; `--at` replaces it.
    pub now: UnixTime,
}

impl Env {
    /// The process's own environment.
    pub fn from_process() -> Self {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let seconds = since_epoch.map_or(0, |span| i64::try_from(span.as_secs()).unwrap_or(0));
        Self {
            variables: std::env::vars_os().collect(),
            uid: rustix::process::getuid().as_raw(),
            euid: rustix::process::geteuid().as_raw(),
            directory: std::env::current_dir().ok(),
            terminal: std::io::stdout().is_terminal(),
            error_terminal: std::io::stderr().is_terminal(),
            now: UnixTime(seconds),
        }
    }

    /// An environment of these variables, for user 1000 at `now`.
    pub fn new(variables: &[(&str, &str)], now: UnixTime) -> Self {
        let own = |(name, value): &(&str, &str)| (OsString::from(name), OsString::from(value));
        Self {
            variables: variables.iter().map(own).collect(),
            uid: 1000,
            euid: 1000,
            directory: None,
            terminal: false,
            error_terminal: false,
            now,
        }
    }

    /// The same at another instant.
    #[must_use]
    pub fn at(&self, now: UnixTime) -> Self {
        Self { now, ..self.clone() }
    }

    /// The same with another value of a variable, or without it.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<&OsStr>) -> Self {
        match value {
            Some(value) => self.variables.insert(name.into(), value.to_owned()),
            None => self.variables.remove(OsStr::new(name)),
        };
        self
    }

    /// The value of a variable; an empty one is `Some("")`.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// The value of a variable that is set and not empty.
    pub fn filled(&self, name: &str) -> Option<&OsStr> {
        self.variable(name).filter(|value| !value.is_empty())
    }

    /// All variables.
    pub fn variables(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        let pair = |(name, value)| (OsString::as_os_str(name), OsString::as_os_str(value));
        self.variables.iter().map(pair)
    }

    /// `$HOME`, if it is set and not empty.
    pub fn home(&self) -> Option<&Path> {
        self.filled("HOME").map(Path::new)
    }
}
