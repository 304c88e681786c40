//! Where IDTOKENS are searched: no directory, no token in it, a configuration that cannot be read.

use std::path::{Path, PathBuf};

use crate::check::file_mode::with_chmod;
use crate::check::idtoken::{FoundToken, rule};
use crate::parse::condor::knob::{Knob, PassedOver};
use crate::report::{Finding, Mode, Place};
use crate::source::FileFacts;
use crate::source::error::LoadError;
use crate::text::shell;

/// The directory of tokens, and why it is this one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenDirectory {
    pub path: PathBuf,
    /// `SEC_TOKEN_DIRECTORY, /etc/condor/config.d/50-x:3`, `default`.
    pub reason: String,
}

impl TokenDirectory {
    /// `/home/a/.condor/tokens.d (default)`.
    pub fn shown(&self) -> String {
        format!("{} ({})", self.path.display(), self.reason)
    }
}

/// The finding that there is no token. `trouble` if the directory cannot be listed.
pub fn none(directory: &TokenDirectory, trouble: Option<&LoadError>) -> Finding {
    let shown = directory.path.display();
    let reason = &directory.reason;
    let message = match trouble {
        Some(LoadError::Missing(_) | LoadError::Dangling(..)) => {
            format!("no IDTOKENS: the directory {shown} ({reason}) does not exist")
        }
        Some(trouble) => {
            let message =
                format!("the token directory {shown} ({reason}) cannot be read: {trouble}");
            return rule::DIRECTORY_UNREADABLE.found(message).at(Place::file(&directory.path));
        }
        None => format!("no IDTOKENS: there is no token in the directory {shown} ({reason})"),
    };
    rule::NONE.found(message).at(Place::file(&directory.path))
}

/// The finding that files or lines of `path` were not read.
pub fn beyond(path: &Path, limit: &str) -> Finding {
    let message = format!("not all of {} was read: {limit} was reached", path.display());
    rule::LIMIT.found(message).at(Place::file(path))
}

/// The finding that a file named on the command line holds no token.
pub fn no_token(found: &FoundToken) -> Finding {
    let message = format!("there is no token in {}", found.shown());
    rule::NONE.found(message).at(Place::file(&found.path))
}

/// The finding that certok cannot evaluate the setting of the directory.
pub fn unknown_directory(name: &str, knob: &Knob) -> Finding {
    let why = knob.value.as_ref().err().map_or("", String::as_str);
    let message = format!("the token directory is not known: {name} ({}): {why}", knob.origin);
    rule::CONFIG_UNKNOWN.found(message)
}

/// The finding that tokens are in a directory that HTCondor does not read for this user.
pub fn elsewhere(directory: &TokenDirectory, other: &Path, why: &str) -> Finding {
    let message = format!(
        "tokens are in {}, which HTCondor does not read for you ({why}); it reads {} ({})",
        other.display(),
        directory.path.display(),
        directory.reason
    );
    let variable = format!("export _condor_SEC_TOKEN_DIRECTORY={}", shell::path(other));
    rule::ELSEWHERE.found(message).fix(variable).at(Place::file(other))
}

/// Others may take tokens of the directory away, or rename them; those that they put there HTCondor
/// ignores, for they are not this user's.
pub fn open(directory: &TokenDirectory, facts: &FileFacts, euid: u32) -> Option<Finding> {
    const STICKY: u32 = 0o1000;
    if facts.mode & 0o022 == 0 || facts.mode & STICKY != 0 {
        return None;
    }
    let who = if facts.mode & 0o002 != 0 { "everybody" } else { "the group" };
    let message = format!(
        "{who} may remove and rename the tokens in {} (mode {:04o})",
        directory.path.display(),
        facts.mode
    );
    let finding = rule::DIRECTORY_OPEN.found(message).at(Place::file(&directory.path));
    Some(with_chmod(finding, facts, euid, Mode::CLOSED, &directory.path))
}

/// A configuration file that should be there, and is not or cannot be read.
pub fn config_unreadable(trouble: &LoadError) -> Finding {
    let path = trouble.path().unwrap_or(Path::new(""));
    let message =
        format!("the HTCondor configuration {} cannot be read: {trouble}", path.display());
    rule::CONFIG_UNREADABLE.found(message).at(Place::file(path))
}

/// The finding that only HTCondor itself can evaluate some statements.
pub fn passed_over(all: &[PassedOver]) -> Option<Finding> {
    let first = all.first()?;
    let more = match all.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let message = format!(
        "not all of HTCondor's configuration was followed: {} in {}:{}{more}",
        first.what,
        first.file.display(),
        first.line
    );
    Some(
        rule::CONFIG_PASSED_OVER
            .found(message)
            .at(Place::line(&first.file, Some(first.line).filter(|line| *line > 0))),
    )
}

/// The finding that HTCondor's tools stop at a statement.
pub fn refused(at: &PassedOver) -> Finding {
    let message = format!(
        "HTCondor's tools refuse to start: {} in {}:{}",
        at.what,
        at.file.display(),
        at.line
    );
    rule::CONFIG_REFUSED.found(message).at(Place::line(&at.file, Some(at.line)))
}

/// The finding that certok cannot evaluate which file names are excluded, so it is not known which
/// files count.
pub fn unknown_exclusion(knob: &Knob) -> Finding {
    let message = format!(
        "LOCAL_CONFIG_DIR_EXCLUDE_REGEXP ({}) is not understood; HTCondor's own is taken instead",
        knob.origin
    );
    rule::CONFIG_UNKNOWN.found(message)
}
