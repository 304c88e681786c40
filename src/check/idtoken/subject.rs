//! The token that is judged, and where it stands.

use crate::check::idtoken::{FoundToken, Question, Signature, rule, scope};
use crate::parse::classad;
use crate::parse::classad::Answer;
use crate::parse::idtoken::file::signature_bytes;
use crate::parse::idtoken::{IdToken, Moment};
use crate::parse::json::OUT_OF_RANGE;
use crate::report::{Finding, Rule};
use crate::text::time::Seconds;

/// A token in its place.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The file.
    pub found: &'a FoundToken,
    /// The line in it.
    pub line: usize,
    pub token: &'a IdToken,
    /// What came of its signature.
    pub signature: &'a Signature,
}

impl Subject<'_> {
    /// `IDTOKEN /home/me/.condor/tokens.d/friend:1`.
    pub(super) fn noun(self) -> String {
        format!("IDTOKEN {}", self.name())
    }

    /// `FILE:LINE`.
    pub(super) fn name(self) -> String {
        self.found.name(self.line)
    }

    pub(super) fn says(self, rule: &'static Rule, message: String) -> Finding {
        rule.found(message).at(self.found.place(Some(self.line)))
    }

    /// How to get another one, under the same name.
    pub(super) fn renewal(self) -> String {
        renewal(self.found)
    }
}
