//! File names of lists: `<hash>.rN` of their CA, N from 0 on without a gap.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::check::ca_dir::Inventory;
use crate::check::ca_dir::lists::unusable::refresh;
use crate::check::ca_dir::lists::{Audit, CaCrl, Judged, MISNAMED};
use crate::check::ca_dir::rule::LEFTOVER;
use crate::parse::ca_dir::EntryName;
use crate::report::{Action, Finding, Place};

/// The numbers that exist for each hash.
pub(super) struct Numbers<'a> {
    of: HashMap<&'a str, BTreeSet<u32>>,
    gaps: HashMap<&'a str, u32>,
}

impl<'a> Numbers<'a> {
    pub(super) fn of(inventory: &'a Inventory) -> Self {
        let mut of: HashMap<&str, BTreeSet<u32>> = HashMap::new();
        for entry in &inventory.entries {
            if let EntryName::Crl { hash, index } = &entry.kind {
                let numbers = of.entry(hash).or_default();
                // A lookup stops at a broken link as it does at a missing number.
                if entry.file.is_ok() {
                    numbers.insert(*index);
                }
            }
        }
        let gap = |numbers: &BTreeSet<u32>| {
            let expected = (0..).zip(numbers);
            let counted = expected.take_while(|(want, has)| want == *has);
            counted.last().map_or(0, |(last, _)| last + 1)
        };
        let gaps = of.iter().map(|(hash, numbers)| (*hash, gap(numbers)));
        Self { gaps: gaps.collect(), of }
    }

    /// Whether there is no list at all.
    pub(super) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Whether there is a name of a list with this hash.
    pub(super) fn has(&self, hash: &str) -> bool {
        self.of.contains_key(hash)
    }

    /// Whether a lookup reaches this number.
    pub(super) fn is_reached(&self, hash: &str, index: u32) -> bool {
        index < self.next(hash)
    }

    /// The first number that is free.
    fn next(&self, hash: &str) -> u32 {
        self.gaps.get(hash).copied().unwrap_or(0)
    }
}

impl Audit<'_> {
    /// Lists with a name that no lookup reads, and lists of unknown CAs.
    pub(super) fn misnamed(&mut self, ca_crls: &[Judged<'_>]) {
        let mut linked = HashSet::new();
        for (ca_crl, by) in ca_crls {
            let replaced = match by {
                Ok(signer) => self.has_good(ca_crl.ca, Some(signer.spki())),
                Err(_) => self.has_good(ca_crl.ca, None),
            };
            let newest = self.newest.get(&ca_crl.ca.number);
            let outdated = newest.is_some_and(|newest| *newest >= ca_crl.crl.this_update);
            if replaced || outdated || self.is_found(ca_crl) {
                continue;
            }
            let (many, why) = self.why_not_found(ca_crl);
            let found = MISNAMED.found(why);
            let in_use = ca_crl.doubt(self.inventory).is_none();
            let timely = ca_crl.late(self.now).is_none() && !ca_crl.crl.is_delta();
            let good = by.is_ok() && timely && !ca_crl.list.der && in_use;
            let found = match self.link(ca_crl).filter(|_| good) {
                Some((wanted, link)) if linked.insert(wanted.clone()) => found.fix(link),
                _ => found.advice(refresh(&self.inventory.candidate.path)),
            };
            let path = ca_crl.path(self.inventory);
            self.say(many, ca_crl.ca, None, found, path);
        }
        self.leftovers();
    }

    fn why_not_found(&self, ca_crl: &CaCrl<'_>) -> (&'static str, String) {
        let (ca, path) = (ca_crl.ca, ca_crl.path(self.inventory));
        let (name, file) = (ca.shown(), path.display());
        let next = self.numbers.next(&ca.new_hash);
        let wanted = format!("{}.r{next}", ca.new_hash);
        if ca_crl.is_under(&ca.new_hash, self.inventory) {
            let why = format!(
                "the CRL of the CA {name}, {file}, comes after a gap: {wanted} is missing, and \
                 the lookup stops there"
            );
            return ("CRLs come after a gap in the numbers of their names", why);
        }
        if ca_crl.is_under(&ca.old_hash, self.inventory) {
            let why = format!(
                "the CRL of the CA {name} is there by the old (MD5) hash alone, {file}: OpenSSL \
                 and Globus look for {wanted}"
            );
            return ("CRLs are there by the old (MD5) hash alone", why);
        }
        if ca_crl.has_alias(self.inventory) {
            let why = format!(
                "the CRL of the CA {name} is there by an alias alone, {file}: OpenSSL, Globus and \
                 XRootD look for {wanted}"
            );
            return ("CRLs are there by an alias alone", why);
        }
        let why = format!(
            "{file} has the wrong name: it is the CRL of the CA {name}, which is looked for as \
             {wanted}"
        );
        ("CRLs have the hash of another CA in their names", why)
    }

    /// The right name of a list, and the command that makes it.
    fn link(&self, ca_crl: &CaCrl<'_>) -> Option<(String, Action)> {
        let hash = &ca_crl.ca.new_hash;
        let wanted = format!("{hash}.r{}", self.numbers.next(hash));
        let file = ca_crl.path(self.inventory).file_name()?;
        let path = self.inventory.candidate.path.join(&wanted);
        let free = self.cas.entry(&wanted).is_none();
        free.then(|| (wanted, Action::Link { path, target: file.into(), again: false }))
    }

    /// Lists of a CA that is not in the directory, with a hash that no CA has.
    fn leftovers(&mut self) {
        for entry in &self.inventory.entries {
            let EntryName::Crl { hash, .. } = &entry.kind else {
                continue;
            };
            let file = entry.file.as_ref().ok();
            let held = file.and_then(|file| self.inventory.files.get(*file));
            let lists = held.and_then(|held| held.content.as_ref().ok());
            let lists = lists.into_iter().flat_map(|content| &content.lists);
            let mut crls = lists.filter_map(|list| list.content.as_ref().ok());
            let known = crls.clone().any(|crl| self.cas.named(&crl.issuer).is_some());
            let mut cas = self.cas.hashed(hash);
            let file = entry.path.display();
            let of = crls.next().map(|crl| crl.issuer.common_name());
            let found: Finding = match (cas.next(), of) {
                _ if known => continue,
                // It is damaged, and another finding says so.
                (Some(_), None) => continue,
                (Some(ca), Some(other)) if ca.alive => MISNAMED
                    .found(format!(
                        "{file} is where the CRL of the CA {} should be, but it is that of \
                         another CA, {other}, which is not in the directory",
                        ca.shown()
                    ))
                    .advice(refresh(&self.inventory.candidate.path)),
                (Some(_), Some(_)) => continue,
                (None, _) if self.cas.is_claimed(hash) => continue,
                (None, Some(other)) => {
                    LEFTOVER.found(format!("{file} is the CRL of {other}, a CA that is not there"))
                }
                (None, None) => LEFTOVER.found(format!("{file} is of a CA that is not there")),
            };
            let many = if found.is(&LEFTOVER) {
                "files are of CAs that are not in the directory"
            } else {
                "CRLs are not of the CA that their name says"
            };
            self.groups.add(many, entry.name.clone(), found.at(Place::file(&entry.path)));
        }
    }
}
