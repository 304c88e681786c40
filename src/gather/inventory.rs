//! Reads a whole CA directory: each file once, on all cores.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chain::budget::{SharedBudget, UNITS_OF_ONE};
use crate::check::ca_dir::{Authority, CaFile, Content, Entry, Folder, Inventory};
use crate::check::ca_lookup::CA_FILE;
use crate::crypto::price;
use crate::crypto::verify::Refusal;
use crate::gather::{lists, shares};
use crate::load;
use crate::load::ca_dir::{ListedName, NamedFile};
use crate::load::{LoadError, ca_dir};
use crate::parse::ca_dir::EntryName;
use crate::parse::file::Contents;
use crate::parse::policy::namespaces::Namespaces;
use crate::parse::policy::signing_policy::SigningPolicy;
use crate::source::candidate::CaCandidate;
use crate::source::{FileFacts, ResolvedPath};
use crate::system::parallel;
use crate::text::screen::may_hold_secret;

/// How much is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Extent {
    /// Everything, and the signatures of all CAs are verified.
    Audit,
    /// What explains why a lookup did not find a CA or its policy: certificates in files of any
    /// name. No revocation lists; no signature is verified.
    Lookup,
}

/// Reads the directory or file.
///
/// # Errors
///
/// Why it cannot be read.
pub fn read(candidate: CaCandidate, extent: Extent, euid: u32) -> Result<Inventory, LoadError> {
    let (mut names, more) = if candidate.bundle {
        let path = candidate.path.clone();
        let is_link = load::link_facts(&path).is_some_and(|facts| facts.link_target.is_some());
        (vec![ListedName { path, is_link }], false)
    } else {
        is_directory(&candidate.path)?;
        ca_dir::listing(&candidate.path, ca_dir::MAX_ENTRIES)?
    };
    if extent == Extent::Lookup {
        names.retain(|name| !EntryName::parse(&name.shown()).is_list());
    }
    let (entries, wanted) = by_file(look(&names), candidate.bundle);
    if let (true, Some(Err(trouble))) = (candidate.bundle, entries.first().map(|e| &e.file)) {
        return Err(trouble.clone());
    }
    let (read, limit) = within(lists::MAX_TOTAL_BYTES, &wanted, &entries);
    let above = ca_dir::ancestry(&candidate.path);
    let is_closed = |(_, facts): &(PathBuf, FileFacts)| facts.mode & 0o005 != 0o005;
    let is_closed = match candidate.bundle {
        // The last is the file itself.
        true => above.iter().rev().skip(1).any(is_closed),
        false => above.last().is_some_and(is_closed),
    };
    let reading = Reading { extent, is_bundle: candidate.bundle, is_closed };
    let jobs: Vec<_> = wanted.iter().zip(read).collect();
    let contents = parallel::map(&jobs, |((facts, names), read)| match read {
        true => content(facts, names, &entries, reading),
        false => Ok(Content::default()),
    });
    let files: Vec<CaFile> = wanted
        .into_iter()
        .zip(contents)
        .map(|((facts, names), content)| {
            let links = resolved_links(&names, &entries);
            CaFile::new(facts, names, links, content)
        })
        .collect();
    if let (true, [CaFile { content: Err(trouble), .. }]) = (candidate.bundle, files.as_slice()) {
        return Err(trouble.clone());
    }
    let (mut authorities, by_subject) = authorities(&files);
    let mut exhausted = limit;
    if extent == Extent::Audit {
        exhausted = exhausted.or(verify(&mut authorities, &by_subject));
    }
    let folders = if extent == Extent::Audit && authorities.is_empty() && !candidate.bundle {
        ca_dir::folders(&candidate.path, &is_certificate)
    } else {
        Vec::new()
    };
    let folder = |(path, names)| Folder { path, names };
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

/// Groups names by the file that they lead to.
fn by_file(listed: Vec<NamedFile>, bundle: bool) -> (Vec<Entry>, Vec<(FileFacts, Vec<usize>)>) {
    let (mut entries, mut files) = (Vec::new(), Vec::new());
    let mut known: HashMap<(u64, u64), usize> = HashMap::new();
    for (at, listed) in listed.into_iter().enumerate() {
        let (mut entry, facts) = entry(listed);
        if bundle {
            // If the user named the file, certificates are expected whatever its name.
            entry.kind = EntryName::Other;
        }
        if let Some(facts) = facts {
            let file = *known.entry(facts.identity).or_insert_with(|| {
                files.push((facts, Vec::new()));
                files.len() - 1
            });
            files[file].1.push(at);
            entry.file = Ok(file);
        }
        entries.push(entry);
    }
    (entries, files)
}

/// The links that lead out of the directory.
fn resolved_links(names: &[usize], entries: &[Entry]) -> Vec<ResolvedPath> {
    let leads_out = |entry: &&Entry| {
        let target = entry.link.as_ref().and_then(|target| target.parent());
        target.is_some_and(|parent| !parent.as_os_str().is_empty())
    };
    let entries = names.iter().filter_map(|name| entries.get(*name));
    let links = entries.filter(leads_out);
    links.map(|entry| ca_dir::resolved_path(&entry.path)).collect()
}

/// The directories on the way of links, without those above the directory itself.
fn beyond(files: &[CaFile], above: &[(PathBuf, FileFacts)]) -> Vec<(PathBuf, FileFacts)> {
    let steps = files.iter().flat_map(|held| &held.links);
    let steps = steps.flat_map(|link| &link.searched);
    let found: BTreeMap<&PathBuf, &FileFacts> =
        steps.map(|step| (&step.directory, &step.facts)).collect();
    let known = |path: &PathBuf| above.iter().any(|(known, _)| known == path);
    let outside = found.into_iter().filter(|(path, _)| !known(path));
    outside.map(|(path, facts)| (path.clone(), facts.clone())).collect()
}

/// Finds the file of each name. Files come before links: most links lead to one of these, and need
/// not be followed.
fn look(names: &[ListedName]) -> Vec<NamedFile> {
    let plain = |name: &ListedName| (!name.is_link).then(|| ca_dir::resolve(name));
    let plain = parallel::map(names, plain);
    let mut known: HashMap<&OsStr, &FileFacts> = HashMap::new();
    for (name, listed) in names.iter().zip(&plain) {
        let facts = listed.as_ref().and_then(|listed| listed.file.as_ref().ok());
        known.extend(name.path.file_name().zip(facts));
    }
    let link = |name: &ListedName| {
        let known = |name: &OsStr| known.get(name).copied();
        name.is_link.then(|| ca_dir::resolve_link(name, known))
    };
    let links = parallel::map(names, link);
    let both = plain.into_iter().zip(links);
    both.filter_map(|(plain, link)| plain.or(link)).collect()
}

/// Whether a file of this name should contain certificates.
fn is_certificate(name: &str) -> bool {
    matches!(EntryName::parse(name), EntryName::Certificate { .. }) || name.ends_with(".pem")
}

fn entry(listed: NamedFile) -> (Entry, Option<FileFacts>) {
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

/// Which files are read, so that the limit for all together is not exceeded; and the limit, if it
/// was reached. A file that is too large in itself does not count.
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
    named.any(|entry| entry.kind.is_list())
}

/// How the files are read.
#[derive(Clone, Copy)]
struct Reading {
    extent: Extent,
    /// A CA file instead of a directory.
    is_bundle: bool,
    /// Other users cannot reach the files.
    is_closed: bool,
}

/// Reads one file by its first name, for everything that its names promise.
fn content(
    facts: &FileFacts,
    names: &[usize],
    entries: &[Entry],
    Reading { extent, is_bundle, is_closed }: Reading,
) -> Result<Content, LoadError> {
    let named = || names.iter().filter_map(|name| entries.get(*name));
    let path = named().next().map(|entry| entry.path.clone());
    let path = path.unwrap_or_default();
    let source = ca_dir::looked_at(&path, facts, is_bundle || is_list(names, entries))?;
    let mut bytes = source.bytes;
    let mut content = Content::default();
    if extent == Extent::Audit && (is_closed || facts.mode & 0o004 == 0) {
        content.no_secret = !may_hold_secret(&bytes);
    }
    for entry in named() {
        if entry.kind.is_certificate() || extent == Extent::Lookup {
            content.pem.get_or_insert_with(|| Contents::read(&bytes));
        }
        match &entry.kind {
            EntryName::SigningPolicy { .. } => {
                content.signing_policy = Some(SigningPolicy::parse(&bytes));
            }
            EntryName::Namespaces { .. } => content.namespaces = Some(Namespaces::parse(&bytes)),
            EntryName::Companion => {
                content.text = Some(String::from_utf8_lossy(&bytes).into_owned());
            }
            EntryName::Certificate { .. }
            | EntryName::Crl { .. }
            | EntryName::CrlAlias
            | EntryName::Other => {}
        }
    }
    let is_list = named().any(|entry| matches!(entry.kind, EntryName::Crl { .. }));
    if content.pem.is_none() && !is_list && may_hold_key(&bytes) {
        // A key is reported wherever it is, even in a file that should contain no certificates.
        let held = Contents::read(&bytes);
        content.pem =
            (!held.keys.is_empty()).then_some(Contents { certificates: Vec::new(), ..held });
    }
    // This must come last, because the list takes the bytes.
    let hash = named().find_map(|entry| match &entry.kind {
        EntryName::Crl { hash, .. } => Some((Some(hash.as_str()), &entry.path)),
        _ => None,
    });
    let alias = || named().find(|entry| entry.kind.is_list()).map(|entry| (None, &entry.path));
    if let Some((hash, path)) = hash.or_else(alias) {
        let from = path.display().to_string();
        content.lists = lists::of_bytes(std::mem::take(&mut *bytes), &from, hash);
    }
    Ok(content)
}

/// Whether a file that should contain something else may contain a private key.
fn may_hold_key(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x30") || bytes.windows(LABEL.len()).any(|part| part == LABEL)
}

/// The end of all labels of private keys.
const LABEL: &[u8] = b"PRIVATE KEY";

/// The certificates of all files, each once.
fn authorities(files: &[CaFile]) -> (Vec<Authority>, BySubject) {
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
    (authorities, by_subject)
}

/// Verifies the signatures of all CAs. Returns the limit, if they cost too much.
fn verify(authorities: &mut [Authority], by_subject: &BySubject) -> Option<String> {
    let candidates = Candidates::of(authorities, by_subject);
    // One signature for each CA. A re-keyed CA takes more from the shared budget.
    let share = |child: &usize| {
        let price = |at: usize| {
            let (child, issuer) = (&authorities[*child].certificate, &authorities[at].certificate);
            let pair = child.algorithm.scheme.zip(issuer.key.as_ref().ok())?;
            Some(price::of(pair.0, pair.1, 0))
        };
        let first = candidates.of_child(*child).next().and_then(price);
        first.unwrap_or(0).min(UNITS_OF_ONE)
    };
    let all: Vec<usize> = (0..authorities.len()).collect();
    let shared_budget = &mut SharedBudget::of_directory();
    let signers = shares::map(&all, share, shared_budget, |child, budget| {
        let signed = |(count, at): (usize, usize)| {
            let (child, issuer) = (&authorities[*child].certificate, &authorities[at].certificate);
            let verdict = match count < MAX_SIGNERS {
                true => budget.signature(child, issuer),
                // It is not known whether this one is the signer.
                false => Err(Refusal::Unsupported(too_many())),
            };
            (at, verdict)
        };
        let tried = candidates.of_child(*child).take(MAX_SIGNERS + 1);
        let signers: Vec<_> = tried.enumerate().map(signed).collect();
        (signers, budget.exhausted())
    });
    let mut exhausted = None;
    for (authority, (signers, limit)) in authorities.iter_mut().zip(signers) {
        authority.signers = signers;
        exhausted = exhausted.or(limit);
    }
    let crowded = by_subject.values().any(|named| named.len() > MAX_SIGNERS);
    exhausted.or_else(|| crowded.then(too_many))
}

fn too_many() -> String {
    format!("the limit of {MAX_SIGNERS} certificates of one name whose keys are tried")
}

/// Who may have signed whom.
struct Candidates<'a> {
    authorities: &'a [Authority],
    by_subject: &'a BySubject,
    /// Indices by subject and key identifier.
    by_key: HashMap<(&'a [u8], &'a [u8]), Vec<usize>>,
}

impl<'a> Candidates<'a> {
    fn of(authorities: &'a [Authority], by_subject: &'a BySubject) -> Self {
        let mut by_key: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, authority) in authorities.iter().enumerate() {
            let certificate = &authority.certificate;
            if let Some(key) = &certificate.extensions.subject_key_id {
                let subject = certificate.subject.canonical();
                by_key.entry((subject, key.as_slice())).or_default().push(at);
            }
        }
        Self { authorities, by_subject, by_key }
    }

    /// CAs with the issuer's name, each once: first the certificate itself if it is self-issued,
    /// then those with the key identifier that it names.
    fn of_child(&self, child: usize) -> impl Iterator<Item = usize> {
        let certificate = &self.authorities[child].certificate;
        let issuer = certificate.issuer.canonical();
        let wanted = certificate.extensions.authority_key_id.as_deref();
        let own = certificate.is_self_issued().then_some(child);
        let by_key = wanted.and_then(|key| self.by_key.get(&(issuer, key)));
        let by_key = by_key.into_iter().flatten().copied().filter(move |at| Some(*at) != own);
        let named = self.by_subject.get(issuer).into_iter().flatten().copied();
        let named = named.filter(move |at| {
            let key = &self.authorities[*at].certificate.extensions.subject_key_id;
            Some(*at) != own && (wanted.is_none() || key.as_deref() != wanted)
        });
        own.into_iter().chain(by_key).chain(named)
    }
}

/// Indices of CAs, by canonical subject.
type BySubject = HashMap<Vec<u8>, Vec<usize>>;

/// Most certificates of one name whose keys are tried. A real CA that was re-keyed several times
/// has three. If there are more, the answer is undecided.
pub const MAX_SIGNERS: usize = 32;

/// Checks that there is a directory. Whether it can be entered shows at the first lookup.
///
/// # Errors
///
/// What is there instead.
pub fn is_directory(path: &Path) -> Result<(), LoadError> {
    let source = match load::file(path, false) {
        Err(LoadError::Directory(_)) => return Ok(()),
        Err(trouble) => return Err(trouble),
        Ok(source) => source,
    };
    let contents = Contents::read(&source.bytes);
    let of_cas = contents.readable().any(|(_, known)| known.is_ca()) && !contents.holds_key();
    let what = if of_cas { CA_FILE } else { "a file" };
    Err(LoadError::Special(path.to_path_buf(), what))
}

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
