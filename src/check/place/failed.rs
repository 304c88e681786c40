//! A place that gave nothing.

use std::path::Path;

use crate::source::candidate::{Candidate, Role};
use crate::source::error::LoadError;
use crate::source::near::Near;
use crate::text::shell;

/// A place that gave nothing.
#[derive(Clone, Copy, Debug)]
pub struct FailedRead<'a> {
    /// What was looked for.
    pub role: Role,
    /// Where and why.
    pub candidate: &'a Candidate,
    /// Why it gave nothing.
    pub error: &'a LoadError,
    /// What lies near.
    pub near: &'a Near,
    /// Real user id.
    pub uid: u32,
    /// Effective user id.
    pub euid: u32,
    /// The current directory.
    pub directory: Option<&'a Path>,
}

pub(super) fn export(failed: FailedRead<'_>, path: &Path) -> String {
    format!("export {}={}", failed.role.variable(), shell::path(path))
}
