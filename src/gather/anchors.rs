//! Gathers the CA certificates that each consumer finds in the CA directory: all of them, not only
//! those with hash links.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::chain::PoolCertificate;
use crate::chain::acceptance::Anchor;
use crate::check::ca_index::inventory::Entry;
use crate::gather::cas::Trust;
use crate::load::ca_dir;
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;

/// What of a CA directory bears on a credential.
pub struct RelevantAnchors<'t> {
    /// Certificates that could stand above it, by their names.
    pub anchors: Vec<Anchor>,
    /// Names of all files.
    pub names: &'t [String],
}

impl<'t> RelevantAnchors<'t> {
    /// Of the directory, or file, in use.
    pub fn of(trust: &'t Trust, sent: &[PoolCertificate]) -> Self {
        let held = || match trust.candidate.bundle {
            true => (read_so_far(trust), Vec::new()),
            false => {
                let names = ca_dir::names(&trust.candidate.path).map(|found| found.0);
                (directory(trust), names.unwrap_or_default())
            }
        };
        let (anchors, names) = trust.held.get_or_init(held);
        Self { anchors: reachable(anchors, sent), names }
    }
}

/// Those of a CA file, or that lookups found in a directory that may not be listed. Each counts as
/// linked.
fn read_so_far(trust: &Trust) -> Vec<Anchor> {
    let mut next: HashMap<String, u32> = HashMap::new();
    let anchor = |known: &PoolCertificate| {
        let index = next.entry(known.certificate.subject.new_hash()).or_default();
        *index += 1;
        Anchor { known: known.clone(), index: Some(*index - 1), is_alone: true }
    };
    trust.pool.iter().map(anchor).collect()
}

/// Each certificate once. If it has a hash link, by the name of the link.
fn directory(trust: &Trust) -> Vec<Anchor> {
    let Some(inventory) = trust.inventory() else { return read_so_far(trust) };
    let usable = |entry: &&Entry| inventory.certificates(entry).next().is_some();
    let linked = inventory.entries.iter().filter(usable).filter_map(number);
    let linked: HashSet<(&str, u32)> = linked.collect();
    // A lookup ends at the first number that is missing or cannot be used.
    let is_reached = |hash: &str, index: u32| (0..=index).all(|at| linked.contains(&(hash, at)));
    let mut found: Vec<Anchor> = Vec::new();
    let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
    for entry in &inventory.entries {
        let certificates: Vec<&Arc<Certificate>> = inventory.certificates(entry).collect();
        for (at, certificate) in certificates.iter().enumerate() {
            let hash = certificate.subject.new_hash();
            let index = number(entry).filter(|(own, at)| *own == hash && is_reached(own, *at));
            let anchor = Anchor {
                known: PoolCertificate {
                    certificate: Arc::clone(certificate),
                    from: entry.path.display().to_string(),
                    block: at + 1,
                    trusted: true,
                },
                index: index.map(|(_, index)| index),
                is_alone: certificates.len() == 1,
            };
            match places.get(certificate.der()) {
                None => {
                    places.insert(certificate.der().to_vec(), found.len());
                    found.push(anchor);
                }
                Some(&place) => {
                    let better = |old: &Anchor| {
                        let rank = |index: Option<u32>| index.unwrap_or(u32::MAX);
                        rank(anchor.index) < rank(old.index)
                    };
                    if found.get(place).is_some_and(better) {
                        found[place] = anchor;
                    }
                }
            }
        }
    }
    found.sort_by_key(|anchor| anchor.index.unwrap_or(u32::MAX));
    found
}

fn number(entry: &Entry) -> Option<(&str, u32)> {
    match &entry.kind {
        EntryName::Certificate { hash, index } => Some((hash, *index)),
        _ => None,
    }
}

/// Those that a path could come to, by names alone.
fn reachable(anchors: &[Anchor], sent: &[PoolCertificate]) -> Vec<Anchor> {
    let names = |certificate: &Certificate| {
        [&certificate.subject, &certificate.issuer].map(|name| name.canonical().to_vec())
    };
    let mut wanted: Vec<Vec<u8>> = sent.iter().flat_map(|k| names(&k.certificate)).collect();
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    while let Some(name) = wanted.pop() {
        if seen.insert(name.clone()) {
            let named = |anchor: &&Anchor| *anchor.known.certificate.subject.canonical() == *name;
            let above = anchors.iter().filter(named);
            wanted.extend(above.map(|anchor| anchor.known.certificate.issuer.canonical().to_vec()));
        }
    }
    let is_wanted = |anchor: &Anchor| seen.contains(anchor.known.certificate.subject.canonical());
    anchors.iter().filter(|anchor| is_wanted(anchor)).cloned().collect()
}
