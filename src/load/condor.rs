//! Reads HTCondor's configuration as its tools do, as far as that needs no command to be run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::load;
use crate::parse::condor::condition::Branches;
use crate::parse::condor::exclude::Pattern;
pub use crate::parse::condor::knob::{Knob, PassedOver};
use crate::parse::condor::macros::{Macros, Origin};
use crate::parse::condor::{COMMAND, ConfigKind, NO_ASSIGNMENT, Statement, exclude, statements};
use crate::source::error::LoadError;
use crate::system::env::Env;

/// What the configuration comes to.
#[derive(Debug)]
pub struct Config {
    macros: Macros,
    /// The files that were read, in order.
    pub files: Vec<PathBuf>,
    /// Files that should have been read.
    pub troubles: Vec<LoadError>,
    /// What was passed over, because only HTCondor itself can do it.
    pub passed_over: Vec<PassedOver>,
    /// `/etc/passwd`'s home of the user, which is what `~` is to HTCondor.
    pub home: Option<PathBuf>,
}

/// Settings that certok asks for, and what HTCondor has built in for them.
const DEFAULTS: &[(&str, &str)] = &[
    ("LOCAL_CONFIG_DIR_EXCLUDE_REGEXP", exclude::DEFAULT),
    ("SEC_PASSWORD_DIRECTORY", "/etc/condor/passwords.d"),
    ("SEC_PASSWORD_FILE", "$(SEC_PASSWORD_DIRECTORY)/POOL"),
    ("SEC_TOKEN_ISSUER_KEY", "POOL"),
    ("SEC_TOKEN_POOL_SIGNING_KEY_FILE", "$(SEC_PASSWORD_FILE)"),
    ("SEC_TOKEN_SYSTEM_DIRECTORY", "/etc/condor/tokens.d"),
    ("TRUST_DOMAIN", "$(UID_DOMAIN)"),
    ("UID_DOMAIN", "$(FULL_HOSTNAME)"),
    ("USER_CONFIG_FILE", "user_config"),
];

/// Files read. A large site has some hundreds.
const MAX_FILES: usize = 2_000;

/// Includes in includes, at most; HTCondor's limit too.
const MAX_DEPTH: usize = 20;

/// Bytes of one file. The longest in use have some hundred kB of comments.
const MAX_BYTES: u64 = 4 << 20;

/// The words by which HTCondor is told to read no files.
const ONLY_ENV: &str = "ONLY_ENV";

impl Config {
    /// Reads the configuration that a tool of this user would.
    pub fn read(env: &Env) -> Self {
        let home = load::passwd_home(env.euid, env);
        let text = |(name, value): (&std::ffi::OsStr, &std::ffi::OsStr)| {
            let text = |os: &std::ffi::OsStr| os.to_string_lossy().into_owned();
            (text(name), text(value))
        };
        let variables: HashMap<String, String> = env.variables().map(text).collect();
        let mut config = Self {
            macros: Macros::new(variables.clone()),
            files: Vec::new(),
            troubles: Vec::new(),
            passed_over: Vec::new(),
            home,
        };
        for (name, value) in DEFAULTS {
            let place = value.starts_with('/').then(|| env.system(value));
            let place = place.map(|place| place.to_string_lossy().into_owned());
            let value = place.as_deref().unwrap_or(value);
            config.macros.set(name, value, Origin::Default);
        }
        if env.variable("CONDOR_CONFIG").is_none_or(|value| value != ONLY_ENV) {
            config.read_files(env);
        }
        config.read_variables(variables);
        config
    }

    /// A setting; nothing if it has no value.
    pub fn knob(&self, name: &str) -> Option<Knob> {
        let origin = self.macros.get(name)?.origin.clone();
        match self.macros.value(name) {
            Ok(None) => None,
            Ok(Some(value)) => Some(Knob { value: Ok(value), origin }),
            Err(reason) => Some(Knob { value: Err(reason), origin }),
        }
    }

    /// A setting that somebody made: not what is built in.
    pub fn made(&self, name: &str) -> Option<Knob> {
        self.knob(name).filter(|knob| knob.origin != Origin::Default)
    }

    /// Whether a setting is on.
    pub fn is_on(&self, name: &str) -> bool {
        let value = self.knob(name).and_then(|knob| knob.value.ok());
        let on = |value: &str| {
            ["true", "yes", "t", "1"].iter().any(|word| value.eq_ignore_ascii_case(word))
        };
        value.is_some_and(|value| on(&value))
    }

    /// The names that HTCondor passes over in directories.
    ///
    /// # Errors
    ///
    /// The setting, if certok does not understand it.
    pub fn excluded(&self) -> Result<Pattern, Knob> {
        let name = "LOCAL_CONFIG_DIR_EXCLUDE_REGEXP";
        match self.knob(name) {
            // Set to nothing, it excludes nothing.
            None => Ok(Pattern::parse("^$").unwrap_or_else(Pattern::standard)),
            Some(knob) => {
                let pattern = knob.value.as_deref().ok().and_then(Pattern::parse);
                pattern.ok_or(knob)
            }
        }
    }

    fn read_files(&mut self, env: &Env) {
        if let Some(global) = global_file(env) {
            self.macros.set("TILDE", &condor_home(env), Origin::Default);
            self.include(&global, MAX_DEPTH, true);
        }
        let before = self.list("LOCAL_CONFIG_DIR");
        self.directories(&before);
        let required = !self.is_off("REQUIRE_LOCAL_CONFIG_FILE");
        for file in self.list("LOCAL_CONFIG_FILE") {
            if file.to_string_lossy().ends_with('|') {
                self.passed(&file, 0, "a command instead of a file");
            } else {
                self.include(&file, MAX_DEPTH, required);
            }
        }
        let after = self.list("LOCAL_CONFIG_DIR");
        if after != before {
            self.directories(&after);
        }
        // Daemons of root have no user's file; what root runs is taken for one.
        let user = self.macros.value("USER_CONFIG_FILE").ok().flatten();
        if let (Some(name), Some(home), true) = (user, &self.home, env.euid != 0) {
            let path = home.join(".condor").join(name);
            self.include(&path, MAX_DEPTH, false);
        }
    }

    fn read_variables(&mut self, variables: HashMap<String, String>) {
        let mut found: Vec<(String, String)> = variables.into_iter().collect();
        found.sort();
        for (name, value) in found {
            let (prefix, rest) = name.split_at(name.len().min(PREFIX.len()));
            if prefix.eq_ignore_ascii_case(PREFIX) && !rest.is_empty() {
                self.macros.set(rest, &value, Origin::Variable(name.clone()));
            }
        }
    }

    /// Every file of each directory that is not excluded, in the order of names.
    fn directories(&mut self, directories: &[PathBuf]) {
        for directory in directories {
            let Ok((names, limit)) = load::ca_dir::names(directory) else {
                continue;
            };
            if let Some(limit) = limit {
                self.troubles.push(LoadError::Other(directory.clone(), limit));
            }
            let excluded = self.excluded().unwrap_or_else(|_| Pattern::standard());
            for name in names {
                let path = directory.join(&name);
                if !excluded.matches(&name) && path.is_file() {
                    self.include(&path, MAX_DEPTH, true);
                }
            }
        }
    }

    /// The words of a setting, as paths.
    fn list(&self, name: &str) -> Vec<PathBuf> {
        let value = self.macros.value(name).ok().flatten().unwrap_or_default();
        let words = value.split([',', ' ', '\t', '\n']);
        words.filter(|word| !word.is_empty()).map(PathBuf::from).collect()
    }

    fn is_off(&self, name: &str) -> bool {
        let value = self.macros.value(name).ok().flatten().unwrap_or_default();
        ["false", "no", "f", "0"].iter().any(|word| value.eq_ignore_ascii_case(word))
    }

    fn passed(&mut self, file: &Path, line: usize, what: &'static str) {
        self.passed_over.push(PassedOver { file: file.to_path_buf(), line, what });
    }

    /// Reads one file, and what it includes.
    fn include(&mut self, path: &Path, depth: usize, required: bool) {
        if depth == 0 || self.files.len() >= MAX_FILES {
            let why = format!("the limit of {MAX_FILES} files, or of {MAX_DEPTH} in one another");
            self.troubles.push(LoadError::Other(path.to_path_buf(), why));
            return;
        }
        match load::bounded(path, false, MAX_BYTES) {
            Ok(source) => {
                self.files.push(path.to_path_buf());
                let text = String::from_utf8_lossy(&source.bytes).into_owned();
                self.act(&statements(&text), path, depth);
            }
            Err(LoadError::Missing(_)) if !required => {}
            Err(trouble) => self.troubles.push(trouble),
        }
    }

    fn act(&mut self, statements: &[Statement], file: &Path, depth: usize) {
        let mut branches = Branches::default();
        for Statement { line, kind } in statements {
            if branches.turn(kind, &self.macros) {
                continue;
            }
            if !branches.act() {
                // What may or may not be in force, and matters here, is said.
                if branches.may_act() && matters(kind) {
                    self.passed(file, *line, "a setting under a condition it does not decide");
                }
                continue;
            }
            match kind {
                ConfigKind::Assign(name, value) => {
                    let origin = Origin::File(file.to_path_buf(), *line);
                    self.macros.set(name, value, origin);
                }
                ConfigKind::Include(target) | ConfigKind::IncludeIfExists(target) => {
                    let required = matches!(kind, ConfigKind::Include(_));
                    match self.macros.expand(target) {
                        Ok(target) => {
                            let path = beside(file, Path::new(target.trim()));
                            self.include(&path, depth - 1, required);
                        }
                        Err(_) => self.passed(file, *line, "an include of an unknown file"),
                    }
                }
                ConfigKind::Other(what) if matters(kind) => self.passed(file, *line, what),
                // No template of HTCondor makes a setting that certok asks for.
                _ => {}
            }
        }
    }
}

/// Whether a statement may change a setting that certok asks for.
fn matters(kind: &ConfigKind) -> bool {
    match kind {
        ConfigKind::Assign(name, _) => {
            let name = name.rsplit('.').next().unwrap_or(name);
            let mut known = DEFAULTS.iter().map(|(name, _)| name).chain(ASKED);
            known.any(|known| known.eq_ignore_ascii_case(name))
        }
        ConfigKind::Include(_)
        | ConfigKind::IncludeIfExists(_)
        | ConfigKind::Other(COMMAND | NO_ASSIGNMENT) => true,
        _ => false,
    }
}

/// Settings that certok asks for and for which nothing is built in.
const ASKED: &[&str] = &[
    "LOCAL_CONFIG_DIR",
    "LOCAL_CONFIG_FILE",
    "SEC_ISSUED_TOKEN_EXPIRATION",
    "SEC_TOKEN_BLACKLIST_EXPR",
    "SEC_TOKEN_DIRECTORY",
    "SEC_TOKEN_POOL_SIGNING_KEY_IS_PASSWORD",
    "SEC_TOKEN_REQUEST_LIMITS",
    "SEC_TOKEN_REVOCATION_EXPR",
];

/// How variables are named that make settings.
const PREFIX: &str = "_condor_";

/// The one file that is read first: what CONDOR_CONFIG names, else the first of the usual places
/// that can be read.
fn global_file(env: &Env) -> Option<PathBuf> {
    if let Some(named) = env.filled("CONDOR_CONFIG") {
        return Some(PathBuf::from(named));
    }
    let usual = ["/etc/condor/condor_config", "/usr/local/etc/condor_config"];
    let usual = usual.iter().map(|place| env.system(place));
    let of_condor = Path::new(&condor_home(env)).join("condor_config");
    usual.chain(of_condor.is_absolute().then_some(of_condor)).find(|path| path.is_file())
}

/// The home of the user condor, if there is one.
fn condor_home(env: &Env) -> String {
    let home = load::passwd_home_of("condor", env);
    home.map_or_else(String::new, |home| home.to_string_lossy().into_owned())
}

/// `target` as an include in `file` means it.
fn beside(file: &Path, target: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if target.is_relative() => parent.join(target),
        _ => target.to_path_buf(),
    }
}
