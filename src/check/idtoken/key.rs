//! Whether HTCondor would use a signing key: who may read its file.

use std::path::Path;

use crate::check::idtoken::rule;
use crate::report::{Finding, Place};
use crate::source::FileFacts;

/// The warning about mode or owner of the file of the key `name`, if there is one.
pub fn check(name: &str, path: &Path, facts: Option<&FileFacts>, euid: u32) -> Option<Finding> {
    let facts = facts?;
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
