//! Was the credential found, and could it be read? If not: what was meant, and what to type.

pub mod failed;
mod missing;
pub mod path;
mod rule;
mod value;

use std::path::Path;

use crate::check::place::failed::{FailedRead, export};
use crate::check::place::missing::missing;
use crate::check::place::path::NamedPath;
pub use crate::check::place::rule::*;
use crate::check::place::value::value;
use crate::report::{Action, Finding, Mode, Place};
use crate::source::candidate::{Candidate, Location, Reason, Role};
use crate::source::error::{Barrier, LoadError};
use crate::source::near::{BadTemporary, NearValue};
use crate::source::{Origin, Source, is_descriptor};
use crate::text::shell;

/// Why `role` could not be read. The most likely cause comes first.
pub fn check(failed: FailedRead<'_>) -> Vec<Finding> {
    let place = Place {
        file: failed.error.path().map(Path::to_path_buf),
        variable: variable(failed.candidate),
        ..Place::default()
    };
    let mut findings = vec![cause(failed).at(place)];
    let temporary = failed.near.temporary.as_ref();
    let temporary = temporary.filter(|_| failed.candidate.reason == Reason::Default);
    let python = failed.near.python_temporary.as_deref();
    findings
        .extend(temporary.map(|(path, bad, near)| temporary_directory(path, *bad, near, python)));
    // A directory that is not there explains the token that is not there.
    findings.reverse();
    findings
}

/// The note that the credential at the default place is not used.
pub fn shadowed(role: Role, candidate: &Candidate, default: &Path) -> Finding {
    let (name, default) = (role.variable(), default.display());
    let chosen = match &candidate.location {
        Location::Value(value) if value.to_string_lossy().contains("-----BEGIN") => {
            "its own content".to_owned()
        }
        Location::Value(value) => value.to_string_lossy().into_owned(),
        _ => String::new(),
    };
    SHADOWED.found(format!("{name} is used ({chosen}); {default} exists and is not"))
}

fn variable(candidate: &Candidate) -> Option<&'static str> {
    match candidate.reason {
        Reason::Variable(name) => Some(name),
        _ => None,
    }
}

fn cause(failed: FailedRead<'_>) -> Finding {
    let noun = subject(failed);
    match failed.error {
        LoadError::NoHome => home_unset(failed),
        LoadError::Value => value(failed),
        LoadError::Missing(path) => missing(path, failed),
        LoadError::Dangling(path, target) => LINK_DANGLING.found(format!(
            "{noun}: {} is a dangling symbolic link, its target {} does not exist",
            path.display(),
            target.display()
        )),
        LoadError::LinkLoop(path) => LINK_LOOP.found(format!(
            "{noun}: {} is part of a loop of symbolic links (too many levels)",
            path.display()
        )),
        LoadError::Directory(path) => directory(path, failed),
        LoadError::Special(path, kind) => {
            let found = NOT_A_FILE
                .found(format!("{noun}: {} is {kind}, not a regular file", path.display()));
            match failed.candidate.reason {
                // Nobody takes it for a way to switch a credential off.
                Reason::Variable(name) => {
                    found.advice(format!("unset {name}, or let it name a regular file"))
                }
                _ => found,
            }
        }
        LoadError::TooLarge(path, limit) => {
            TOO_LARGE.found(format!("{noun}: {} has more than {} MiB", path.display(), limit >> 20))
        }
        LoadError::Denied(path, _) => denied(path, failed),
        LoadError::NoCertificate(path, text) | LoadError::Other(path, text) => {
            READ_FAILED.found(format!("{noun}: {} could not be read: {text}", path.display()))
        }
    }
}

/// The subject of the sentence: the variable that names the place, else the credential.
fn subject(failed: FailedRead<'_>) -> &'static str {
    match failed.candidate.reason {
        Reason::Variable(name) => name,
        _ => failed.role.noun(),
    }
}

fn home_unset(failed: FailedRead<'_>) -> Finding {
    let noun = failed.role.noun();
    let found = HOME_UNSET.found(format!(
        "HOME is not set, so ~/.globus/{} ({noun}) cannot be located",
        failed.role.file_name(failed.uid)
    ));
    match &failed.near.passwd_home {
        Some((home, true)) => found.fix(format!("export HOME={}", shell::path(home))),
        Some((home, false)) => found.advice(format!(
            "set HOME (export HOME={}), or name the files with X509_USER_CERT and X509_USER_KEY",
            shell::path(home)
        )),
        None => found.advice(
            "set HOME (export HOME=/home/you), or name the files with X509_USER_CERT and \
             X509_USER_KEY; /etc/passwd has no entry for you",
        ),
    }
}

fn directory(path: &Path, failed: FailedRead<'_>) -> Finding {
    let subject = subject(failed);
    let found = IS_DIRECTORY
        .found(format!("{subject}: {} is a directory, it must be a file", path.display()));
    let file = failed.role.file_name(failed.uid);
    match (&failed.near.inside, failed.candidate.reason) {
        (Some(inside), Reason::Variable(_)) => found
            .advice(format!("name the file in it: {}", inside.display()))
            .fix(export(failed, inside)),
        (Some(inside), _) => found.advice(format!("name the file in it: {}", inside.display())),
        (None, Reason::Default) => {
            found.advice("move the directory out of the way and put the file in its place")
        }
        (None, _) => found.advice(format!("name a file, as in {}", path.join(file).display())),
    }
}

fn denied(path: &Path, failed: FailedRead<'_>) -> Finding {
    let noun = subject(failed);
    let LoadError::Denied(_, Some(barrier)) = failed.error else {
        return PERMISSION_DENIED.found(format!(
            "{noun}: {} cannot be read: permission denied (by a directory above it)",
            path.display()
        ));
    };
    let Barrier { path: closed, facts } = &**barrier;
    let is_above = closed != path;
    let by =
        if is_above { format!(" by the directory {}", closed.display()) } else { String::new() };
    let message = format!(
        "{noun}: {} cannot be read: permission denied{by} (owner uid {}, mode {:04o}, you are uid \
         {})",
        path.display(),
        facts.owner,
        facts.mode,
        failed.euid
    );
    let found = PERMISSION_DENIED.found(message);
    if facts.owner == failed.euid && !is_descriptor(path) {
        let (mode, advice) = match (is_above, failed.role.holds_key()) {
            (true, _) => (Mode::ENTERED, "let yourself into the directory"),
            (false, true) => (Mode::Exactly(0o400), "make it readable for yourself"),
            (false, false) => (Mode::Plus("u+r", 0o400), "make it readable for yourself"),
        };
        return found.advice(advice).fix(Action::Chmod {
            path: closed.to_path_buf(),
            mode,
            file: None,
        });
    }
    if failed.role.is_host() {
        return found.advice(
            "what belongs to the host is for root and the services alone: run this as root, or as \
             the user the service runs as",
        );
    }
    if let Reason::Variable(_) = failed.candidate.reason {
        let pair = failed.role.variables();
        return found
            .advice(format!("unset {pair} to use the default place, or name a file of your own"));
    }
    if failed.role.is_token() {
        return found.advice(
            "another account made it; ask its owner to remove it, or use a directory of your own: \
             mkdir -p ~/tmp; export TMPDIR=~/tmp; alien-token-init",
        );
    }
    found
}

fn temporary_directory(
    path: &Path,
    bad: BadTemporary,
    near: &NearValue,
    python: Option<&Path>,
) -> Finding {
    let (shown, quoted) = (path.display(), shell::path(path));
    let python = python.map_or_else(
        || "alien.py takes the current directory".to_owned(),
        |python| format!("alien.py takes {} (TMPDIR, TEMP, TMP, /tmp)", python.display()),
    );
    let named = NamedPath { name: "TMPDIR", value: path.as_os_str(), near };
    if let Some((_, what)) = named.oddity().filter(|_| bad == BadTemporary::Missing) {
        // To make this directory would be wrong.
        let found = TMPDIR_UNUSABLE.found(what);
        let found = found.advice(format!("set it to a plain path, or unset TMPDIR; {python}"));
        return named.mended(found);
    }
    match bad {
        BadTemporary::Missing => TMPDIR_UNUSABLE
            .found(format!("TMPDIR points to {shown}, which does not exist"))
            .advice(format!("make it (mkdir -p), or unset TMPDIR; {python}")),
        BadTemporary::NotDirectory => TMPDIR_UNUSABLE
            .found(format!("TMPDIR points to {shown}, which is not a directory"))
            .advice(format!("unset TMPDIR; {python}")),
        BadTemporary::NotWritable => TMPDIR_UNUSABLE
            .found(format!("TMPDIR points to {shown}, where you may not write"))
            .advice(format!("{python}; chmod u+w {quoted}, or unset TMPDIR"))
            .as_warning(),
    }
}

/// That alien.py passes over a CA directory.
pub fn no_pem(directory: &Path) -> Finding {
    let shown = directory.display();
    rule::ALIEN_PY_REFUSES
        .found(format!(
            "alien.py ignores the CA directory {shown} (X509_CERT_DIR): no file *.pem is in it"
        ))
        .advice("put the CA certificates there as NAME.pem too, or name another directory")
        .at(Place::file(directory))
}

/// That alien.py does not take what was read, though others do.
pub fn alien_py(role: Role, candidate: &Candidate, source: &Source) -> Option<Finding> {
    const CERT: &str = "-----BEGIN CERTIFICATE-----";
    const KEY: &str = "-----BEGIN RSA PRIVATE KEY-----";
    // The value that was read has no white space around it any more.
    let value = match &candidate.location {
        Location::Value(value) => value.as_encoded_bytes(),
        _ => &source.bytes[..],
    };
    let begins = |text: &str| value.starts_with(text.as_bytes());
    let has = |text: &str| source.bytes.windows(text.len()).any(|found| found == text.as_bytes());
    let trusted = "-----BEGIN TRUSTED CERTIFICATE-----";
    let why = match (&source.origin, role) {
        (Origin::Variable(name), Role::UserCert | Role::UserKey) => {
            format!("alien.py treats the content of ${name} as a file name")
        }
        (Origin::Variable(name), Role::TokenCert) if !begins(CERT) => format!(
            "alien.py treats the content of ${name} as a file name: it does not begin with the \
             line of a CERTIFICATE"
        ),
        (Origin::Variable(name), Role::TokenKey) if !begins(KEY) => format!(
            "alien.py treats the content of ${name} as a file name: it does not begin with the \
             line of an RSA PRIVATE KEY"
        ),
        (origin, Role::TokenCert | Role::UserCert) if has(trusted) && !has(CERT) => format!(
            "alien.py does not read {origin}: its certificate is a TRUSTED CERTIFICATE of OpenSSL"
        ),
        _ => return None,
    };
    Some(rule::ALIEN_PY_REFUSES.found(why))
}
