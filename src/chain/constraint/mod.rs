//! Constraints that a CA puts on those below it: names (RFC 5280 §4.2.1.10) and certificate
//! policies (§6.1 with the graph of RFC 9618).

pub mod names;
mod policies;

use crate::chain::budget::Budget;
use crate::chain::{Defect, Flaw, PoolCertificate, proxy};

/// What a CA's constraints say against a certificate below it. CAs are named by their step in the
/// path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConstraintFlaw {
    /// A name lies in a subtree that a CA excludes.
    Excluded { ca: usize, name: String, subtree: String },
    /// A form of name is constrained for which there are no rules.
    FormNotJudged { ca: usize, name: String },
    /// A name of a constrained form is malformed, or has no host to compare.
    NameNotReadable { ca: usize, name: String },
    /// A name lies in none of the subtrees that a CA permits.
    NotPermitted {
        ca: usize,
        name: String,
        /// The subtrees of the name's form.
        permitted: Vec<String>,
    },
    /// A mapping from or to anyPolicy.
    PolicyAnyMapped,
    /// An explicit policy is required, and none is valid from the anchor down to here.
    PolicyMissing {
        /// Who requires it.
        ca: usize,
        /// What the certificate says that it was issued under.
        has: Vec<String>,
        /// What the certificates above let pass.
        wanted: Vec<String>,
    },
    /// The policies and mappings down to here make a tree beyond the limit.
    PolicyTreeTooLarge,
    /// More names and constraints than anybody compares.
    TooManyNames,
}

/// Every objection to `path`.
///
/// The policies of proxies are not looked at: those of the certificate they stand for are theirs.
pub fn judge(path: &[PoolCertificate], budget: &Budget) -> Vec<Flaw> {
    let end = proxy::count(path);
    let mut flaws = names::judge(path, end, budget);
    flaws.extend(policies::judge(path, end, budget));
    flaws
}

/// The same of certificate policies alone; `end` is the step of the end entity.
pub fn policies_of(path: &[PoolCertificate], end: usize, budget: &Budget) -> Vec<Flaw> {
    policies::judge(path, end, budget)
}

fn flaw(step: usize, trouble: ConstraintFlaw) -> Flaw {
    Flaw { step, defect: Defect::Constraint(trouble) }
}
