//! A list that may be about a certificate.

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::chain::revocation::{List, Unusable};
use crate::parse::crl::{Crl, ReasonFlags, Revocation};
use crate::parse::name::Name;

/// A list that an allowed key signed, and what it says about the certificate.
pub(super) struct Candidate<'a> {
    pub(super) list: &'a List,
    pub(super) crl: &'a Crl,
    /// Its position among all lists, the newest first.
    pub(super) place: usize,
    /// Whether the key of the certificate's issuer signed it.
    pub(super) own_key: bool,
    /// The entry for the certificate, if there is one.
    pub(super) entry: Option<Revocation>,
    /// The reasons that it covers for the certificate. Else why the certificate is out of its
    /// scope.
    pub(super) reasons: Result<ReasonFlags, &'static str>,
}

/// Names of the CRL issuers.
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

    /// Whether one of them made `list`, or the file is where such a list should be.
    pub(super) fn made(&self, list: &List) -> bool {
        match (&list.content, &list.hash) {
            (Ok(crl), _) => self.canonical.contains(crl.issuer.canonical()),
            (Err(_), Some(hash)) => self.hashes.contains(hash),
            // A damaged block of a bundle may belong to any CA.
            (Err(_), None) => true,
        }
    }
}

/// A file or block where a list should be, and the list or its error.
pub(super) type Read<'a> = (&'a List, Result<&'a Crl, Unusable>);

/// Files without a list first, then lists by age, the newest first.
pub(super) fn newest_first<'a>(lists: impl Iterator<Item = &'a List>) -> Vec<Read<'a>> {
    let content = |list: &'a List| list.content.as_ref().map_err(Unusable::from);
    let mut lists: Vec<Read<'a>> = lists.map(|list| (list, content(list))).collect();
    lists.sort_by(|(_, a), (_, b)| {
        let age = |crl: &Result<&'a Crl, Unusable>| crl.as_ref().ok().map(|crl| Reverse(age(crl)));
        age(a).cmp(&age(b))
    });
    lists
}

/// The key by which lists of one scope are ordered. A newer list has a greater one.
pub(super) fn age(crl: &Crl) -> (i64, (usize, &[u8])) {
    (crl.this_update.0, order(crl.extensions.number.as_deref().unwrap_or_default()))
}

/// The key by which CRL numbers are ordered.
pub(super) fn order(number: &[u8]) -> (usize, &[u8]) {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = number.get(zeros..).unwrap_or_default();
    (number.len(), number)
}
