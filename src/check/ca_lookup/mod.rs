//! Does a lookup by hash work in the CA directory? Why an issuer was not found that is there.

mod rule;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::ca_index::LINK_AS_TEXT;
pub use crate::check::ca_index::doubt::{Doubt, out_of_use_under};
use crate::check::ca_index::inventory::{Entry, Inventory};
pub use crate::check::ca_index::usable::unusable_as_ca;
pub use crate::check::ca_lookup::rule::*;
use crate::check::chain;
use crate::check::place::path::{NamedPath, odd_words};
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::parse::file::Contents;
use crate::parse::name::Name;
use crate::parse::shape::Shape;
use crate::report::{Action, Exit, Finding, Fix, Place};
use crate::source::candidate::{ALICE_CAS, CaCandidate, Reason, SYSTEM_CAS};
use crate::source::error::LoadError;
use crate::source::near::NearCas;
use crate::text::screen::for_screen;
use crate::text::shell;

/// An entry that a lookup found and could not use.
#[derive(Clone, Debug)]
pub struct BadEntry {
    /// The file name.
    pub name: String,
    /// Where it points, if it is a symbolic link.
    pub link: Option<PathBuf>,
    /// What is wrong with it.
    pub fault: EntryFault,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EntryFault {
    /// A link to this target, which does not exist.
    Dangling(PathBuf),
    /// Empty, damaged, DER, or similar: what it is.
    Corrupt(String),
    /// Permission denied.
    Denied,
    /// A text file that was a link once, with its target.
    LinkText(String),
    /// It cannot be read for another reason, as a phrase.
    Unreadable(String),
}

/// Why no CA certificate could be read.
pub fn unusable(candidate: &CaCandidate, trouble: &LoadError, near: &NearCas) -> Finding {
    let subject = match candidate.reason {
        Reason::Variable(name) => name.to_owned(),
        Reason::Option(name) => name.to_owned(),
        Reason::Default | Reason::Operand => "the CA directory".to_owned(),
    };
    let path = candidate.path.display();
    let variable = match candidate.reason {
        Reason::Variable(name) => Some(name),
        _ => None,
    };
    let place = Place { file: Some(candidate.path.clone()), variable, ..Place::default() };
    let found = match trouble {
        _ if candidate.path.as_os_str().is_empty() => {
            UNUSABLE.found(format!("{subject} is set, but empty"))
        }
        LoadError::Missing(_) if candidate.reason == Reason::Default => UNUSABLE.found(format!(
            "no CA directory found: neither {SYSTEM_CAS} nor {ALICE_CAS} nor \
             ~/.globus/certificates exists, and X509_CERT_DIR is not set"
        )),
        LoadError::Missing(_) | LoadError::Dangling(..) if candidate.reason == Reason::Operand => {
            let found = UNUSABLE.found(format!("{path} does not exist"));
            let found = found.advice(format!(
                "name a directory or file of CA certificates that does: {SYSTEM_CAS}, {ALICE_CAS}"
            ));
            // The directory itself was to be examined, so it is missing, not only evidence.
            Finding { exit: Exit::NotFound, ..found }
        }
        LoadError::Missing(_) | LoadError::Dangling(..) => missing(candidate, &subject),
        LoadError::NoCertificate(_, what) => empty(candidate, Some(what), near),
        LoadError::Special(_, what) if !candidate.bundle => {
            is_file(candidate, &subject, what, near)
        }
        LoadError::Directory(_) if candidate.bundle => {
            let found =
                IS_DIRECTORY.found(format!("{subject}: {path} is a directory, it must be a file"));
            match variable {
                Some(name) => found.fix(format!(
                    "unset {name}; export X509_CERT_DIR={}",
                    shell::path(&candidate.path)
                )),
                None => found.advice(format!(
                    "a directory is named with --ca-dir {}",
                    shell::path(&candidate.path)
                )),
            }
        }
        LoadError::Special(_, what) => UNUSABLE.found(format!("{subject}: {path} is {what}")),
        other if candidate.reason == Reason::Operand => {
            let found = UNUSABLE.found(format!("{path} cannot be read: {other}"));
            Finding { exit: Exit::Unreadable, ..unreadable(found, other) }
        }
        other => {
            unreadable(UNUSABLE.found(format!("{subject}: {path} cannot be read: {other}")), other)
        }
    };
    let found = if found.fix.is_none() { elsewhere(found, candidate, near) } else { found };
    found.at(place)
}

/// Adds how the place where CA certificates are is used, if there is one.
fn elsewhere(found: Finding, candidate: &CaCandidate, near: &NearCas) -> Finding {
    let export = |path: &Path| format!("export X509_CERT_DIR={}", shell::path(path));
    match (candidate.reason, &near.inside) {
        (Reason::Variable("X509_CERT_DIR"), Some(inside)) => found
            .advice(format!("the CA certificates are in {}", inside.display()))
            .fix(export(inside)),
        (Reason::Variable(name), _) => {
            let value = candidate.path.as_os_str();
            NamedPath { name, value, near: &near.value }.mended(found)
        }
        (Reason::Default, inside) => match inside.as_ref().or(near.value.default.as_ref()) {
            Some(path) => found
                .advice(format!("the CA certificates are in {}", path.display()))
                .fix(export(path)),
            None => found,
        },
        (Reason::Operand | Reason::Option(_), Some(inside))
            if inside.starts_with(&candidate.path) =>
        {
            found.advice(format!("the CA certificates are in it: name {}", inside.display()))
        }
        (Reason::Operand | Reason::Option(_), _) => found,
    }
}

/// Adds who can make it readable.
fn unreadable(found: Finding, trouble: &LoadError) -> Finding {
    let LoadError::Denied(_, Some(barrier)) = trouble else { return found };
    let (owner, path) = (barrier.facts.owner, shell::path(&barrier.path));
    found.advice(format!(
        "CA certificates are public: its owner (uid {owner}) or root can make it readable: chmod a+rX \
         {path}"
    ))
}

/// The path in an option or a variable does not exist.
fn missing(candidate: &CaCandidate, subject: &str) -> Finding {
    let path = candidate.path.display();
    let text = candidate.path.to_string_lossy();
    if let Some(words) = odd_words(candidate.path.as_os_str()) {
        let found = UNUSABLE.found(format!("{subject} {words}"));
        return found.advice("name the directory or file of CA certificates by its plain path");
    }
    if text.contains(['*', '?', '[']) {
        return UNUSABLE
            .found(format!(
                "{subject} is a pattern that no shell has expanded ({path}): it names one directory"
            ))
            .advice("name the directory itself");
    }
    let found = UNUSABLE.found(format!("{subject} points to {path}, which does not exist"));
    match candidate.reason {
        Reason::Variable(name) => found.advice(format!(
            "unset {name} to use {SYSTEM_CAS}, or name a directory that exists (ALICE: {ALICE_CAS})"
        )),
        _ => found,
    }
}

/// The words for a file that can be used instead of a CA directory.
pub const CA_FILE: &str = "a file of CA certificates";

fn is_file(candidate: &CaCandidate, subject: &str, what: &str, near: &NearCas) -> Finding {
    let (path, word) = (candidate.path.display(), shell::path(&candidate.path));
    let found = IS_FILE.found(format!("{subject}: {path} is {what}, it must be a directory"));
    if near.inside.is_some() && matches!(candidate.reason, Reason::Variable(_)) {
        return found;
    }
    // A file without CAs is of no use elsewhere, and the message must not suggest to pass a key
    // around.
    if what != CA_FILE {
        return found
            .advice(format!("name a directory of CA certificates: {SYSTEM_CAS}, {ALICE_CAS}"));
    }
    match candidate.reason {
        Reason::Variable(name) => found.fix(format!("unset {name}; export X509_CERT_FILE={word}")),
        _ => found.advice(format!("a file of CA certificates is named with --ca-file {word}")),
    }
}

fn contents<'a>(inventory: &'a Inventory, entry: &Entry) -> Option<&'a Contents> {
    let file = inventory.files.get(*entry.file.as_ref().ok()?)?;
    file.content.as_ref().ok()?.pem.as_ref()
}

/// The issuer is only in a DER file without hash name, which no lookup reads.
pub fn only_in_der(inventory: &Inventory, issuer: &Name) -> Option<Finding> {
    let held = |entry: &Entry| {
        let contents = contents(inventory, entry)?;
        let is_der = matches!(contents.shape, Some(Shape::DerCertificate));
        let (_, certificate) = contents.readable().next().filter(|_| is_der)?;
        let is_issuer = certificate.is_ca() && certificate.subject.same_as(issuer);
        is_issuer.then(|| Arc::clone(certificate))
    };
    let mut entries = inventory.entries.iter();
    let (entry, known) = entries.find_map(|entry| Some((entry, held(entry)?)))?;
    let name = free_name(&issuer.new_hash(), inventory);
    let found = CORRUPT
        .found(format!(
            "CA '{}' is in the directory only in binary DER form ({}), which no lookup reads: PEM under \
             the name {name} is needed",
            issuer.common_name(),
            entry.name
        ))
        .advice("convert it to PEM under its hash name")
        .at(Place::file(entry.path.clone()));
    if let Some(doubt) = entry.file.as_ref().ok().and_then(|file| inventory.doubt(*file)) {
        return Some(found.advice(doubt.advice()));
    }
    let convert = format!("openssl x509 -inform DER -in {}", shell::path(&entry.path));
    let convert = shell::make_file(&convert, &inventory.candidate.path.join(&name), false);
    // If it is a root, only the administrator can decide to trust it.
    Some(if known.is_self_issued() { found } else { found.fix(convert) })
}

/// A CA whose name in slash form is that of the issuer, but which is another CA.
pub fn only_alike(inventory: &Inventory, issuer: &Name) -> Option<Finding> {
    let mut all = inventory.entries.iter().flat_map(|entry| {
        inventory.certificates(entry).map(move |certificate| (entry, certificate))
    });
    let (entry, known) = all.find(|(_, known)| known.subject.looks_like(issuer))?;
    let found = NAME_ALIKE.found(format!(
        "the issuer is {}, and the CA in {} is {}: they look alike as {}, and are two names",
        for_screen(&issuer.rfc4514()),
        entry.name,
        for_screen(&known.subject.rfc4514()),
        issuer.screen()
    ));
    Some(found.at(Place::file(entry.path.clone())))
}

/// Why the directory's certificates `needed`, which would complete the path, were not found by
/// hash.
pub fn not_found_by_hash(inventory: &Inventory, needed: &[&Certificate]) -> Vec<Finding> {
    let unreached = |certificate: &&Certificate| unreached(inventory, certificate);
    let mut findings: Vec<Finding> = needed.iter().filter_map(unreached).collect();
    let fixes: Option<Vec<Fix>> = findings.iter().map(|finding| finding.fix.clone()).collect();
    // One command makes all the links, because a second one would fail at the links that exist. If
    // one of the links must not be made, the others do not help.
    for (at, finding) in findings.iter_mut().enumerate() {
        finding.fix = fixes.as_ref().filter(|_| at == 0).map(Fix::all);
    }
    findings
}

/// Why a lookup by hash does not find a certificate of the directory.
fn unreached(inventory: &Inventory, certificate: &Certificate) -> Option<Finding> {
    let mut namesakes = inventory.named(&certificate.subject);
    let (_, authority) = namesakes.find(|(_, authority)| *authority.certificate == *certificate)?;
    let copy = inventory.copy(authority)?;
    let mut names: Vec<&Entry> = inventory.names_of(authority).collect();
    names.sort_by_key(|entry| &entry.name);
    let hashed = |is_wanted: &dyn Fn(&str) -> bool| {
        let mut names = names.iter();
        names.find(
            |entry| matches!(&entry.kind, EntryName::Certificate { hash, .. } if is_wanted(hash)),
        )
    };
    let (new, old) = (certificate.subject.new_hash(), certificate.subject.old_hash());
    let name = certificate.subject.common_name();
    let (directory, file) = (&inventory.candidate.path, &copy.entry.name);
    let place = Place::file(copy.entry.path.clone());
    let wanted = free_name(&new, inventory);
    let number = wanted.rsplit_once('.').and_then(|(_, number)| number.parse().ok());
    let stop = stop(&new, number.unwrap_or_default());
    let behind = hashed(&|hash| hash == new);
    let unnamed = || inventory.unnamed(authority, &copy.entry.name, false);
    if let Some(doubt) = inventory.doubt(copy.file).or_else(unnamed) {
        let phrase = doubt.phrase();
        let message = match behind.filter(|behind| behind.name == *file) {
            Some(behind) => format!(
                "CA '{name}' is in the directory as {}, {phrase}, but no lookup reaches it: {stop}",
                behind.name
            ),
            None => format!(
                "CA '{name}' is in the directory, but not under the name {wanted}, so it cannot be \
                 found: it is in {file}, {phrase}"
            ),
        };
        return Some(OUT_OF_USE.found(message).advice(doubt.advice()).at(place));
    }
    let found = if let Some(behind) = behind {
        GAP.found(format!(
            "CA '{name}' is in the directory as {}, but no lookup reaches it: {stop}",
            behind.name
        ))
    } else {
        let old = hashed(&|hash| hash == old).map(|_| old.as_str());
        misnamed(&name, file, &wanted, old, hashed(&|_| true))
    };
    if let Some(again) = made_again(inventory, &new, file, &name) {
        return Some(again);
    }
    if let Some(spoiled) = spoiled(inventory, &new) {
        return Some(
            found
                .advice(format!(
                    "every lookup stops at {}, which leads to no certificate: the administrator of \
                     the directory must move it away, and name {file} by that hash",
                    spoiled.name
                ))
                .at(place),
        );
    }
    Some(with_link(found, directory, file, &wanted).at(place))
}

/// The CA `name` in `file` lacks the name `wanted`. It may have a name with its `old` hash or a
/// `wrong` name.
fn misnamed(
    name: &str,
    file: &str,
    wanted: &str,
    old: Option<&str>,
    wrong: Option<&&Entry>,
) -> Finding {
    match (old, wrong.map(|entry| &entry.name)) {
        (Some(old), _) => OLD_HASH.found(format!(
            "CA '{name}' is in the directory ({file}), but has only the old hash link {old}.0, \
             not {wanted}"
        )),
        (None, Some(wrong)) => WRONG_HASH.found(format!(
            "CA '{name}' is in the directory as {wrong}, but its subject hash is {}: the name does \
             not match",
            wanted.split('.').next().unwrap_or_default()
        )),
        (None, None) => NO_LINK.found(format!(
            "CA '{name}' is in the directory ({file}), but has no hash link {wanted}, so it \
             cannot be found"
        )),
    }
}

fn with_link(found: Finding, directory: &Path, file: &str, wanted: &str) -> Finding {
    let (path, target) = (directory.join(wanted), PathBuf::from(file));
    let link = Action::Link { path, target, again: false };
    let rehash =
        format!("make the link, or all at once: openssl rehash -compat {}", shell::path(directory));
    found.advice(rehash).fix(link)
}

/// The first name with this hash at which a lookup stops, because it contains no certificate.
fn spoiled<'a>(inventory: &'a Inventory, hash: &str) -> Option<&'a Entry> {
    let is_good = |entry: &Entry| {
        let file = entry.file.as_ref().ok().and_then(|file| inventory.files.get(*file));
        file.is_some_and(|file| file.unusable.is_none())
    };
    let names = (0_u32..).map_while(|n| inventory.entry_named(&format!("{hash}.{n}")));
    names.into_iter().find(|entry| !is_good(entry))
}

/// The command that repairs a hash name that means `file` and leads nowhere.
fn made_again(inventory: &Inventory, hash: &str, file: &str, ca: &str) -> Option<Finding> {
    let means = |entry: &&Entry| {
        matches!(&entry.kind, EntryName::Certificate { hash: its, .. } if its == hash)
            && inventory.meant(entry).is_some_and(|near| near.name == file)
    };
    let entry = inventory.entries.iter().find(means)?;
    let found = match &entry.file {
        Err(LoadError::Dangling(_, target)) => DANGLING.found(format!(
            "hash link {} of the CA '{ca}' is dangling: its target {} is missing, and {file} is \
             next to the link",
            entry.name,
            target.display()
        )),
        _ => CORRUPT.found(format!(
            "CA file {} of '{ca}' is text that only names {file}: {LINK_AS_TEXT}",
            entry.name
        )),
    };
    let directory = shell::path(&inventory.candidate.path);
    let (path, target) = (entry.path.clone(), PathBuf::from(file));
    let fix = Action::Link { path, target, again: true };
    Some(
        found
            .advice(format!(
                "make the link again, or all at once: certok ca-check --fix-script {directory} | sh"
            ))
            .fix(fix)
            .at(Place::file(entry.path.clone())),
    )
}

/// Where a lookup of `hash` stops, if no file has this number.
pub fn stop(hash: &str, number: u32) -> String {
    match number {
        0 => format!("it begins with {hash}.0, which is missing"),
        n => format!("it ends at {hash}.{n}, which is missing"),
    }
}

/// `<hash>.N` with the smallest free N.
fn free_name(hash: &str, inventory: &Inventory) -> String {
    let taken = |name: &String| inventory.entry_named(name).is_some();
    (0..).map(|n| format!("{hash}.{n}")).find(|name| !taken(name)).unwrap_or_default()
}

/// The finding that the file with the issuer's hash name cannot be used.
pub fn bad_entry(directory: &Path, entry: &BadEntry, issuer: &Name) -> Finding {
    let name = &entry.name;
    let (file, ca) = (directory.join(name), issuer.common_name());
    let place = Place::file(file.clone());
    let found = match &entry.fault {
        EntryFault::Dangling(target) => DANGLING.found(format!(
            "hash link {name} of the CA '{ca}' is dangling: its target {} is missing",
            target.display()
        )),
        EntryFault::Corrupt(what) => {
            CORRUPT.found(format!("CA file {name}{} of '{ca}' is {what}", led_to(entry)))
        }
        EntryFault::LinkText(target) => CORRUPT
            .found(format!(
                "CA file {name} of '{ca}' is text that only names {target}: {LINK_AS_TEXT}"
            ))
            .advice(
                "copy the directory again with its links (cp -a, rsync -a, tar), or make them anew",
            ),
        EntryFault::Denied => UNREADABLE
            .found(format!("CA file {name} of '{ca}' cannot be read: permission denied"))
            .advice(format!("make it readable: chmod a+r {}", shell::path(&file))),
        EntryFault::Unreadable(why) => UNREADABLE
            .found(format!("CA file {name} of '{ca}' cannot be read: {why}"))
            .advice("install the CA's certificate in its place"),
    };
    found.at(place)
}

/// Where the link led.
fn led_to(entry: &BadEntry) -> String {
    let link = |target: &PathBuf| format!(" (a link to {})", target.display());
    entry.link.as_ref().map_or_else(String::new, link)
}

/// The finding that there is no CA certificate. `what` says what a file contains instead.
pub fn empty(candidate: &CaCandidate, what: Option<&str>, near: &NearCas) -> Finding {
    let (reason, path) = (candidate.reason, candidate.path.display());
    let place = Place::file(candidate.path.clone());
    let subject = match reason {
        Reason::Operand => path.to_string(),
        _ => format!("{reason}: {path}"),
    };
    let found = match what {
        Some(what) => EMPTY.found(format!("{subject} holds no certificate: it is {what}")),
        None => EMPTY.found(format!("{subject} contains no CA certificates")),
    };
    let found = found.at(place);
    let found = match candidate.bundle {
        true => found.advice("name a file of certificates in PEM, or a directory of them"),
        false => found,
    };
    elsewhere(found, candidate, near)
}

/// What the whole directory says if it does not have the issuer.
pub fn directory(inventory: &Inventory, child: &Certificate, near: &NearCas) -> Vec<Finding> {
    let entries = inventory.entries.iter();
    let all = || entries.clone().flat_map(|entry| inventory.certificates(entry));
    let candidate = &inventory.candidate;
    let place = Place::file(candidate.path.clone());
    let mut findings = Vec::new();
    let is_named = |entry: &Entry| matches!(entry.kind, EntryName::Certificate { .. });
    let is_elsewhere = near.inside.is_some() && !inventory.entries.iter().any(is_named);
    if all().next().is_none() || is_elsewhere {
        findings.push(empty(candidate, None, near));
    }
    let grid = inventory.entries.iter().any(|entry| entry.kind.is_grid());
    if !grid {
        findings.extend(web(candidate, all().map(Arc::as_ref)));
    }
    findings.extend(family(child, all()).map(|finding| finding.at(place)));
    findings
}

/// Whether these are the CAs of the web: there are many, without policies, and without aliases of
/// the grid.
pub fn web<'a>(
    candidate: &CaCandidate,
    all: impl Iterator<Item = &'a Certificate>,
) -> Option<Finding> {
    let (mut count, mut grid) = (0, false);
    for certificate in all {
        let name = certificate.subject.slash();
        grid |= name.starts_with("/DC=") || name.to_lowercase().contains("grid");
        count += 1;
    }
    (count >= WEB_MINIMUM && !grid).then(|| {
        WEB_PKI.found(format!(
            "{} holds {count} CA certificates and no signing_policy file: these are the CAs of the \
             web, not of the grid",
            candidate.path.display()
        ))
    })
}

/// A directory with fewer CAs and without policies may be a small private one. Mozilla's list has
/// about 140.
const WEB_MINIMUM: usize = 50;

/// The finding that an intermediate CA is missing: the certificate says where its issuer's
/// certificate is published, and a root with the same first two RDNs is in the directory.
fn family<'a>(
    child: &Certificate,
    all: impl Iterator<Item = &'a Arc<Certificate>>,
) -> Option<Finding> {
    let prefix = |name: &Name| name.rdns().get(..2).map(<[_]>::to_vec);
    let wanted = prefix(&child.issuer)?;
    let mut roots = all.filter(|ca| ca.is_self_issued());
    let root = roots.find(|ca| prefix(&ca.subject).as_ref() == Some(&wanted))?;
    (!child.is_self_issued()).then_some(())?;
    let url = child.extensions.ca_issuers.first()?;
    let found = chain::INTERMEDIATE_MISSING.found(format!(
        "the intermediate CA '{}' is missing: neither in the certificate file nor in the CA \
         directory (a root of its family, '{}', is there)",
        child.issuer.common_name(),
        root.subject.common_name()
    ));
    let url = url.trim_start_matches("URI:");
    Some(found.advice(format!(
        "the CA publishes it at {url}: fetch it and append it to your certificate file (cat \
         intermediate.pem >> usercert.pem)"
    )))
}
