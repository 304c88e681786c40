//! Constraints of a CA on certificates below it: names (RFC 5280 §4.2.1.10) and certificate
//! policies (§6.1, with the graph of RFC 9618).

pub mod names;
mod policies;

use crate::chain::budget::Budget;
use crate::chain::{Defect, Flaw, PoolCertificate, proxy};

/// A violated constraint. A CA is given by its step in the path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConstraintFlaw {
    /// A name lies in a subtree that a CA excludes.
    Excluded { ca: usize, name: String, subtree: String },
    /// The form of the name is constrained, but there are no rules to compare it.
    FormNotJudged { ca: usize, name: String },
    /// The name has a constrained form, but is malformed or has no host to compare.
    NameNotReadable { ca: usize, name: String },
    /// The name lies in no subtree that the CA permits.
    NotPermitted {
        ca: usize,
        name: String,
        /// The permitted subtrees of this form.
        permitted: Vec<String>,
    },
    /// A policy mapping from or to anyPolicy.
    PolicyAnyMapped,
    /// An explicit policy is required, but none is valid on the path down to here.
    PolicyMissing {
        /// The CA that requires it.
        ca: usize,
        /// The policies in the certificate.
        has: Vec<String>,
        /// The policies that the certificates above allow.
        wanted: Vec<String>,
    },
    /// Policies and mappings make a tree that is larger than the limit.
    PolicyTreeTooLarge,
    /// There are too many names and constraints to compare.
    TooManyNames,
}

/// Every objection to `path`.
///
/// Policies of proxies are not checked. A proxy has the policies of its end entity.
pub fn judge(path: &[PoolCertificate], budget: &Budget) -> Vec<Flaw> {
    let end = proxy::count(path);
    let mut flaws = names::judge(path, end, budget);
    flaws.extend(policies::judge(path, end, budget));
    flaws
}

/// Objections about certificate policies only. `end` is the step of the end entity.
pub fn policies_of(path: &[PoolCertificate], end: usize, budget: &Budget) -> Vec<Flaw> {
    policies::judge(path, end, budget)
}

fn flaw(step: usize, trouble: ConstraintFlaw) -> Flaw {
    Flaw { step, defect: Defect::Constraint(trouble) }
}
