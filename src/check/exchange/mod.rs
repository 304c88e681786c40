//! Requests and answers.
use crate::report::Rule;
/// Rules of this file.
pub static RULES: &[&Rule] = &[];
