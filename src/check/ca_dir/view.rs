//! A CA directory as OpenSSL, Globus and canl see it: which files they can read, and which CA a
//! lookup by hash finds.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::check::ca_dir::group::GroupedFinding;
use crate::check::ca_dir::{Authority, Copy, Entry, Inventory};
use crate::check::ca_lookup::Doubt;
use crate::parse::ca_dir::EntryName;
use crate::report::{Finding, Place};
use crate::text::time::UnixTime;

/// The inventory, and what was derived from it.
pub(super) struct View<'a> {
    /// What was read.
    pub(super) inventory: &'a Inventory,
    /// The instant of the verdict.
    pub(super) at: UnixTime,
    /// The new and the old hash of each CA.
    pub(super) hashes: Vec<[String; 2]>,
    /// Hashes of the certificates in each readable file.
    held: Vec<HashSet<String>>,
    /// CAs in each readable file.
    within: Vec<Vec<usize>>,
    /// The names `<hash>.N`: hash, then N, then the index of the entry.
    pub(super) names: HashMap<&'a str, BTreeMap<u32, usize>>,
    /// How many of `<hash>.0`, `<hash>.1`, … a lookup reads before it stops.
    reach: HashMap<&'a str, u32>,
    /// Hashes for which a name contains no certificate.
    pub(super) blocked: HashSet<&'a str>,
}

impl<'a> View<'a> {
    pub(super) fn new(inventory: &'a Inventory, at: UnixTime) -> Self {
        let hash = |authority: &Authority| {
            let subject = &authority.certificate.subject;
            [subject.new_hash(), subject.old_hash()]
        };
        let hashes: Vec<[String; 2]> = inventory.authorities.iter().map(hash).collect();
        let mut held = vec![HashSet::new(); inventory.files.len()];
        let mut within = vec![Vec::new(); inventory.files.len()];
        for (at, authority) in inventory.authorities.iter().enumerate() {
            for (file, _) in &authority.copies {
                if inventory.files[*file].unusable.is_none() {
                    held[*file].extend(hashes[at].iter().cloned());
                    within[*file].push(at);
                }
            }
        }
        let mut view = Self {
            inventory,
            at,
            hashes,
            held,
            within,
            names: HashMap::new(),
            reach: HashMap::new(),
            blocked: HashSet::new(),
        };
        for (at, entry) in inventory.entries.iter().enumerate() {
            if let EntryName::Certificate { hash, index } = &entry.kind {
                view.names.entry(hash).or_default().insert(*index, at);
                if !view.is_usable(entry) {
                    view.blocked.insert(hash);
                }
            }
        }
        let reach = |names: &BTreeMap<u32, usize>| {
            let usable = |at: &usize| view.is_usable(&inventory.entries[*at]);
            let counted = (0..).zip(names).take_while(|(n, (index, _))| n == *index);
            let read = counted.take_while(|(_, (_, at))| usable(at));
            read.last().map_or(0, |(n, _)| n + 1)
        };
        view.reach = view.names.iter().map(|(hash, names)| (*hash, reach(names))).collect();
        view
    }

    /// Whether OpenSSL reads certificates from this name.
    pub(super) fn is_usable(&self, entry: &Entry) -> bool {
        entry.file.as_ref().is_ok_and(|file| self.inventory.files[*file].unusable.is_none())
    }

    /// Whether the file contains a certificate with this hash, new or old.
    pub(super) fn holds_hash(&self, entry: &Entry, hash: &str) -> bool {
        entry.file.as_ref().is_ok_and(|file| self.held[*file].contains(hash))
    }

    /// The entry of this name.
    pub(super) fn entry_named(&self, name: &str) -> Option<&'a Entry> {
        self.inventory.entry_named(name)
    }

    /// The CAs in a file, if it can be read.
    pub(super) fn authorities_in(&self, file: usize) -> impl Iterator<Item = usize> {
        self.within[file].iter().copied()
    }

    /// The directory itself.
    pub(super) fn directory(&self) -> Place {
        Place::file(self.inventory.candidate.path.clone())
    }

    /// The readable files that contain a CA, and the block in each.
    pub(super) fn copies(&self, at: usize) -> impl Iterator<Item = (usize, usize)> {
        let copies = self.inventory.authorities[at].copies.iter().copied();
        copies.filter(|(file, _)| self.inventory.files[*file].unusable.is_none())
    }

    /// Whether it is a CA, can be read and has not expired. Only then its faults matter.
    pub(super) fn is_alive(&self, at: usize) -> bool {
        let certificate = &self.inventory.authorities[at].certificate;
        certificate.is_ca()
            && certificate.validity.not_after >= self.at
            && self.copies(at).next().is_some()
    }

    /// The names `<hash>.N` whose file contains the CA, usable or not.
    pub(super) fn names_under(&self, at: usize, hash: &str) -> Vec<(u32, &'a Entry)> {
        let Some(named) = self.names.get(hash) else {
            return Vec::new();
        };
        // Searches by its files, because one hash may have thousands of names.
        let names = self.copies(at).flat_map(|(file, _)| &self.inventory.files[file].names);
        let own = names.filter_map(|name| {
            let entry = &self.inventory.entries[*name];
            let EntryName::Certificate { index, .. } = &entry.kind else {
                return None;
            };
            (named.get(index) == Some(name)).then_some((*index, entry))
        });
        let mut own: Vec<(u32, &Entry)> = own.collect();
        own.sort_by_key(|(index, _)| *index);
        own.dedup_by_key(|(index, _)| *index);
        own
    }

    /// How many of `<hash>.0`, `<hash>.1`, … a lookup reads before it stops.
    pub(super) fn reach(&self, hash: &str) -> u32 {
        self.reach.get(hash).copied().unwrap_or_default()
    }

    /// Whether a lookup with this hash finds the CA.
    pub(super) fn is_found(&self, at: usize, hash: &str) -> bool {
        let reach = self.reach(hash);
        let names = self.names_under(at, hash);
        names.iter().any(|(index, _)| *index < reach)
    }

    /// The copy that gives the CA its name, if one can be read.
    fn copy(&self, at: usize) -> Option<Copy<'a>> {
        let copy = self.inventory.copy(&self.inventory.authorities[at])?;
        self.inventory.files[copy.file].unusable.is_none().then_some(copy)
    }

    /// The name of that copy.
    pub(super) fn entry(&self, at: usize) -> Option<&'a Entry> {
        self.copy(at).map(|copy| copy.entry)
    }

    /// Why no fix may link the CA. If no lookup finds it, `hashed` says whether a wrong hash name
    /// shows that it should be trusted.
    pub(super) fn doubt(&self, at: usize, hashed: Option<bool>) -> Option<Doubt> {
        let entry = self.entry(at)?;
        let authority = &self.inventory.authorities[at];
        let doubt = self.inventory.doubt(*entry.file.as_ref().ok()?);
        // A CA with an old name is meant to be trusted.
        let is_old = hashed == Some(true) && self.is_found(at, &self.hashes[at][1]);
        let hashed = hashed.filter(|_| !is_old);
        doubt.or_else(|| self.inventory.unnamed(authority, &entry.name, hashed?))
    }

    /// Whether a file holds several certificates.
    pub(super) fn is_bundle(&self, file: usize) -> bool {
        self.inventory.files[file].is_bundle()
    }

    /// Its name in messages: the alias of its file, else its common name.
    pub(super) fn label(&self, at: usize) -> String {
        let copy = self.copy(at).filter(|copy| copy.is_alias() && !copy.is_bundle);
        let common_name = || self.inventory.authorities[at].certificate.subject.common_name();
        copy.map_or_else(common_name, |copy| copy.stem().to_owned())
    }

    /// Its name and file, for a sentence.
    pub(super) fn called(&self, at: usize) -> String {
        let name = self.inventory.authorities[at].certificate.subject.common_name();
        match self.copy(at) {
            None => format!("'{name}'"),
            Some(Copy { entry, block, is_bundle: true, .. }) => {
                format!("'{name}' ({}, block {block})", entry.name)
            }
            Some(copy) => format!("'{name}' ({})", copy.entry.name),
        }
    }

    /// Where it is.
    pub(super) fn place(&self, at: usize) -> Place {
        let authority = &self.inventory.authorities[at];
        let copy = self.copy(at);
        Place {
            file: copy.map(|copy| copy.entry.path.clone()),
            block: copy.map(|copy| copy.block),
            subject: Some(authority.certificate.subject.screen()),
            ..Place::default()
        }
    }

    /// Whether it is a grid directory: policies and `.info` files are beside the CAs.
    pub(super) fn is_grid(&self) -> bool {
        let mut entries = self.inventory.entries.iter();
        entries.any(|entry| entry.kind.is_grid())
    }
}

pub(super) fn hit(
    view: &View<'_>,
    at: usize,
    many: &'static str,
    found: Finding,
) -> GroupedFinding {
    let place = view.place(at);
    GroupedFinding::new(view.label(at), many, found.at(place))
}
