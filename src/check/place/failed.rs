//! A place that could not be read.

use std::path::Path;

use crate::source::candidate::{Candidate, Role};
use crate::source::error::LoadError;
use crate::source::near::Near;
use crate::text::shell;

/// A place that could not be read.
#[derive(Clone, Copy, Debug)]
pub struct FailedRead<'a> {
    /// The credential that was searched.
    pub role: Role,
    /// The place, and why it was searched.
    pub candidate: &'a Candidate,
    /// Why it could not be read.
    pub error: &'a LoadError,
    /// What lies near the place.
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
