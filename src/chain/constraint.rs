//! Constraints that a CA puts on those below it: names (RFC 5280 §4.2.1.10) and certificate
//! policies (§6.1, the valid policy tree).

use crate::chain::Flaw;
use crate::chain::Known;
use crate::chain::Question;

/// What a CA's constraints say against a certificate below it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Trouble {}

/// Every objection to `path`.
pub fn judge(path: &[Known], question: &Question<'_>) -> Vec<Flaw> {
    let _ = (path, question);
    Vec::new()
}
