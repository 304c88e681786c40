//! A setting in force, and statements that were skipped.

use std::path::PathBuf;

use crate::parse::condor::macros::Origin;

/// A statement that was skipped.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PassedOver {
    /// The file.
    pub file: PathBuf,
    /// Counted from 1.
    pub line: usize,
    /// What it is.
    pub what: &'static str,
}

/// A setting in force.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Knob {
    /// The value, or the part of it that certok cannot evaluate.
    pub value: Result<String, String>,
    /// Where it was set.
    pub origin: Origin,
}
