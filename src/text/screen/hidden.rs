//! A part of the text to hide, and the words in its place.

use std::ops::Range;

/// A secret, and the words in its place.
pub(super) struct HiddenRange {
    pub(super) hidden: Range<usize>,
    pub(super) mark: &'static str,
}

pub(super) const KEY: &str = "(a private key, not shown)";

pub(super) const SECRET: &str = "(a secret, not shown)";

pub(super) const UNKNOWN: &str = "(perhaps a piece of a key, not shown)";
