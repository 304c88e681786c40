//! What a file should contain, and a place in it.

use crate::check;
use crate::report::Place;
use crate::source::Source;

/// What a file should contain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ExpectedContent {
    Certificate,
    /// A private key.
    Key,
}

pub(super) fn at(source: &Source, line: usize) -> Place {
    Place { line: (line > 0).then_some(line), ..check::place_of(&source.origin) }
}
