//! A setting as it is in force, and statements that were not followed.

use std::path::PathBuf;

use crate::parse::condor::macros::Origin;

/// A statement that was not acted upon.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PassedOver {
    /// Where it stands.
    pub file: PathBuf,
    /// Counted from 1.
    pub line: usize,
    /// What it is.
    pub what: &'static str,
}

/// A setting as it is in force.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Knob {
    /// The value, or what in it certok does not work out.
    pub value: Result<String, String>,
    /// Where it was made.
    pub origin: Origin,
}
