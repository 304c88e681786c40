//! A token of one line that is in use: what `check` and `status` are told of it.

use crate::report::{Item, Report};
use crate::text::time::UnixTime;

/// Whether a credential is there, or is said to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Presence {
    /// Nothing is there, and nobody says that it is.
    Absent,
    /// A directory for such was set, and there is none in it.
    Expected,
    /// It is where nobody had to name it.
    Found,
    /// A variable names it, whether it is there or not: that is what will be used.
    Named,
}

/// The token that would be used.
#[derive(Debug)]
pub struct TokenInUse {
    /// What verifying it came to.
    pub report: Report,
    /// Its row in `status`.
    pub row: Item,
    /// Whether it is there, or is said to be.
    pub presence: Presence,
    /// Whether a token was read.
    pub is_there: bool,
    /// Where it is looked for.
    pub from: Option<String>,
    /// When it ends, if it does; nothing if there is none.
    pub sent: Option<Option<UnixTime>>,
}

impl TokenInUse {
    /// When the one that would be sent ends.
    pub fn end(&self) -> Option<UnixTime> {
        self.sent.flatten()
    }
}
