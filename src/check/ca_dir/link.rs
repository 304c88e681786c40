//! Hash names: does a lookup find each CA, by the new hash and by the old one?

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::check::acceptance::NEW_HASH;
use crate::check::ca_dir::group::{GroupedFinding, listed};
use crate::check::ca_dir::rule::{INDEX_TWICE, LINK_OUTSIDE, SEVERAL};
use crate::check::ca_dir::view::View;
use crate::check::ca_dir::{Authority, Entry};
use crate::check::ca_lookup::{Doubt, GAP, NO_LINK, OLD_HASH, OUT_OF_USE, WRONG_HASH, stop};
use crate::parse::ca_dir::EntryName;
use crate::report::Place;

/// Why a lookup does not find a CA.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Lost {
    /// It comes after another certificate in a file with a hash name.
    Behind,
    /// A number before its own is missing.
    Gap,
    /// It has only a name with the old hash.
    OldHash,
    /// It has no hash name.
    Unlinked,
    /// It has a name with the hash of another CA.
    WrongHash,
}

impl Lost {
    /// Whether a hash name shows that the CA should be trusted. None if no link is needed.
    pub(super) fn hashed(self) -> Option<bool> {
        match self {
            Self::Behind => None,
            Self::Gap | Self::Unlinked => Some(false),
            Self::OldHash | Self::WrongHash => Some(true),
        }
    }
}

/// Every objection.
pub(super) fn check(view: &View<'_>) -> Vec<GroupedFinding> {
    let mut all = 0..view.inventory.authorities.len();
    let finds_any = all.any(|at| view.is_alive(at) && view.is_found(at, &view.hashes[at][0]));
    let mut hits: Vec<GroupedFinding> = (0..view.inventory.authorities.len())
        .filter_map(|at| Some(lost_hit(view, at, lost(view, at)?, finds_any)))
        .collect();
    hits.extend(put_aside(view, finds_any));
    hits.extend(stray(view));
    hits.extend(old_family(view));
    hits.extend(twice(view));
    hits.extend(outside(view));
    hits
}

/// Why a lookup by the new hash does not find a CA. None if it does, or if another finding says
/// why.
pub(super) fn lost(view: &View<'_>, at: usize) -> Option<Lost> {
    let [new, old] = &view.hashes[at];
    let authority = &view.inventory.authorities[at];
    if !view.is_alive(at)
        || view.is_found(at, new)
        || view.blocked.contains(new.as_str())
        || view.inventory.is_out_of_use(authority)
    {
        return None;
    }
    if !view.names_under(at, new).is_empty() {
        return Some(Lost::Gap);
    }
    if !view.names_under(at, old).is_empty() {
        return Some(Lost::OldHash);
    }
    let mut hashed = view.copies(at).filter(|(file, _)| {
        let mut names = view.inventory.files[*file].names.iter();
        names.any(|name| is_hashed(&view.inventory.entries[*name]))
    });
    match hashed.next() {
        Some((file, block)) if block > 1 && view.is_bundle(file) => Some(Lost::Behind),
        Some(_) => Some(Lost::WrongHash),
        None => Some(Lost::Unlinked),
    }
}

fn is_hashed(entry: &Entry) -> bool {
    matches!(entry.kind, EntryName::Certificate { .. })
}

/// CAs that somebody put out of use. If a lookup finds any other CA (`finds_any`), this is no
/// fault.
pub(super) fn put_aside(view: &View<'_>, finds_any: bool) -> Vec<GroupedFinding> {
    let inventory = view.inventory;
    let hit = |(at, authority): (usize, &Authority)| {
        let aside = authority.certificate.is_ca() && inventory.is_out_of_use(authority);
        let (file, _) = authority.copies.first().filter(|_| aside)?;
        let hit = doubtful(view, at, inventory.doubt(*file)?);
        let finding = match finds_any || !view.is_alive(at) {
            true => hit.finding.as_note(),
            false => hit.finding,
        };
        Some(GroupedFinding { finding, ..hit })
    };
    inventory.authorities.iter().enumerate().filter_map(hit).collect()
}

/// The finding for a CA that a fix must not link.
fn doubtful(view: &View<'_>, at: usize, doubt: Doubt) -> GroupedFinding {
    let (ca, [new, _]) = (view.called(at), &view.hashes[at]);
    let found = OUT_OF_USE
        .found(format!(
            "no lookup finds the CA {ca} as {new}.0: it is {}{}",
            if matches!(doubt, Doubt::OtherKey | Doubt::Unnamed) { "" } else { "in a file " },
            doubt.phrase()
        ))
        .advice(doubt.advice());
    let many = match doubt {
        Doubt::HoldsKey => "CAs that no lookup finds are in files with private keys",
        Doubt::OtherKey => {
            "roots have no hash link, and have the name of another CA certificate but not its key"
        }
        Doubt::OutOfUse(_) => "CAs that no lookup finds are in files that look out of use",
        Doubt::Rejected => {
            "CAs that no lookup finds have trust settings that reject clients or servers"
        }
        Doubt::Unnamed => "roots have no hash link, and nothing else names them",
        Doubt::Others => {
            "CAs that no lookup finds are where others than root, you and the owner of the directory \
             may have put them"
        }
        Doubt::Writable => "CAs that no lookup finds are where anybody may have put them",
    };
    GroupedFinding::new(view.label(at), many, found.at(view.place(at)))
}

fn lost_hit(view: &View<'_>, at: usize, lost: Lost, finds_any: bool) -> GroupedFinding {
    let unlinked = lost == Lost::Unlinked;
    if let Some(doubt) = view.doubt(at, lost.hashed()) {
        let hit = doubtful(view, at, doubt);
        let finding = match doubt {
            // A single CA without hash name is no fault, but a directory where no CA has one is.
            _ if !unlinked || !finds_any => hit.finding,
            Doubt::OutOfUse(_) | Doubt::Rejected => hit.finding.as_note(),
            _ => hit.finding.as_warning(),
        };
        return GroupedFinding { finding, ..hit };
    }
    let (ca, [new, old]) = (view.called(at), &view.hashes[at]);
    let names = |hash: &str| {
        let names = view.names_under(at, hash);
        let names: Vec<&str> = names.iter().map(|(_, entry)| entry.name.as_str()).collect();
        names.join(", ")
    };
    let (many, found) = match lost {
        Lost::Behind => (
            "CAs come after another one in a file with a hash name",
            SEVERAL.found(format!(
                "the CA {ca} comes after another certificate, and has no name {new}.0 of its own"
            )),
        ),
        Lost::Gap => (
            "CAs have hash names that no lookup reaches, because a lower number is missing",
            GAP.found(format!(
                "the CA {ca} is there as {}, but no lookup reaches it: {}",
                names(new),
                stop(new, view.reach(new))
            )),
        ),
        Lost::OldHash => (
            "CAs have only the old (MD5) hash link",
            OLD_HASH.found(format!(
                "the CA {ca} has only the old hash link {}, not {new}.0",
                names(old)
            )),
        ),
        Lost::Unlinked => (
            "CAs have no hash link, so no lookup finds them",
            NO_LINK.found(format!("the CA {ca} has no hash link {new}.0, so no lookup finds it")),
        ),
        Lost::WrongHash => (
            "CAs have another CA's hash name alone",
            WRONG_HASH.found(format!(
                "the CA {ca} has a wrong hash name: its subject hash is {new}, so the name must be \
                 {new}.0"
            )),
        ),
    };
    GroupedFinding::new(view.label(at), many, found.at(view.place(at)))
}

/// Hash names that are wrong, of CAs that are also found by the right ones.
fn stray(view: &View<'_>) -> Vec<GroupedFinding> {
    let mut hits = Vec::new();
    for entry in &view.inventory.entries {
        let (EntryName::Certificate { hash, .. }, Ok(file)) = (&entry.kind, &entry.file) else {
            continue;
        };
        if !view.is_usable(entry) || view.holds_hash(entry, hash) {
            continue;
        }
        let found: Option<&String> = view.authorities_in(*file).find_map(|at| {
            let new = &view.hashes[at][0];
            view.is_found(at, new).then_some(new)
        });
        let Some(new) = found else { continue };
        let finding = WRONG_HASH
            .found(format!(
                "the name {} is wrong: the subject hash of what it holds is {new}, under which it is \
                 found",
                entry.name
            ))
            .advice("it does nothing; see who made it, and take it away")
            .as_warning();
        hits.push(GroupedFinding::new(
            &entry.name,
            "hash names are not those of what they hold, which is found by its right name",
            finding.at(at(entry)),
        ));
    }
    hits
}

/// CAs without an old name. A note if no CA has one, a warning if only some lack it.
fn old_family(view: &View<'_>) -> Vec<GroupedFinding> {
    let all = 0..view.inventory.authorities.len();
    let found: Vec<usize> =
        all.filter(|at| view.is_alive(*at) && view.is_found(*at, &view.hashes[*at][0])).collect();
    let (with, without): (Vec<usize>, Vec<usize>) =
        found.into_iter().partition(|at| view.is_found(*at, &view.hashes[*at][1]));
    if with.is_empty() {
        // Web CAs have no old names, and programs that use them need none.
        let none = !view.is_grid() || without.is_empty();
        let note = || {
            NEW_HASH
                .found(format!(
                    "none of the {} CAs has an old (MD5) hash link, as in the newest IGTF release; \
                     canl-java in its default mode (voms-proxy-init 3, dCache before September 2026) \
                     finds nothing",
                    without.len()
                ))
                .as_note()
                .at(view.directory())
        };
        return (!none).then(|| GroupedFinding::new("", "", note())).into_iter().collect();
    }
    let hit = |at: usize| {
        let old = &view.hashes[at][1];
        let blocked = view.blocked.contains(old.as_str());
        (!blocked).then(|| {
            let found = NEW_HASH.found(format!(
                "the CA {} has no old (MD5) hash link {old}.0, as other CAs here have",
                view.called(at)
            ));
            let many = "CAs have no old (MD5) hash link, as other CAs here have";
            GroupedFinding::new(view.label(at), many, found.at(view.place(at)))
        })
    };
    without.into_iter().filter_map(hit).collect()
}

/// The same certificate under two numbers of one hash.
fn twice(view: &View<'_>) -> Vec<GroupedFinding> {
    let mut hits = Vec::new();
    for at in 0..view.inventory.authorities.len() {
        for hash in &view.hashes[at] {
            let names = view.names_under(at, hash);
            if names.len() > 1 {
                let names: Vec<&str> = names.iter().map(|(_, e)| e.name.as_str()).collect();
                let found = INDEX_TWICE.found(format!(
                    "the CA {} is there as {}",
                    view.called(at),
                    names.join(" and ")
                ));
                let many = "CAs have two numbers under one hash";
                hits.push(GroupedFinding::new(view.label(at), many, found.at(view.place(at))));
            }
        }
    }
    hits
}

/// Links to files outside of the directory, in one finding: their targets and number.
fn outside(view: &View<'_>) -> Option<GroupedFinding> {
    let mut places: BTreeMap<&Path, usize> = BTreeMap::new();
    for entry in &view.inventory.entries {
        if let (Some(target), Ok(_)) = (&entry.link, &entry.file) {
            let parent = target.parent().filter(|_| leads_out(view, target));
            if let Some(parent) = parent {
                *places.entry(parent).or_default() += 1;
            }
        }
    }
    let count: usize = places.values().sum();
    let shown: Vec<String> = places.keys().map(|path| path.display().to_string()).collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    let found = || {
        LINK_OUTSIDE.found(format!(
            "{count} {} out of the directory, to {}",
            if count == 1 { "link leads" } else { "links lead" },
            listed(&shown)
        ))
    };
    (count > 0).then(|| GroupedFinding::new("", "", found().at(view.directory())))
}

fn leads_out(view: &View<'_>, target: &Path) -> bool {
    let own = &view.inventory.candidate.path;
    let real = view.inventory.above.last().map_or(own, |(path, _)| path);
    let parent = target.parent().unwrap_or(target);
    let parent = normal(&real.join(parent));
    parent != *real && parent != normal(own)
}

/// The path without `.` and `..`. It must not contain links.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

fn at(entry: &Entry) -> Place {
    Place::file(entry.path.clone())
}
