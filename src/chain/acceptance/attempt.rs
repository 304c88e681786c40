//! A path that a consumer may build, and why it ends.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::{Objection, Reason};
use crate::consumer::profile::Names;
use crate::parse::name::Name;

/// A path, or the part of it that exists.
pub(super) struct Attempt {
    /// Leaf first.
    pub(super) path: Vec<PoolCertificate>,
    /// Whether its last certificate is an anchor.
    pub(super) anchored: bool,
    /// Whether the anchor is the leaf itself.
    pub(super) is_own_anchor: bool,
    /// Why the path does not go on, if it does not reach an anchor.
    pub(super) end: Option<Objection>,
}

impl Attempt {
    pub(super) fn anchored(path: Vec<PoolCertificate>) -> Self {
        Self { anchored: true, is_own_anchor: path.len() == 1, path, end: None }
    }

    pub(super) fn ended(path: Vec<PoolCertificate>, reason: Reason) -> Self {
        let end = Some(Objection::new(path.len().saturating_sub(1), reason));
        Self { path, anchored: false, is_own_anchor: false, end }
    }
}

/// Whether two names are equal for the consumer.
pub(super) fn is_same_name(how: Names, a: &Name, b: &Name) -> bool {
    match how {
        Names::Canonical => a.same_as(b),
        Names::Encoded => a == b,
        Names::Java => a.same_in_java(b),
        Names::Line => a.same_in_line(b),
    }
}
