//! File names without a usable certificate: missing, unreadable, damaged, something else. And
//! private keys, which do not belong in a CA directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::check::ca_dir::ca::Cas;
use crate::check::ca_dir::group::{GroupedFinding, listed};
use crate::check::ca_dir::rule::PRIVATE_KEY;
use crate::check::ca_dir::view::View;
use crate::check::ca_dir::{CaFile, Entry, moved_link};
use crate::check::ca_lookup::{CORRUPT, DANGLING, UNREADABLE};
use crate::parse::ca_dir::EntryName;
use crate::parse::key::LockedKey;
use crate::report::{Finding, Place};
use crate::source::error::LoadError;

/// Every objection.
pub(super) fn check(view: &View<'_>, cas: &Cas<'_>) -> Vec<GroupedFinding> {
    let mut hits = dangling(view, cas);
    let entries = view.inventory.entries.iter();
    hits.extend(entries.filter_map(unreadable));
    for (at, file) in view.inventory.files.iter().enumerate() {
        let names: Vec<&Entry> =
            file.names.iter().map(|name| &view.inventory.entries[*name]).collect();
        hits.extend(content((view, cas), at, &names, file));
    }
    hits
}

/// Files that hold private keys.
pub(super) fn private_keys(view: &View<'_>) -> Vec<GroupedFinding> {
    let names = |file: &CaFile| {
        let names = file.names.iter();
        names.map(|name| &view.inventory.entries[*name]).collect()
    };
    let files = view.inventory.files.iter();
    files.filter_map(|file| private_key(&names(file), file)).collect()
}

/// Whether a lookup by hash may read it.
fn is_hashed(entry: &Entry) -> bool {
    matches!(entry.kind, EntryName::Certificate { .. })
}

/// Whether it should contain a certificate.
pub(super) fn is_certificate(entry: &Entry) -> bool {
    let extension = Path::new(&entry.name).extension();
    let named =
        extension.is_some_and(|e| ["pem", "crt", "cer", "der"].iter().any(|known| e == *known));
    is_hashed(entry) || (entry.kind == EntryName::Other && named)
}

/// Links to missing files, grouped by the file that is missing.
fn dangling(view: &View<'_>, cas: &Cas<'_>) -> Vec<GroupedFinding> {
    let targets: BTreeMap<&Path, &PathBuf> = view
        .inventory
        .entries
        .iter()
        .filter_map(|entry| match &entry.file {
            Err(LoadError::Dangling(path, target)) => Some((path.as_path(), target)),
            _ => None,
        })
        .collect();
    let mut missing: BTreeMap<PathBuf, Vec<&Entry>> = BTreeMap::new();
    for entry in view.inventory.entries.iter() {
        let Err(LoadError::Dangling(_, target)) = &entry.file else {
            continue;
        };
        let moved = || moved_link::beside(view.inventory, cas, entry, view.at).is_some();
        if is_certificate(entry) && !moved() {
            let directory = &view.inventory.candidate.path;
            let next = targets.get(directory.join(target).as_path());
            let last = next.copied().unwrap_or(target);
            missing.entry(last.clone()).or_default().push(entry);
        }
    }
    let hit = |(target, entries): (PathBuf, Vec<&Entry>)| {
        let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        let shown = target.display();
        let message = match names.as_slice() {
            [one] => format!("the link {one} is dangling: its target {shown} is missing"),
            _ => format!(
                "the links {} are dangling: their target {shown} is missing",
                listed(&names)
            ),
        };
        let found = DANGLING.found(message).at(place(entries[0]));
        let found = lighter(found, &entries);
        GroupedFinding::new(
            target.display().to_string(),
            "CA files are missing, to which links lead",
            found,
        )
    };
    missing.into_iter().map(hit).collect()
}

/// What is not a file, or cannot be read.
fn unreadable(entry: &Entry) -> Option<GroupedFinding> {
    let trouble = entry.file.as_ref().err()?;
    let silent = match trouble {
        LoadError::Dangling(..) => true,
        // A subdirectory beside the CAs is no fault.
        LoadError::Directory(_) => !is_hashed(entry),
        _ => !is_certificate(entry),
    };
    (!silent).then(|| denied(&[entry], trouble))
}

fn denied(names: &[&Entry], trouble: &LoadError) -> GroupedFinding {
    let name = &names[0].name;
    let found = UNREADABLE
        .found(format!("the CA file {name} cannot be read: {trouble}"))
        .at(place(names[0]));
    let found = match trouble {
        LoadError::Denied(..) => found,
        _ => found.advice("install the CA's certificate in its place"),
    };
    GroupedFinding::new(name, "CA files cannot be read", lighter(found, names))
}

/// A file that can be read, but in which OpenSSL finds no certificate.
fn content(
    (view, cas): (&View<'_>, &Cas<'_>),
    at: usize,
    names: &[&Entry],
    file: &CaFile,
) -> Option<GroupedFinding> {
    let bad = file.unusable.as_deref();
    let is_moved =
        |entry: &Entry| moved_link::beside(view.inventory, cas, entry, view.at).is_some();
    let wanted = names.iter().copied().filter(|entry| is_certificate(entry) && !is_moved(entry));
    let wanted: Vec<&Entry> = wanted.collect();
    let (first, what) = (*wanted.first()?, bad?);
    if let Err(trouble) = &file.content {
        return Some(denied(&wanted, trouble));
    }
    let alias = wanted.iter().find(|entry| entry.kind == EntryName::Other);
    let named = alias.copied().unwrap_or(first);
    let others = wanted.iter().filter(|entry| entry.name != named.name);
    let others: Vec<&str> = others.map(|entry| entry.name.as_str()).collect();
    let also = match others.as_slice() {
        [] => String::new(),
        _ => format!(" (also {})", listed(&others)),
    };
    let found =
        CORRUPT.found(format!("the CA file {}{also} is {what}", named.name)).at(place(named));
    let many = "CA files are empty, damaged or no certificates in PEM";
    let found = match is_lost(view, at, file) {
        true => found.as_stale(),
        false => lighter(found, &wanted),
    };
    Some(GroupedFinding::new(&named.name, many, found))
}

/// Whether the file has certificates that OpenSSL reads from no other file either.
fn is_lost(view: &View<'_>, at: usize, file: &CaFile) -> bool {
    let held = file.content.as_ref().ok().and_then(|content| content.pem.as_ref());
    let any = held.is_some_and(|pem| !pem.certificates.is_empty());
    let elsewhere = |known: usize| {
        let copies = &view.inventory.authorities[known].copies;
        copies.iter().any(|copy| copy.0 == at) && view.copies(known).next().is_some()
    };
    any && !(0..view.inventory.authorities.len()).any(elsewhere)
}

/// Lowers the finding if no lookup reads a file of this name.
fn lighter(found: Finding, names: &[&Entry]) -> Finding {
    if names.iter().any(|entry| is_hashed(entry)) {
        return found;
    }
    found.as_warning()
}

fn private_key(names: &Vec<&Entry>, file: &CaFile) -> Option<GroupedFinding> {
    let pem = file.content.as_ref().ok()?.pem.as_ref()?;
    let key = pem.keys.first()?;
    let name = &names.first()?.name;
    let locked = matches!(key.parsed, Ok(LockedKey::Locked(_)));
    let open = file.facts.mode & 0o044 != 0;
    let who = match (locked, open) {
        (true, _) => "under a passphrase",
        (false, true) => "and others than its owner may read it",
        (false, false) => "which only its owner may read",
    };
    let found = PRIVATE_KEY
        .found(format!("the file {name} holds a private key, {who} (mode {:04o})", file.facts.mode))
        .at(Place {
            block: Some(key.block),
            line: Some(key.line).filter(|line| *line > 0),
            ..place(names[0])
        });
    let found = if open && !locked { found } else { found.as_warning() };
    Some(GroupedFinding::new(name, "files hold private keys", found))
}

fn place(entry: &Entry) -> Place {
    Place::file(entry.path.clone())
}
