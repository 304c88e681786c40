//! Would HTCondor use the signing key, and could somebody guess it?

use std::path::Path;

use crate::check::idtoken::rule;
use crate::parse::condor::key;
use crate::report::{Finding, Place};
use crate::source::{FileFacts, Source};

/// The warnings about the file of the key `name`.
pub fn check(name: &str, path: &Path, source: &Source, euid: u32) -> Vec<Finding> {
    let access = source.file.as_ref().and_then(|facts| access(name, path, facts, euid));
    access.into_iter().chain(weak(name, path, &source.bytes).map(Finding::as_warning)).collect()
}

/// The finding that the key is weak.
pub fn weak(name: &str, path: &Path, bytes: &[u8]) -> Option<Finding> {
    let why = key::weakness(bytes)?;
    let message = format!("the signing key {name} in {} is weak: {why}", path.display());
    Some(rule::KEY_WEAK.found(message).at(Place::file(path)))
}

/// The warning about mode or owner, if there is one.
fn access(name: &str, path: &Path, facts: &FileFacts, euid: u32) -> Option<Finding> {
    let shown = path.display();
    let message = if facts.mode & 0o077 != 0 {
        format!(
            "the signing key {name} in {shown} is accessible to others (mode {:04o})",
            facts.mode
        )
    } else if facts.owner != euid {
        let owner = facts.owner;
        format!("the signing key {name} in {shown} is owned by uid {owner}, you are uid {euid}")
    } else {
        return None;
    };
    Some(rule::KEY_UNSAFE.found(message).at(Place::file(path)))
}
