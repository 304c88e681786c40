//! A list that may say something of a certificate.

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::chain::revocation::{List, Unusable};
use crate::parse::crl::{Crl, ReasonFlags, Revocation};
use crate::parse::name::Name;

/// A list that was signed by who may, and what it says of the certificate.
pub(super) struct Candidate<'a> {
    pub(super) list: &'a List,
    pub(super) crl: &'a Crl,
    /// Its place among all lists, the newest first.
    pub(super) place: usize,
    /// Whether the key of the certificate's issuer signed it, not another one.
    pub(super) own_key: bool,
    /// The entry that names the certificate.
    pub(super) entry: Option<Revocation>,
    /// For which reasons it is about the certificate, or why it is not.
    pub(super) reasons: Result<ReasonFlags, &'static str>,
}

/// Names of who makes lists.
pub(super) struct CrlIssuers<'n> {
    canonical: HashSet<&'n [u8]>,
    hashes: HashSet<String>,
}

impl<'n> CrlIssuers<'n> {
    pub(super) fn of(names: impl Iterator<Item = &'n Name>) -> Self {
        let (mut canonical, mut hashes) = (HashSet::new(), HashSet::new());
        for name in names {
            if canonical.insert(name.canonical()) {
                hashes.insert(name.new_hash());
            }
        }
        Self { canonical, hashes }
    }

    /// Whether one of them made `list`, or it stands in the place of such a list.
    pub(super) fn made(&self, list: &List) -> bool {
        match (&list.content, &list.hash) {
            (Ok(crl), _) => self.canonical.contains(crl.issuer.canonical()),
            (Err(_), Some(hash)) => self.hashes.contains(hash),
            // What is damaged in a bundle may be anybody's.
            (Err(_), None) => true,
        }
    }
}

/// What stands where a list should, and the list.
pub(super) type Read<'a> = (&'a List, Result<&'a Crl, Unusable>);

/// What is no list first, then lists by age.
pub(super) fn newest_first<'a>(lists: impl Iterator<Item = &'a List>) -> Vec<Read<'a>> {
    let content = |list: &'a List| list.content.as_ref().map_err(Unusable::from);
    let mut lists: Vec<Read<'a>> = lists.map(|list| (list, content(list))).collect();
    lists.sort_by(|(_, a), (_, b)| {
        let age = |crl: &Result<&'a Crl, Unusable>| crl.as_ref().ok().map(|crl| Reverse(age(crl)));
        age(a).cmp(&age(b))
    });
    lists
}

/// By what lists of one scope are ordered: the newer is greater.
pub(super) fn age(crl: &Crl) -> (i64, (usize, &[u8])) {
    (crl.this_update.0, order(crl.extensions.number.as_deref().unwrap_or_default()))
}

/// CRL numbers in their order.
pub(super) fn order(number: &[u8]) -> (usize, &[u8]) {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = number.get(zeros..).unwrap_or_default();
    (number.len(), number)
}
