//! Revocation: the words for each objection.

use crate::chain::revocation::Trouble;
use crate::report::Finding;
use crate::report::Rule;

/// Rules of this file.
pub static RULES: &[&Rule] = &[];

/// One objection as a finding; `name` is the certificate it is about, as a person would name it.
pub fn explain(trouble: &Trouble, name: &str) -> Finding {
    let _ = name;
    match *trouble {}
}
