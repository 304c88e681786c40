//! Proxy certificates below an end entity (RFC 3820, and what Globus had before it).

use crate::chain::Flaw;
use crate::chain::Known;
use crate::chain::Question;

/// What is wrong with a proxy in its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Trouble {
    /// None is allowed here.
    NotAllowed,
}

/// Every objection to the proxies of `path`.
pub fn judge(path: &[Known], question: &Question<'_>) -> Vec<Flaw> {
    let _ = (path, question);
    Vec::new()
}
