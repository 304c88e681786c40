//! Whether HTCondor reads a file of tokens: its name, its mode, its owner, its type.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::check::file_mode;
use crate::check::file_mode::with_chmod;
use crate::check::idtoken::{FoundToken, Question, removal, rule};
use crate::parse::jws;
use crate::report::{Action, Finding, Mode};
use crate::source::error::LoadError;

/// Why HTCondor does not read `found`. The name comes first.
pub(super) fn check(found: &FoundToken, question: &Question) -> Vec<Finding> {
    let mut findings = Vec::new();
    let place = found.place(None);
    let shown = found.shown();
    if found.is_excluded {
        // If the file has no token, nothing is lost.
        if found.tokens().next().is_some() {
            let message = format!(
                "HTCondor ignores the file {shown}: its name is excluded by \
                 LOCAL_CONFIG_DIR_EXCLUDE_REGEXP"
            );
            findings.push(rule::EXCLUDED_NAME.found(message).at(place));
        }
        return findings;
    }
    if let Err(trouble) = &found.content {
        return vec![unreadable(found, trouble, question.euid)];
    }
    let Some(facts) = &found.facts else {
        return findings;
    };
    if facts.owner != question.euid {
        let message = format!(
            "HTCondor ignores the token file {shown}: it is owned by uid {}, you are uid {}",
            facts.owner, question.euid
        );
        let finding = rule::NOT_OWNED.found(message).at(place.clone());
        let (path, kept) = (found.path.clone(), hidden_path(found));
        let fix = Action::Own { path, kept, mode: 0o600 };
        // In a directory where everybody can create names, a file of another user must not be used.
        findings.push(match facts.shared_name {
            _ if !found.holds_secret => finding.advice(file_mode::NO_SECRET),
            Some(_) => finding.advice("get a token of your own: condor_token_fetch"),
            None if facts.link_target.is_some() => {
                finding.advice("it is a link to another user's file: get a token of your own")
            }
            None => match file_mode::for_its_owner(facts, question.euid) {
                Some(advice) => finding.advice(advice),
                None => finding.fix(fix),
            },
        });
    }
    if facts.mode & 0o077 != 0 {
        let who = match facts.mode & 0o077 {
            bits if bits & 0o004 != 0 => "readable by everybody",
            bits if bits & 0o040 != 0 => "readable by the group",
            _ => "accessible to others",
        };
        let message = format!(
            "HTCondor ignores the token file {shown}: it is {who} (mode {:04o})",
            facts.mode
        );
        let finding = rule::UNSAFE_MODE.found(message).at(place);
        let euid = question.euid;
        findings.push(match found.holds_secret {
            true => with_chmod(finding, facts, euid, Mode::Exactly(0o600), &found.path),
            false => finding.advice(file_mode::NO_SECRET),
        });
    }
    findings
}

/// Whether HTCondor's client waits for ever at this file: it opens pipes as if they were files, and
/// spins at a NUL of a file that it reads. Neither mode nor owner keeps it from opening a pipe.
pub(super) fn hangs(found: &FoundToken, question: &Question) -> Option<Finding> {
    let shown = found.shown();
    let message = match &found.content {
        _ if found.is_excluded => return None,
        Err(LoadError::Special(_, "a named pipe")) => {
            format!("{shown} is a named pipe: HTCondor's client waits for ever when it opens it")
        }
        Ok(file) if file.begins_with_nul && check(found, question).is_empty() => {
            format!("{shown} begins with a NUL byte, at which HTCondor's client spins for ever")
        }
        _ => return None,
    };
    let fix = Action::SetAside { path: found.path.clone(), kept: hidden_path(found) };
    Some(rule::HANGS.found(message).fix(fix).at(found.place(None)))
}

fn unreadable(found: &FoundToken, trouble: &LoadError, euid: u32) -> Finding {
    if let LoadError::Missing(path) = trouble {
        return missing(found, path);
    }
    let message = format!("the token file {} cannot be read: {trouble}", found.shown());
    let finding = rule::UNREADABLE.found(message).at(found.place(None));
    match trouble {
        LoadError::Denied(path, Some(barrier)) if barrier.facts.owner == euid => {
            finding.fix(file_mode::opened(path, barrier))
        }
        _ => finding,
    }
}

fn missing(found: &FoundToken, path: &Path) -> Finding {
    if jws::looks_like(path.as_os_str().as_encoded_bytes()) {
        return rule::NONE
            .found("a token was given where a file is expected")
            .advice("give it on standard input instead: certok idtoken-info -");
    }
    removal::missing(path).at(found.place(None))
}

/// A name in the same directory that HTCondor does not read.
pub(super) fn hidden_path(found: &FoundToken) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(found.path.file_name().unwrap_or_default());
    found.path.with_file_name(name)
}
