//! All policy files of a directory, by the CAs that they are about, whatever their names.

use std::collections::{BTreeSet, HashMap};

use crate::chain::permission::PolicyFormat;
use crate::check::ca_dir::ca::{Ca, Cas};
use crate::check::ca_dir::policies::content_of;
use crate::check::ca_dir::{Entry, Inventory};
use crate::check::ca_index::policy_file::format_of;
use crate::check::chain::permission::Misnamed;
use crate::parse::ca_dir::EntryName;
use crate::parse::policy::folded;

/// Most files with a wrong name that are reported for one CA. This changes no verdict.
const MAX_NAMED: usize = 100;

/// Most certificates on the way up to a root. If there are more, a file that covers the CA is not
/// found and reported as missing, which is the safe side.
const MAX_DEPTH: usize = 10;

/// Which file mentions which CA.
pub(super) struct PolicyIndex<'a> {
    inventory: &'a Inventory,
    by_ca: HashMap<(&'static str, String), Vec<&'a Entry>>,
    by_hash: HashMap<(&'static str, String), Vec<&'a Entry>>,
    named: HashMap<&'a str, BTreeSet<String>>,
}

impl<'a> PolicyIndex<'a> {
    pub(super) fn of(inventory: &'a Inventory) -> Self {
        let mut index = Self {
            inventory,
            by_ca: HashMap::new(),
            by_hash: HashMap::new(),
            named: HashMap::new(),
        };
        for entry in &inventory.entries {
            let Some(format) = format_of(&entry.kind) else {
                continue;
            };
            let extension = format.extension();
            if let Some((hash, _)) = entry.name.split_once('.') {
                let same = index.by_hash.entry((extension, hash.to_owned())).or_default();
                same.push(entry);
            }
            let content = content_of(inventory, entry).ok();
            let names = content.map(|content| content.cas_in_policy(format)).unwrap_or_default();
            for name in &names {
                let key = (extension, name.clone());
                index.by_ca.entry(key).or_default().push(entry);
            }
            index.named.insert(&entry.name, names);
        }
        index
    }

    /// Whether a namespaces file of the CA, or of one above it, mentions it.
    pub(super) fn covers(&self, inventory: &Inventory, ca: &Ca<'_>) -> bool {
        let key = (PolicyFormat::Namespaces.extension(), folded(&ca.name.slash()));
        let Some(entries) = self.by_ca.get(&key) else {
            return false;
        };
        let mut above = ca.authorities.first().copied();
        for _ in 0..MAX_DEPTH {
            let Some(authority) = above else {
                return false;
            };
            let hash = authority.certificate.subject.new_hash();
            let is_its = |entry: &&&Entry| stem(entry) == hash;
            if entries.iter().any(|entry| is_its(&entry)) {
                return true;
            }
            let same = |other: &&crate::check::ca_dir::Authority| {
                !other.certificate.subject.same_as(&authority.certificate.subject)
            };
            let mut signers = authority.signers.iter().filter(|(_, word)| word.is_ok());
            above = signers.find_map(|(at, _)| inventory.authorities.get(*at).filter(same));
        }
        false
    }

    /// The file of `ca` with another name than `wanted`: found by its content, or by a hash in a
    /// name such as `e73e4177.0.signing_policy`.
    pub(super) fn misnamed(
        &self,
        ca: &Ca<'_>,
        format: PolicyFormat,
        wanted: &str,
    ) -> Option<Misnamed> {
        let slash = ca.name.slash();
        let extension = format.extension();
        let about = self.by_ca.get(&(extension, folded(&slash)));
        let of_hash = |hash: &String| self.by_hash.get(&(extension, hash.clone()));
        let hashed = [&ca.new_hash, &ca.old_hash].map(of_hash);
        let hashed = hashed.into_iter().flatten().flatten();
        let mut found: Vec<&Entry> = Vec::new();
        for entry in hashed.chain(about.into_iter().flatten()).take(MAX_NAMED) {
            // A file of another CA may mention it. It belongs to this CA only if its hash is not
            // that of another CA.
            let its =
                |entry: &Entry| format == PolicyFormat::SigningPolicy || !is_hash(stem(entry));
            let by_hash = starts(entry, &ca.new_hash) || starts(entry, &ca.old_hash);
            let known = found.iter().any(|known| known.name == entry.name);
            if entry.name != wanted && !known && entry.file.is_ok() && (by_hash || its(entry)) {
                found.push(entry);
            }
        }
        let in_use = |entry: &&&Entry| {
            let file = entry.file.as_ref().ok();
            file.is_some_and(|file| self.inventory.doubt(*file).is_none())
        };
        let mut targets = found.iter().filter(in_use);
        let target = targets.clone().find(|entry| entry.link.is_none());
        let target = target.or_else(|| targets.next());
        let target = target.map(|entry| entry.name.clone());
        (!found.is_empty()).then(|| Misnamed {
            format,
            issuer: slash,
            wanted: wanted.to_owned(),
            names: found.iter().map(|entry| entry.name.clone()).collect(),
            target,
        })
    }

    /// Whether the file mentions a CA of the directory.
    pub(super) fn is_of_known(&self, entry: &Entry, cas: &Cas<'_>) -> bool {
        let names = self.named.get(entry.name.as_str());
        names.is_some_and(|names| names.iter().any(|name| cas.has_slash(name)))
    }
}

fn stem(entry: &Entry) -> &str {
    match &entry.kind {
        EntryName::SigningPolicy { stem } | EntryName::Namespaces { stem } => stem,
        _ => "",
    }
}

fn starts(entry: &Entry, hash: &str) -> bool {
    let rest = entry.name.strip_prefix(hash);
    rest.is_some_and(|rest| rest.starts_with('.'))
}

/// Whether the beginning of a file name is a hash.
pub(super) fn is_hash(stem: &str) -> bool {
    stem.len() == 8 && stem.bytes().all(|b| b.is_ascii_hexdigit())
}
