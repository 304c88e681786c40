//! Reads a whole CA directory: each file once, on all cores.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::chain::budget::{Reserve, UNITS_OF_ONE};
use crate::check::ca_dir::{Authority, Content, Entry, Folder, Held, Inventory};
use crate::crypto::price;
use crate::gather::{cas, lists, shares};
use crate::load;
use crate::load::ca_dir::{Listed, Unlooked};
use crate::load::{LoadError, ca_dir};
use crate::locate::CaCandidate;
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::parse::file::Contents;
use crate::parse::policy::namespaces::Namespaces;
use crate::parse::policy::signing_policy::SigningPolicy;
use crate::source::{FileFacts, Way};
use crate::system::parallel;

/// Reads the place, all of it.
///
/// # Errors
///
/// Why nothing can be read of it.
pub fn read(candidate: CaCandidate, euid: u32) -> Result<Inventory, LoadError> {
    let (names, more) = if candidate.bundle {
        let path = candidate.path.clone();
        let is_link = load::link_facts(&path).is_some_and(|facts| facts.link_target.is_some());
        (vec![Unlooked { path, is_link }], false)
    } else {
        cas::is_directory(&candidate.path)?;
        ca_dir::listing(&candidate.path, ca_dir::MAX_ENTRIES)?
    };
    let listed = look(&names);
    let (mut entries, mut wanted) = (Vec::new(), Vec::new());
    let mut known: HashMap<(u64, u64), usize> = HashMap::new();
    for (at, listed) in listed.into_iter().enumerate() {
        let (mut entry, facts) = entry(listed);
        if candidate.bundle {
            // Its name says nothing: whoever named it wants certificates.
            entry.kind = EntryName::Other;
        }
        if let Some(facts) = facts {
            let file = *known.entry(facts.identity).or_insert_with(|| {
                wanted.push((facts, Vec::new()));
                wanted.len() - 1
            });
            wanted[file].1.push(at);
            entry.file = Ok(file);
        }
        entries.push(entry);
    }
    if let (true, Some(Err(trouble))) = (candidate.bundle, entries.first().map(|e| &e.file)) {
        return Err(trouble.clone());
    }
    let (read, limit) = within(lists::MAX_TOTAL_BYTES, &wanted, &entries);
    let jobs: Vec<_> = wanted.iter().zip(read).collect();
    let contents = parallel::map(&jobs, |((facts, names), read)| match read {
        true => content(facts, names, &entries),
        false => Ok(Content::default()),
    });
    let files: Vec<Held> = wanted
        .into_iter()
        .zip(contents)
        .map(|((facts, names), content)| Held {
            ways: ways(&names, &entries),
            facts,
            names,
            content,
        })
        .collect();
    let (authorities, by_subject, exhausted) = authorities(&files);
    let exhausted = limit.or(exhausted);
    let folders = if authorities.is_empty() && !candidate.bundle {
        ca_dir::folders(&candidate.path, &is_certificate)
    } else {
        Vec::new()
    };
    let folder = |(path, names)| Folder { path, names };
    let above = ca_dir::ancestry(&candidate.path);
    Ok(Inventory {
        writable: !candidate.bundle && ca_dir::writable(&candidate.path),
        folders: folders.into_iter().map(folder).collect(),
        euid,
        beyond: beyond(&files, &above),
        above,
        candidate,
        entries,
        files,
        authorities,
        by_subject,
        more,
        exhausted,
    })
}

/// The ways of the links that lead out of the directory.
fn ways(names: &[usize], entries: &[Entry]) -> Vec<Way> {
    let leads_out = |entry: &&Entry| {
        let target = entry.link.as_ref().and_then(|target| target.parent());
        target.is_some_and(|parent| !parent.as_os_str().is_empty())
    };
    let entries = names.iter().filter_map(|name| entries.get(*name));
    let links = entries.filter(leads_out);
    links.map(|entry| ca_dir::way(&entry.path)).collect()
}

/// The directories on the ways of links that are not above the directory itself.
fn beyond(files: &[Held], above: &[(PathBuf, FileFacts)]) -> Vec<(PathBuf, FileFacts)> {
    let steps = files.iter().flat_map(|held| &held.ways);
    let steps = steps.flat_map(|way| &way.steps);
    let found: BTreeMap<&PathBuf, &FileFacts> =
        steps.map(|step| (&step.directory, &step.facts)).collect();
    let known = |path: &PathBuf| above.iter().any(|(known, _)| known == path);
    let outside = found.into_iter().filter(|(path, _)| !known(path));
    outside.map(|(path, facts)| (path.clone(), facts.clone())).collect()
}

/// Where the names lead. What is no link comes first: most links lead to one of those, and need not
/// be followed.
fn look(names: &[Unlooked]) -> Vec<Listed> {
    let plain = |name: &Unlooked| (!name.is_link).then(|| ca_dir::listed(name));
    let plain = parallel::map(names, plain);
    let mut known: HashMap<&OsStr, &FileFacts> = HashMap::new();
    for (name, listed) in names.iter().zip(&plain) {
        let facts = listed.as_ref().and_then(|listed| listed.file.as_ref().ok());
        known.extend(name.path.file_name().zip(facts));
    }
    let link = |name: &Unlooked| {
        let known = |name: &OsStr| known.get(name).copied();
        name.is_link.then(|| ca_dir::linked(name, known))
    };
    let links = parallel::map(names, link);
    let both = plain.into_iter().zip(links);
    both.filter_map(|(plain, link)| plain.or(link)).collect()
}

/// Whether a file of this name is there for its certificates.
fn is_certificate(name: &str) -> bool {
    matches!(EntryName::parse(name), EntryName::Certificate { .. }) || name.ends_with(".pem")
}

fn entry(listed: Listed) -> (Entry, Option<FileFacts>) {
    let (file, facts) = match listed.file {
        Ok(facts) => (Ok(0), Some(facts)),
        Err(trouble) => (Err(trouble), None),
    };
    let entry = Entry {
        kind: EntryName::parse(&listed.name),
        name: listed.name,
        path: listed.path,
        link: listed.link,
        file,
    };
    (entry, facts)
}

/// Which of the files are read, so that they have no more bytes than that together, and the limit at
/// which the others are not. What is too large to be read at all counts for nothing.
fn within(
    total: u64,
    wanted: &[(FileFacts, Vec<usize>)],
    entries: &[Entry],
) -> (Vec<bool>, Option<String>) {
    let (mut left, mut limit) = (total, None);
    let fits = |(facts, names): &(FileFacts, Vec<usize>)| {
        let is_read = facts.size <= ca_dir::most(is_list(names, entries));
        let fits = !is_read || facts.size <= left;
        if fits && is_read {
            left -= facts.size;
        }
        if !fits {
            let name = names.first().and_then(|name| entries.get(*name));
            let name = name.map_or("", |entry| &entry.name);
            limit.get_or_insert_with(|| lists::total_limit("files", name));
        }
        fits
    };
    (wanted.iter().map(fits).collect(), limit)
}

/// Whether one of the names is that of a revocation list.
fn is_list(names: &[usize], entries: &[Entry]) -> bool {
    let mut named = names.iter().filter_map(|name| entries.get(*name));
    named.any(|entry| matches!(entry.kind, EntryName::Crl { .. }))
}

/// Reads one file, by the first of its names, for everything that its names promise.
fn content(facts: &FileFacts, names: &[usize], entries: &[Entry]) -> Result<Content, LoadError> {
    let named = || names.iter().filter_map(|name| entries.get(*name));
    let path = named().next().map(|entry| entry.path.clone());
    let path = path.unwrap_or_default();
    let source = ca_dir::looked_at(&path, facts, is_list(names, entries))?;
    let mut bytes = source.bytes;
    let mut content = Content::default();
    for entry in named() {
        match &entry.kind {
            EntryName::Certificate { .. } | EntryName::Other => {
                let pem = || Contents::read(&bytes);
                content.pem.get_or_insert_with(pem);
            }
            EntryName::SigningPolicy { .. } => {
                content.signing_policy = Some(SigningPolicy::parse(&bytes));
            }
            EntryName::Namespaces { .. } => content.namespaces = Some(Namespaces::parse(&bytes)),
            EntryName::Companion => {
                content.text = Some(String::from_utf8_lossy(&bytes).into_owned());
            }
            EntryName::Crl { .. } => {}
        }
    }
    // Last: a list takes the bytes over.
    let hash = named().find_map(|entry| match &entry.kind {
        EntryName::Crl { hash, .. } => Some((hash, &entry.path)),
        _ => None,
    });
    if let Some((hash, path)) = hash {
        let from = path.display().to_string();
        content.lists = lists::of_bytes(std::mem::take(&mut *bytes), &from, Some(hash));
    }
    Ok(content)
}

/// The certificates of all files, each once, with their signatures verified.
/// Also, if the signatures cost too much, at which limit the work ended.
fn authorities(files: &[Held]) -> (Vec<Authority>, BySubject, Option<String>) {
    let mut authorities: Vec<Authority> = Vec::new();
    let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut by_subject = BySubject::new();
    for (file, held) in files.iter().enumerate() {
        let pem = held.content.iter().filter_map(|c| c.pem.as_ref());
        for (slot, certificate) in pem.flat_map(Contents::readable) {
            let at = *known.entry(certificate.der().to_vec()).or_insert_with(|| {
                let subject = certificate.subject.canonical().to_vec();
                by_subject.entry(subject).or_default().push(authorities.len());
                authorities.push(Authority {
                    certificate: Arc::clone(certificate),
                    copies: Vec::new(),
                    signers: Vec::new(),
                });
                authorities.len() - 1
            });
            authorities[at].copies.push((file, slot.block));
        }
    }
    let candidates = |certificate: &Certificate| by_subject.get(certificate.issuer.canonical());
    let named = |child: &Authority| {
        let named = candidates(&child.certificate).into_iter().flatten();
        named.take(MAX_SIGNERS).copied()
    };
    // One signature a CA; a CA that was re-keyed takes more from what all have together.
    let share = |child: &Authority| {
        let price = |at: usize| {
            let (child, issuer) = (&child.certificate, &authorities[at].certificate);
            let pair = child.algorithm.scheme.zip(issuer.key.as_ref().ok())?;
            Some(price::of(pair.0, pair.1, 0))
        };
        let first = named(child).next().and_then(price);
        first.unwrap_or(0).min(UNITS_OF_ONE)
    };
    let signers = shares::map(&authorities, share, &mut Reserve::default(), |child, budget| {
        let signed =
            |at: usize| (at, budget.signature(&child.certificate, &authorities[at].certificate));
        let signers: Vec<_> = named(child).map(signed).collect();
        (signers, budget.exhausted())
    });
    let mut exhausted = None;
    for (authority, (signers, limit)) in authorities.iter_mut().zip(signers) {
        authority.signers = signers;
        exhausted = exhausted.or(limit);
    }
    let crowded = by_subject.values().any(|named| named.len() > MAX_SIGNERS);
    let cut =
        || format!("the limit of {MAX_SIGNERS} certificates of one name whose keys are tried");
    let exhausted = exhausted.or_else(|| crowded.then(cut));
    (authorities, by_subject, exhausted)
}

/// Indices of authorities by canonical subject name.
type BySubject = HashMap<Vec<u8>, Vec<usize>>;

/// Certificates of one name whose keys are tried. The most real one, a CA re-keyed again and
/// again, has three. If there are more, the answer is undecided.
pub const MAX_SIGNERS: usize = 32;

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::within;
    use crate::check::ca_dir::Entry;
    use crate::parse::ca_dir::EntryName;
    use crate::source::FileFacts;

    /// What of files of these names and sizes is read, and the limit.
    fn read(total: u64, files: &[(&str, u64)]) -> (Vec<bool>, Option<String>) {
        let entry = |(at, (name, _)): (usize, &(&str, u64))| Entry {
            name: (*name).to_owned(),
            path: PathBuf::from(name),
            kind: EntryName::parse(name),
            link: None,
            file: Ok(at),
        };
        let entries: Vec<Entry> = files.iter().enumerate().map(entry).collect();
        let facts = |(at, (_, size)): (usize, &(&str, u64))| {
            let facts = FileFacts { size: *size, ..FileFacts::of(0, 0, 0o644) };
            (facts, vec![at])
        };
        let wanted: Vec<_> = files.iter().enumerate().map(facts).collect();
        within(total, &wanted, &entries)
    }

    #[test]
    fn files_have_so_many_bytes_together() {
        const LIST: &str = "01234567.r0";
        assert_eq!(read(7, &[("a.pem", 3), (LIST, 4)]), (vec![true, true], None));
        let (read_, limit) = read(7, &[("a.pem", 3), (LIST, 5), ("b.pem", 4)]);
        assert_eq!(read_, [true, false, true]);
        assert!(limit.is_some_and(|limit| limit.contains(LIST)));
        // What is too large by itself is not read, and says so.
        assert_eq!(read(7, &[("a.pem", 5 << 20), ("b.pem", 7)]), (vec![true, true], None));
    }
}
