//! The token in use, if it is a single line: what `check` and `status` need to know.

use crate::report::{Item, Report};
use crate::text::time::UnixTime;

/// Whether a credential exists, or should exist.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Presence {
    /// It does not exist, and nothing names it.
    Absent,
    /// A directory for it is configured, but is empty.
    Expected,
    /// It exists at a default place.
    Found,
    /// A variable names it, so it will be used, even if it does not exist.
    Named,
}

/// The token that would be used.
#[derive(Debug)]
pub struct TokenInUse {
    /// The result of verifying it.
    pub report: Report,
    /// Its row in `status`.
    pub row: Item,
    /// Whether it exists, or should exist.
    pub presence: Presence,
    /// Whether a token was read.
    pub is_there: bool,
    /// Where it is searched.
    pub from: Option<String>,
    /// The end of the token that would be sent: `Some(None)` if it has no end, `None` if there is
    /// no token.
    pub sent: Option<Option<UnixTime>>,
}

impl TokenInUse {
    /// When the one that would be sent ends.
    pub fn end(&self) -> Option<UnixTime> {
        self.sent.flatten()
    }
}
