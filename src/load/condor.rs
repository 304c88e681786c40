//! Reads HTCondor's configuration as its tools do, except for what needs a command to be run.

use std::path::{Path, PathBuf};

use crate::load;
use crate::parse::condor::condition::Branches;
use crate::parse::condor::exclude::Pattern;
pub use crate::parse::condor::knob::{Knob, PassedOver};
use crate::parse::condor::macros::{Macros, Origin};
use crate::parse::condor::{
    ConfigKind, NO_ASSIGNMENT, Statement, exclude, is_name, statements, template,
};
use crate::source::error::LoadError;
use crate::system::env::Env;

/// The configuration.
#[derive(Debug)]
pub struct Config {
    macros: Macros,
    /// The files that were read, in order.
    pub files: Vec<PathBuf>,
    /// Files that should be there and could not be read.
    pub troubles: Vec<LoadError>,
    /// Statements that were skipped, because only HTCondor itself can evaluate them.
    pub passed_over: Vec<PassedOver>,
    /// Statements at which HTCondor's tools refuse to start.
    pub refused: Vec<PassedOver>,
    /// The user's home directory in `/etc/passwd`. For HTCondor this is `~`.
    pub home: Option<PathBuf>,
    /// The current directory, for relative paths.
    directory: Option<PathBuf>,
}

/// Settings that certok needs, with HTCondor's built-in values.
const DEFAULTS: &[(&str, &str)] = &[
    ("LOCAL_CONFIG_DIR_EXCLUDE_REGEXP", exclude::DEFAULT),
    ("BIN", "$(RELEASE_DIR)/bin"),
    ("COLLECTOR_HOST", "$(CONDOR_HOST)"),
    ("ETC", "/etc/condor"),
    ("EXECUTE", "$(LOCAL_DIR)/execute"),
    ("FILESYSTEM_DOMAIN", "$(FULL_HOSTNAME)"),
    ("LIB", "$(RELEASE_DIR)/lib"),
    ("LOCAL_DIR", "$(TILDE)"),
    ("LOCK", "$(LOG)"),
    ("LOG", "$(LOCAL_DIR)/log"),
    ("RELEASE_DIR", "/usr"),
    ("REQUIRE_LOCAL_CONFIG_FILE", "true"),
    ("RUN", "$(LOCK)"),
    ("SBIN", "$(RELEASE_DIR)/sbin"),
    ("SEC_PASSWORD_DIRECTORY", "$(ETC)/passwords.d"),
    ("SEC_PASSWORD_FILE", "$(SEC_PASSWORD_DIRECTORY)/POOL"),
    ("SEC_TOKEN_ISSUER_KEY", "POOL"),
    ("SEC_TOKEN_POOL_SIGNING_KEY_FILE", "$(SEC_PASSWORD_FILE)"),
    ("SEC_TOKEN_SYSTEM_DIRECTORY", "$(ETC)/tokens.d"),
    ("SPOOL", "$(LOCAL_DIR)/spool"),
    ("TRUST_DOMAIN", "$(UID_DOMAIN)"),
    ("UID_DOMAIN", "$(FULL_HOSTNAME)"),
    ("USER_CONFIG_FILE", "user_config"),
];

/// Most files that are read. A large site has some hundreds.
const MAX_FILES: usize = 2_000;

/// Deepest include inside of includes. It is HTCondor's limit too.
const MAX_DEPTH: usize = 20;

/// Most bytes of one file. The largest in use have some hundred kB, mostly comments.
const MAX_BYTES: u64 = 4 << 20;

/// The value with which HTCondor reads no files.
const ONLY_ENV: &str = "ONLY_ENV";

impl Config {
    /// Reads the configuration that a tool of this user would read.
    pub fn read(env: &Env) -> Self {
        let home = load::passwd_home(env.euid, env);
        let text = |(name, value): (&std::ffi::OsStr, &std::ffi::OsStr)| {
            let text = |os: &std::ffi::OsStr| os.to_string_lossy().into_owned();
            (text(name), text(value))
        };
        let variables: Vec<(String, String)> = env.variables().map(text).collect();
        let mut config = Self {
            macros: Macros::new(variables.iter().cloned().collect()),
            directory: None,
            files: Vec::new(),
            troubles: Vec::new(),
            passed_over: Vec::new(),
            refused: Vec::new(),
            home,
        };
        for (name, value) in DEFAULTS {
            let place = (*name == "ETC").then(|| env.system(value));
            let place = place.map(|place| place.to_string_lossy().into_owned());
            let value = place.as_deref().unwrap_or(value);
            config.macros.set(name, value, Origin::Default);
        }
        let is_none = |value: &std::ffi::OsStr| value.eq_ignore_ascii_case(ONLY_ENV);
        if env.variable("CONDOR_CONFIG").is_none_or(|value| !is_none(value)) {
            config.read_files(env);
        }
        config.read_variables(variables);
        config
    }

    /// A setting. None if it has no value.
    pub fn knob(&self, name: &str) -> Option<Knob> {
        knob(&self.macros, name)
    }

    /// What daemons read for `name`, if somebody made it: the value for all, and that of each
    /// subsystem that has its own. Each with the name it is set by.
    pub fn of_daemons(&self, name: &str) -> Vec<(String, Knob)> {
        let own = self.macros.subsystems_with(name).into_iter();
        let all = own.map(|subsystem| (subsystem, format!("{}.{name}", subsystem.to_uppercase())));
        let all = std::iter::once(("", name.to_owned())).chain(all);
        all.filter_map(|(subsystem, shown)| Some((shown, knob(&self.macros.of(subsystem), name)?)))
            .filter(|(_, knob)| knob.origin != Origin::Default)
            .collect()
    }

    /// A setting with a value that is not built in.
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

    /// The file names that HTCondor ignores in directories.
    ///
    /// # Errors
    ///
    /// The setting, if certok cannot evaluate it.
    pub fn excluded(&self) -> Result<Pattern, Knob> {
        let name = "LOCAL_CONFIG_DIR_EXCLUDE_REGEXP";
        match self.knob(name) {
            // An empty value excludes nothing.
            None => Ok(Pattern::parse("^$").unwrap_or_else(Pattern::standard)),
            Some(knob) => {
                let pattern = knob.value.as_deref().ok().and_then(Pattern::parse);
                pattern.ok_or(knob)
            }
        }
    }

    fn read_files(&mut self, env: &Env) {
        self.directory.clone_from(&env.directory);
        if let Some(global) = global_file(env) {
            let mut detected = |name, value: &str| self.macros.set(name, value, Origin::Default);
            detected("TILDE", &condor_home(env));
            let root = global.parent().unwrap_or(Path::new("")).to_string_lossy();
            detected("CONFIG_ROOT", if root.is_empty() { "." } else { &root });
            // The built-in value. The packages of HTCondor set it to /etc/condor.
            detected("ETC", "$(LOCAL_DIR)");
            self.include(&global, MAX_DEPTH, true);
        }
        let before = self.list("LOCAL_CONFIG_DIR");
        self.directories(&before);
        self.local_files();
        let after = self.list("LOCAL_CONFIG_DIR");
        if after != before {
            self.directories(&after);
        }
        // Daemons of root read no user's file. A command that root runs is treated like them.
        let user = self.macros.value("USER_CONFIG_FILE").ok().flatten();
        if let (Some(name), Some(home), true) = (user, &self.home, env.euid != 0) {
            let path = home.join(".condor").join(name);
            self.include(&path, MAX_DEPTH, false);
        }
    }

    /// Reads the files of LOCAL_CONFIG_FILE. Each of them may change which files are read next.
    fn local_files(&mut self) {
        let name = "LOCAL_CONFIG_FILE";
        let (mut done, mut value) = (Vec::new(), None);
        let mut left = Vec::new();
        loop {
            let now = self.macros.value(name).ok().flatten();
            if now != value {
                if now.as_ref().is_some_and(|now| now.contains('|')) {
                    return self.passed(Path::new(name), 0, "a command instead of a file");
                }
                left = self.list(name);
                left.retain(|file| !done.contains(file));
                left.reverse();
                value = now;
            }
            let Some(file) = left.pop() else {
                return;
            };
            self.include(&file, MAX_DEPTH, self.requires_local());
            done.push(file);
        }
    }

    fn read_variables(&mut self, variables: Vec<(String, String)>) {
        for (name, value) in variables {
            let Some((prefix, rest)) = name.split_at_checked(PREFIX.len()) else {
                continue;
            };
            if prefix.eq_ignore_ascii_case(PREFIX) && !rest.is_empty() {
                let origin = Origin::Variable(name.clone());
                self.macros.set(rest, value.trim_start(), origin);
            }
        }
    }

    /// Reads every file of each directory that is not excluded, in the order of names.
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
                    self.include(&path, MAX_DEPTH, self.requires_local());
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

    /// Whether local files must exist. They must, unless the setting is false (by its first letter)
    /// or zero.
    fn requires_local(&self) -> bool {
        let value = self.macros.value("REQUIRE_LOCAL_CONFIG_FILE").ok().flatten();
        let value = value.unwrap_or_default();
        !value.starts_with(['f', 'F']) && value.parse::<f64>() != Ok(0.0)
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
            Err(LoadError::Missing(_) | LoadError::Dangling(..) | LoadError::Denied(..))
                if !required => {}
            // HTCondor opens a directory like a file, which has no lines.
            Err(LoadError::Directory(_)) if depth < MAX_DEPTH => {}
            Err(trouble) => self.troubles.push(trouble),
        }
    }

    fn act(&mut self, statements: &[Statement], file: &Path, depth: usize) {
        let mut branches = Branches::default();
        for Statement { line, kind } in statements {
            match branches.turn(kind, &self.macros) {
                Ok(true) => continue,
                Ok(false) => {}
                Err(why) => {
                    self.refuse(file, *line, why);
                    continue;
                }
            }
            if !branches.act() {
                // If it is not known whether the statement is in force, and it matters, this is
                // reported.
                if branches.may_act() && matters(kind) {
                    self.passed(file, *line, "a setting under a condition it does not decide");
                }
                continue;
            }
            match kind {
                ConfigKind::Assign(name, value) => match self.macros.expand(name) {
                    Ok(name) if is_name(&name) => {
                        let origin = Origin::File(file.to_path_buf(), *line);
                        self.macros.set(&name, value, origin);
                    }
                    Ok(_) => self.refuse(file, *line, NO_ASSIGNMENT),
                    Err(_) => self.passed(file, *line, "a setting of an unknown name"),
                },
                ConfigKind::Include(target) | ConfigKind::IncludeIfExists(target) => {
                    let required = matches!(kind, ConfigKind::Include(_));
                    match self.macros.expand(target) {
                        Ok(target) if target.is_empty() && required => {
                            self.refuse(file, *line, "an include of nothing");
                        }
                        Ok(target) => {
                            let path = self.beside_process(Path::new(&target));
                            self.include(&path, depth - 1, required);
                        }
                        Err(_) => self.passed(file, *line, "an include of an unknown file"),
                    }
                }
                ConfigKind::Other(what) => self.passed(file, *line, what),
                ConfigKind::Refused(why) => self.refuse(file, *line, why),
                ConfigKind::Use(category, list) => self.use_templates(category, list, file, *line),
                // These only select a branch.
                ConfigKind::Elif(_) | ConfigKind::Else | ConfigKind::Endif | ConfigKind::If(_) => {}
            }
        }
        if branches.is_open() {
            let last = statements.last().map_or(0, |statement| statement.line);
            self.refuse(file, last, "an if without its endif");
        }
    }

    fn use_templates(&mut self, category: &str, list: &str, file: &Path, line: usize) {
        let Ok(category) = self.macros.expand(category) else {
            return self.passed(file, line, "a use of an unknown category");
        };
        if !template::is_category(&category) {
            return self.refuse(file, line, "an unknown category of use");
        }
        for (name, arguments) in template::names(list) {
            match template::is_template(&category, name) {
                Some(true) if !template::has_arguments(name, arguments) => {
                    return self.refuse(
                        file,
                        line,
                        "a template of use without all of its arguments",
                    );
                }
                Some(true) => {}
                Some(false) => return self.refuse(file, line, "an unknown template of use"),
                None => self.passed(file, line, "a template that HTCondor 23.9 does not have"),
            }
            for (name, value) in template::settings(&category, name) {
                self.macros.set(name, value, Origin::File(file.to_path_buf(), line));
            }
        }
    }

    /// `target` relative to the current directory, as HTCondor opens it.
    fn beside_process(&self, target: &Path) -> PathBuf {
        self.directory.as_ref().map_or_else(|| target.to_path_buf(), |here| here.join(target))
    }

    fn refuse(&mut self, file: &Path, line: usize, what: &'static str) {
        self.refused.push(PassedOver { file: file.to_path_buf(), line, what });
    }
}

/// Whether a statement may change a setting that certok needs.
fn matters(kind: &ConfigKind) -> bool {
    match kind {
        ConfigKind::Assign(name, _) => {
            let name = name.rsplit('.').next().unwrap_or(name);
            let mut known = DEFAULTS.iter().map(|(name, _)| name).chain(ASKED);
            known.any(|known| known.eq_ignore_ascii_case(name))
        }
        ConfigKind::Use(category, list) => {
            let mut names = template::names(list).into_iter();
            names.any(|(name, _)| !template::settings(category, name).is_empty())
        }
        ConfigKind::Include(_)
        | ConfigKind::IncludeIfExists(_)
        | ConfigKind::Other(_)
        | ConfigKind::Refused(_) => true,
        ConfigKind::Elif(_) | ConfigKind::Else | ConfigKind::Endif | ConfigKind::If(_) => false,
    }
}

fn knob(macros: &Macros, name: &str) -> Option<Knob> {
    let origin = macros.get(name)?.origin.clone();
    match macros.value(name) {
        Ok(None) => None,
        Ok(Some(value)) => Some(Knob { value: Ok(value), origin }),
        Err(reason) => Some(Knob { value: Err(reason), origin }),
    }
}

/// Settings that certok asks for and for which nothing is built in.
const ASKED: &[&str] = &[
    "LOCAL_CONFIG_DIR",
    "LOCAL_CONFIG_FILE",
    "SEC_ISSUED_TOKEN_EXPIRATION",
    "SEC_TOKEN_BLACKLIST_EXPR",
    "SEC_TOKEN_DIRECTORY",
    "SEC_TOKEN_MAX_AGE",
    "SEC_TOKEN_POOL_SIGNING_KEY_IS_PASSWORD",
    "SEC_TOKEN_REQUEST_LIMITS",
    "SEC_TOKEN_REVOCATION_EXPR",
];

/// Prefix of variables that are settings.
const PREFIX: &str = "_condor_";

/// The file that is read first: the one in CONDOR_CONFIG, else the first usual place that can be
/// read.
fn global_file(env: &Env) -> Option<PathBuf> {
    if let Some(named) = env.variable("CONDOR_CONFIG") {
        return Some(PathBuf::from(named));
    }
    let usual = ["/etc/condor/condor_config", "/usr/local/etc/condor_config"];
    let usual = usual.iter().map(|place| env.system(place));
    let of_condor = Path::new(&condor_home(env)).join("condor_config");
    usual.chain(of_condor.is_absolute().then_some(of_condor)).find(|path| path.is_file())
}

/// The home directory of the user condor, if there is one.
fn condor_home(env: &Env) -> String {
    let home = load::passwd_home_of("condor", env);
    home.map_or_else(String::new, |home| home.to_string_lossy().into_owned())
}
