//! Revocation (RFC 5280 §6.3): what the lists at hand say of each certificate of a path.

use crate::chain::Flaw;
use crate::chain::Known;
use crate::chain::Question;

/// `--crl`: what part revocation lists play.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CrlMode {
    /// None are looked at.
    Off,
    /// Those that are there decide; where there is none, that is said.
    #[default]
    IfPresent,
    /// Without a good list for each certificate the answer is undecided.
    Require,
}

/// A file where a revocation list should be, `<hash>.rN` of a CA's name.
#[derive(Clone, Debug)]
pub struct List {
    /// Where it came from, as a person would name it.
    pub from: String,
}

/// What the lists say against a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Trouble {}

/// Every objection to `path`.
pub fn judge(path: &[Known], question: &Question<'_>) -> Vec<Flaw> {
    let _ = (path, question);
    Vec::new()
}
