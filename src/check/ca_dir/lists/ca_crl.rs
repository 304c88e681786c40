//! One list of a CA of the directory.

use std::collections::HashSet;
use std::path::Path;

use crate::chain::budget::Budget;
use crate::chain::revocation::{List, Unusable, late};
use crate::check::ca_dir::ca::{Ca, Cas};
use crate::check::ca_dir::lists::Judged;
use crate::check::ca_dir::{CaFile, Entry, Inventory};
use crate::check::ca_lookup::Doubt;
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::parse::crl::{Crl, IssuingPoint, Reason, Revocation};
use crate::text::time::UnixTime;

/// A list, its file, and the CA that it names.
#[derive(Debug)]
pub struct CaCrl<'a> {
    /// Its file.
    pub held: &'a CaFile,
    /// The list with its source.
    pub list: &'a List,
    /// Its content.
    pub crl: &'a Crl,
    /// The CA that it names.
    pub ca: &'a Ca<'a>,
}

/// Every list of a CA that has not expired. Those with its new hash come first.
pub fn ca_crls<'a>(inventory: &'a Inventory, cas: &'a Cas<'a>) -> Vec<CaCrl<'a>> {
    let lists = inventory.lists();
    let mut ca_crls: Vec<CaCrl<'a>> = lists
        .filter_map(|(held, list)| {
            let crl = list.content.as_ref().ok()?;
            let ca = cas.named(&crl.issuer).filter(|ca| ca.alive)?;
            Some(CaCrl { held, list, crl, ca })
        })
        .collect();
    ca_crls.sort_by_cached_key(|ca_crl| !ca_crl.is_under(&ca_crl.ca.new_hash, inventory));
    ca_crls
}

impl<'a> CaCrl<'a> {
    /// The certificate of its CA that signed it.
    ///
    /// # Errors
    ///
    /// Why it does not count; see [`Ca::vouched`].
    pub fn vouched(&self, budget: &Budget) -> Result<&'a Certificate, Unusable> {
        self.ca.vouched(self.list, budget)
    }

    /// Why its dates do not hold.
    pub(super) fn late(&self, now: UnixTime) -> Option<Unusable> {
        late(self.crl, now)
    }

    /// The names of its file.
    pub(super) fn names(&self, inventory: &'a Inventory) -> impl Iterator<Item = &'a Entry> {
        let names = self.held.names.iter();
        names.filter_map(|at| inventory.entries.get(*at))
    }

    /// Whether one of its names has this hash.
    pub(super) fn is_under(&self, hash: &str, inventory: &'a Inventory) -> bool {
        self.names(inventory)
            .any(|entry| matches!(&entry.kind, EntryName::Crl { hash: its, .. } if its == hash))
    }

    /// Whether none of its names has a hash.
    pub(super) fn has_alias(&self, inventory: &'a Inventory) -> bool {
        !self.names(inventory).any(|entry| matches!(entry.kind, EntryName::Crl { .. }))
    }

    /// Why no fix may link its file.
    pub(super) fn doubt(&self, inventory: &'a Inventory) -> Option<Doubt> {
        let mut files = self.names(inventory).filter_map(|entry| entry.file.as_ref().ok());
        inventory.doubt(*files.next()?)
    }

    /// Its best-known name.
    pub(super) fn path(&self, inventory: &'a Inventory) -> &'a Path {
        let of_new = |entry: &&Entry| matches!(&entry.kind, EntryName::Crl { hash, .. } if *hash == self.ca.new_hash);
        let mut names = self.names(inventory);
        let name = names.find(of_new).or_else(|| self.names(inventory).next());
        name.map_or(Path::new(""), |entry| &entry.path)
    }
}

/// The list among `lists` (the newest first) that revokes `certificate`. For each key and issuing
/// distribution point the newest one counts. It counts even if it has expired, because a revocation
/// stays.
pub(super) fn revocation<'l, 'a>(
    lists: &[&'l Judged<'a>],
    certificate: &Certificate,
) -> Option<(&'l CaCrl<'a>, Revocation)> {
    let mut newest: HashSet<(&[u8], Option<&IssuingPoint>)> = HashSet::new();
    for (ca_crl, by) in lists {
        let Ok(signer) = by else {
            continue;
        };
        let scope = ca_crl.crl.extensions.scope.as_ref();
        if !ca_crl.crl.is_delta() && !newest.insert((signer.spki(), scope)) {
            continue;
        }
        let found = ca_crl.list.find(ca_crl.crl, certificate).ok().flatten();
        if let Some(revocation) = found.filter(|r| r.reason != Some(Reason::REMOVE_FROM_CRL)) {
            return Some((ca_crl, revocation));
        }
    }
    None
}
