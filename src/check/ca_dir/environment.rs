//! Variables that name CA certificates for other programs. If the path is outdated, these programs
//! trust no CA.

use std::path::PathBuf;

use crate::check::ca_dir::group::Groups;
use crate::check::{place, rules};
use crate::parse::value::PathShape;
use crate::report::{Finding, Place};
use crate::source::error::LoadError;
use crate::text::screen::for_screen;
use crate::text::shell;

rules! {
    BROKEN: WARN {
        id: "ca-variable-broken",
        what: "a variable that names CA certificates for other programs leads nowhere",
        why: "programs that use it have no CA at all, and fail with \"unable to get local issuer \
              certificate\" or \"invalid path\"; a conda or LCG environment that was left or \
              removed is the usual cause",
        advice: "unset it, and see which file sets it (~/.bashrc, a conda or module environment)",
        source: "SSL_CTX_set_default_verify_paths(3); curl(1); Python requests, adapters.py",
    }
    OTHER: INFO {
        id: "ca-variable-other",
        what: "a second variable names other CA certificates than those looked at",
        why: "programs that read it use other CAs than those that read the first",
        source: "Globus, globus_gsi_system_config.c; alienpy, connect_ssl.py",
    }
}

/// A variable, what it may name, and who reads it.
#[derive(Debug)]
pub struct Variable {
    pub name: &'static str,
    /// Whether it may name a file.
    pub file: bool,
    /// Whether it may name a directory. `SSL_CERT_DIR` may name several.
    pub directory: bool,
    /// Whether an empty value differs from no value.
    pub empty_counts: bool,
    /// The programs that read it.
    pub readers: &'static str,
}

/// All of them.
pub static VARIABLES: &[Variable] = &[
    Variable {
        name: "SSL_CERT_FILE",
        file: true,
        directory: false,
        empty_counts: true,
        readers: "OpenSSL, and with it curl, Python and XRootD over https",
    },
    Variable {
        name: "SSL_CERT_DIR",
        file: false,
        directory: true,
        empty_counts: true,
        readers: "OpenSSL, and with it curl, Python and XRootD over https",
    },
    Variable {
        name: "REQUESTS_CA_BUNDLE",
        file: true,
        directory: true,
        empty_counts: false,
        readers: "Python's requests (rucio, DIRAC)",
    },
    Variable {
        name: "CURL_CA_BUNDLE",
        file: true,
        directory: false,
        empty_counts: false,
        readers: "curl and Python's requests",
    },
    Variable {
        name: "X509_CERT_FILE",
        file: true,
        directory: false,
        empty_counts: true,
        readers: "alien.py and Globus",
    },
];

/// A variable that is set.
#[derive(Debug)]
pub struct Setting {
    pub variable: &'static Variable,
    /// The value as a path, with what is odd about it.
    pub shape: PathShape,
    /// The paths in it, and what each is.
    pub found: Vec<(PathBuf, Target)>,
    /// The path that was probably meant, if that exists and the value does not.
    pub meant: Option<PathBuf>,
    /// Whether it names the CA certificates that are examined.
    pub chosen: bool,
}

/// What a path leads to.
#[derive(Debug)]
pub enum Target {
    Directory,
    /// A file.
    File {
        /// Whether it is empty.
        empty: bool,
    },
    /// It cannot be read.
    Nothing(LoadError),
}

/// What is wrong with each of `settings`.
pub fn check(settings: &[Setting], groups: &mut Groups) {
    for setting in settings.iter().filter(|setting| !setting.chosen) {
        let name = setting.variable.name;
        let found = match broken(setting) {
            Some(why) => mended(setting, BROKEN.found(format!("{name} {why}"))),
            None if name == "X509_CERT_FILE" => OTHER.found(format!(
                "{name} names other CA certificates than those checked here: {} uses them",
                setting.variable.readers
            )),
            None => continue,
        };
        let place = Place::variable(name);
        groups.add("variables that name CA certificates lead nowhere", name, found.at(place));
    }
}

/// Why the value is of no use.
fn broken(setting: &Setting) -> Option<String> {
    let variable = setting.variable;
    let value = for_screen(&setting.shape.value().to_string_lossy());
    let readers = variable.readers;
    if setting.shape.value().is_empty() {
        let why = format!("is set, but empty: {readers} then have no CA certificates");
        return variable.empty_counts.then_some(why);
    }
    let fits = |target: &Target| match target {
        Target::Directory => variable.directory,
        Target::File { empty } => variable.file && !empty,
        Target::Nothing(_) => false,
    };
    if setting.found.iter().any(|(_, target)| fits(target)) {
        let relative = !value.starts_with('/');
        let why = format!("is the relative path {value}, which is found from this directory alone");
        return relative.then_some(why);
    }
    let (path, target) = setting.found.first()?;
    let (odd, path) = (place::path::odd_words(path.as_os_str()), path.display());
    Some(
        match target {
            Target::Nothing(LoadError::Missing(_) | LoadError::Dangling(..)) => {
                let gone = || format!("points to {path}, which does not exist{}", conda(&value));
                odd.unwrap_or_else(gone)
            }
            Target::Nothing(trouble) => {
                format!("points to {path}, which cannot be read: {trouble}")
            }
            Target::Directory => format!("points to {path}, a directory, and must name a file"),
            Target::File { empty: true } => format!("points to {path}, which is empty"),
            Target::File { .. } => format!("points to {path}, a file, and must name a directory"),
        } + &format!("; it is for {readers}"),
    )
}

/// The software whose path it seems to be.
fn conda(value: &str) -> &'static str {
    let known = ["conda", "mamba", "miniforge"];
    if known.iter().any(|word| value.contains(word)) {
        " (left over from a conda environment, by its look)"
    } else {
        ""
    }
}

fn mended(setting: &Setting, found: Finding) -> Finding {
    let name = setting.variable.name;
    match &setting.meant {
        Some(path) => found
            .advice("set it to the plain path")
            .fix(format!("export {name}={}", shell::path(path))),
        None => found.fix(format!("unset {name}")),
    }
}
