//! Is the CA directory fit for a lookup by hash? Why an issuer that is there was not found.

mod link;
mod rule;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use crate::check::ca_lookup::link::{Doubt, is_named, out_of_use_under};
pub use crate::check::ca_lookup::rule::*;
use crate::check::chain;
use crate::load::LoadError;
use crate::locate::{ALICE_CAS, CaCandidate, Reason, SYSTEM_CAS};
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::parse::file::Contents;
use crate::parse::name::Name;
use crate::parse::pem::{Damage, Quirk};
use crate::parse::shape;
use crate::parse::shape::Meaning;
use crate::report::{Exit, Finding, Place};
use crate::text::shell;

/// One name of a CA directory, looked at.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The file name.
    pub name: String,
    /// Where it points, if it is a symbolic link.
    pub link: Option<PathBuf>,
    /// The certificates in it, or what is wrong with it.
    pub content: Result<Vec<Arc<Certificate>>, Bad>,
    /// Whether it holds a private key too.
    pub holds_key: bool,
    /// Why it may be somebody else's, if it may.
    pub others: Option<Doubt>,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Bad {
    /// A link to this missing target.
    Dangling(PathBuf),
    /// Empty, damaged, DER, …: what it is.
    Corrupt(String),
    /// Permission denied.
    Denied,
    /// A certificate in DER.
    Der(Arc<Certificate>),
    /// A symbolic link that was turned into a file: where it led.
    LinkText(String),
    /// Anything else that keeps it from being read, as a phrase.
    Unreadable(String),
}

/// Why OpenSSL takes no certificate from a file of a CA directory, as a phrase; `None` if it does.
/// It reads PEM from the top, and stops at what it cannot read.
pub fn unusable_as_ca(contents: &Contents) -> Option<String> {
    if contents.mended {
        let shape = contents.shape.as_ref();
        let what = shape.map_or_else(|| "damaged".to_owned(), ToString::to_string);
        return Some(format!("not usable PEM but {what}"));
    }
    let is_certificate = |damage: &&Damage| {
        let meaning = shape::meaning(&damage.label);
        matches!(meaning, Meaning::Certificate | Meaning::TrustedCertificate)
    };
    let first = contents.certificates.first();
    let above = |damage: &&Damage| first.is_none_or(|slot| damage.line < slot.line);
    // OpenSSL reads what stands in front too, whatever it is, and gives up where it cannot.
    let stops = |damage: &&Damage| is_certificate(damage) || damage.kind.stops_reading();
    let damage = contents.damage.iter().filter(stops).find(above);
    if let (Some(refused), None) = (first.and_then(|slot| refused(contents, slot.line)), damage) {
        return Some(format!("damaged: {refused}"));
    }
    match (first, damage, contents.damage.first(), &contents.shape) {
        (_, Some(damage), ..) => Some(format!("damaged: {damage}")),
        (Some(slot), ..) => {
            let error = slot.parsed.as_ref().err()?;
            Some(format!("damaged: {error}"))
        }
        (None, None, Some(damage), _) => Some(format!("damaged: {damage}")),
        (None, None, None, Some(shape)) => Some(format!("{shape}, not a certificate")),
        (None, None, None, None) if contents.holds_key() => {
            Some("a private key, not a certificate".to_owned())
        }
        (None, None, None, None) => Some("not a certificate".to_owned()),
    }
}

/// What OpenSSL refuses in the block at `line` or in front of it.
fn refused(contents: &Contents, line: usize) -> Option<Quirk> {
    let certificates = contents.certificates.iter().map(|slot| slot.line);
    let keys = contents.keys.iter().map(|slot| slot.line);
    let others = contents.others.iter().map(|other| other.line);
    let damage = contents.damage.iter().map(|damage| damage.line);
    let lines = certificates.chain(keys).chain(others).chain(damage);
    let next = lines.filter(|other| *other > line).min();
    let quirks = contents.quirks.iter().copied();
    let mut refused = quirks.filter(Quirk::is_refused);
    refused.find(|quirk| next.is_none_or(|next| quirk.line() < next))
}

/// Why the CA certificates could not be read at all.
pub fn unusable(candidate: &CaCandidate, trouble: &LoadError) -> Finding {
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
            // It is what was to be examined, not evidence for something else.
            Finding { exit: Exit::NotFound, ..found }
        }
        LoadError::Missing(_) | LoadError::Dangling(..) => missing(candidate, &subject, variable),
        LoadError::NoCertificate(_, what) => empty(candidate, Some(what)),
        LoadError::Special(_, what) if !candidate.bundle => is_file(candidate, &subject, what),
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
        other if candidate.reason == Reason::Operand => Finding {
            exit: Exit::Unreadable,
            ..UNUSABLE
                .found(format!("{path} cannot be read: {other}"))
                .advice("ask whoever keeps it to make it readable: CA certificates are public")
        },
        other => UNUSABLE.found(format!("{subject}: {path} cannot be read: {other}")),
    };
    found.at(place)
}

/// What an option or a variable names is not there: perhaps it is several, or a pattern.
fn missing(candidate: &CaCandidate, subject: &str, variable: Option<&str>) -> Finding {
    let path = candidate.path.display();
    let found = UNUSABLE.found(format!("{subject} points to {path}, which does not exist"));
    let text = candidate.path.to_string_lossy();
    let parts: Vec<&str> = text.split([':', ';', ',']).filter(|part| !part.is_empty()).collect();
    let export = |part: &str| {
        let path = shell::path(Path::new(part));
        variable.map_or_else(|| path.clone(), |name| format!("export {name}={path}"))
    };
    match parts.as_slice() {
        [one] if *one != text => UNUSABLE
            .found(format!(
                "{subject} is {path}, with a colon at its end: it names one directory, no list"
            ))
            .advice(format!("name the directory alone: {}", export(one))),
        [first, _, ..] => UNUSABLE
            .found(format!(
                "{subject} is a list of {} paths ({path}): it names one directory alone",
                parts.len()
            ))
            .advice(format!("name one of them: {}", export(first))),
        _ if text.contains(['*', '?', '[']) => UNUSABLE
            .found(format!(
                "{subject} is a pattern that no shell has expanded ({path}): it names one directory"
            ))
            .advice("name the directory itself"),
        _ => found,
    }
}

/// What a file is that can take the place of a CA directory.
pub const CA_FILE: &str = "a file of CA certificates";

fn is_file(candidate: &CaCandidate, subject: &str, what: &str) -> Finding {
    let (path, word) = (candidate.path.display(), shell::path(&candidate.path));
    let found = IS_FILE.found(format!("{subject}: {path} is {what}, it must be a directory"));
    // What holds none would be as useless in another place, and a key must not be passed around.
    if what != CA_FILE {
        return found
            .advice(format!("name a directory of CA certificates: {SYSTEM_CAS}, {ALICE_CAS}"));
    }
    match candidate.reason {
        Reason::Variable(name) => found.fix(format!("unset {name}; export X509_CERT_FILE={word}")),
        _ => found.advice(format!("a file of CA certificates is named with --ca-file {word}")),
    }
}

/// A command that makes links again of what was turned into files, where that adds no CA that
/// somebody put out of use.
pub fn relink(directory: &Path, seen: &[Seen]) -> Option<String> {
    let link = |entry: &Seen| {
        let Err(Bad::LinkText(target)) = &entry.content else { return None };
        let EntryName::Certificate { hash, .. } = EntryName::parse(&entry.name) else {
            return None;
        };
        let file = seen.iter().find(|file| file.name == *target && doubt(seen, file).is_none())?;
        let mut held = file.content.as_ref().ok()?.iter().map(|ca| &ca.subject);
        held.any(|name| name.new_hash() == hash || name.old_hash() == hash).then(|| {
            let (to, name) = (Path::new(target), directory.join(&entry.name));
            format!("ln -sf {} {}", shell::path(to), shell::path(&name))
        })
    };
    let links: Vec<String> = seen.iter().filter_map(link).collect();
    (!links.is_empty()).then(|| links.join(" && "))
}

/// The issuer is in the directory, in a file in DER that has no hash name: no lookup reads it.
pub fn only_in_der(directory: &Path, seen: &[Seen], issuer: &Name) -> Option<Finding> {
    let held = |entry: &Seen| match &entry.content {
        Err(Bad::Der(known)) if known.is_ca() && known.subject.same_as(issuer) => {
            Some(Arc::clone(known))
        }
        _ => None,
    };
    let (entry, known) = seen.iter().find_map(|entry| Some((entry, held(entry)?)))?;
    let file = directory.join(&entry.name);
    let name = free_name(&issuer.new_hash(), seen);
    let found = CORRUPT
        .found(format!(
            "CA '{}' is in the directory only in binary DER form ({}), which no lookup reads: PEM under \
             the name {name} is needed",
            issuer.common_name(),
            entry.name
        ))
        .advice("convert it to PEM under its hash name")
        .at(Place::file(file.clone()));
    if let Some(doubt) = doubt(seen, entry) {
        return Some(found.advice(doubt.advice()));
    }
    let to = shell::path(&directory.join(&name));
    let convert =
        format!("[ ! -e {to} ] && openssl x509 -inform DER -in {} -out {to}", shell::path(&file));
    // A root is trusted for its own sake: that is for whoever looks after the directory.
    Some(if known.is_self_issued() { found } else { found.fix(convert) })
}

/// Why certificates that the directory holds were not found by their hash: `needed` are those
/// that would complete the path.
pub fn not_found_by_hash(directory: &Path, seen: &[Seen], needed: &[&Certificate]) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        needed.iter().filter_map(|certificate| misnamed(directory, seen, certificate)).collect();
    let fixes: Option<Vec<String>> = findings.iter().map(|finding| finding.fix.clone()).collect();
    // One line makes all the links: a second one would fail on those that are there. With one that
    // must not be made the others mend nothing.
    for (at, finding) in findings.iter_mut().enumerate() {
        finding.fix = fixes.as_ref().filter(|_| at == 0).map(|fixes| fixes.join(" && "));
    }
    findings
}

fn misnamed(directory: &Path, seen: &[Seen], certificate: &Certificate) -> Option<Finding> {
    let holds = |entry: &&Seen| {
        entry.content.as_ref().is_ok_and(|list| list.iter().any(|c| **c == *certificate))
    };
    let holders: Vec<&Seen> = seen.iter().filter(holds).collect();
    let (new, old) = (certificate.subject.new_hash(), certificate.subject.old_hash());
    let name = certificate.subject.common_name();
    let (clear, doubtful): (Vec<&Seen>, Vec<&Seen>) =
        holders.iter().partition(|entry| doubt(seen, entry).is_none());
    let file = clear
        .iter()
        .chain(&doubtful)
        .find(|e| matches!(EntryName::parse(&e.name), EntryName::Other));
    let file = *file.or(clear.first()).or(doubtful.first())?;
    let hashed = |wanted: &str| {
        holders.iter().find(|entry| {
            matches!(EntryName::parse(&entry.name), EntryName::Certificate { hash, .. } if hash == wanted)
        })
    };
    let wrong = holders
        .iter()
        .find(|entry| matches!(EntryName::parse(&entry.name), EntryName::Certificate { .. }));
    let wanted = free_name(&new, seen);
    let exists = |name: &str| seen.iter().any(|entry| entry.name == name);
    let unnamed = || {
        let meant = is_named(&file.name, certificate, exists) || holders.len() > 1;
        // Where nothing has a hash name nobody singled anything out.
        let hashed = |e: &Seen| matches!(EntryName::parse(&e.name), EntryName::Certificate { .. });
        let doubtful = certificate.is_self_issued() && !meant && seen.iter().any(hashed);
        doubtful.then_some(Doubt::Unnamed)
    };
    let doubt = doubt(seen, file).or_else(unnamed);
    let file = &file.name;
    let place = Place::file(directory.join(file));
    let number = wanted.rsplit_once('.').and_then(|(_, number)| number.parse().ok());
    let number = number.unwrap_or_default();
    if let Some(doubt) = doubt {
        let phrase = doubt.phrase();
        let message = match hashed(&new).filter(|behind| behind.name == *file) {
            Some(behind) => format!(
                "CA '{name}' is in the directory as {}, {phrase}, but no lookup comes so far: {}",
                behind.name,
                stop(&new, number)
            ),
            None => format!(
                "CA '{name}' is in the directory, but not under the name {wanted}, so it cannot be \
                 found: it is in {file}, {phrase}"
            ),
        };
        return Some(OUT_OF_USE.found(message).advice(doubt.advice()).at(place));
    }
    let found = if let Some(behind) = hashed(&new) {
        GAP.found(format!(
            "CA '{name}' is in the directory as {}, but no lookup comes so far: {}",
            behind.name,
            stop(&new, number)
        ))
    } else if hashed(&old).is_some() {
        OLD_HASH.found(format!(
            "CA '{name}' is in the directory ({file}), but has only the old hash link {old}.0, \
             not {wanted}"
        ))
    } else if let Some(wrong) = wrong {
        WRONG_HASH.found(format!(
            "CA '{name}' is in the directory as {}, but its subject hash is {new}: the name does \
             not match",
            wrong.name
        ))
    } else {
        NO_LINK.found(format!(
            "CA '{name}' is in the directory ({file}), but has no hash link {wanted}, so it \
             cannot be found"
        ))
    };
    let link =
        format!("ln -s {} {}", shell::path(Path::new(file)), shell::path(&directory.join(&wanted)));
    let rehash =
        format!("make the link, or all at once: openssl rehash -compat {}", shell::path(directory));
    Some(found.advice(rehash).fix(link).at(place))
}

/// Where a lookup of `hash` ends that finds no file of this number.
pub fn stop(hash: &str, number: u32) -> String {
    match number {
        0 => format!("it begins with {hash}.0, which is missing"),
        n => format!("it ends at {hash}.{n}, which is missing"),
    }
}

/// Why a fix must not link to this file.
fn doubt(seen: &[Seen], entry: &Seen) -> Option<Doubt> {
    let target = |name: &str| seen.iter().find(|e| e.name == name)?.link.clone();
    let what = out_of_use_under(&entry.name, target).map(Doubt::OutOfUse);
    let what = what.or(entry.holds_key.then_some(Doubt::HoldsKey));
    what.or(entry.others)
}

/// `<hash>.N` with the smallest N that is not taken.
fn free_name(hash: &str, seen: &[Seen]) -> String {
    let taken = |name: &String| seen.iter().any(|entry| entry.name == *name);
    (0..).map(|n| format!("{hash}.{n}")).find(|name| !taken(name)).unwrap_or_default()
}

/// What stands under the issuer's hash name and is of no use.
pub fn bad_entry(directory: &Path, entry: &Seen, bad: &Bad, issuer: &Name) -> Finding {
    let name = &entry.name;
    let (file, ca) = (directory.join(name), issuer.common_name());
    let place = Place::file(file.clone());
    match bad {
        Bad::Dangling(target) => DANGLING.found(format!(
            "hash link {name} of the CA '{ca}' is dangling: its target {} is missing",
            target.display()
        )),
        Bad::Corrupt(what) => {
            CORRUPT.found(format!("CA file {name}{} of '{ca}' is {what}", led_to(entry)))
        }
        Bad::Der(_) => CORRUPT.found(format!(
            "CA file {name}{} of '{ca}' is not usable PEM but a certificate in binary DER form",
            led_to(entry)
        )),
        Bad::LinkText(target) => CORRUPT
            .found(format!(
                "CA file {name} of '{ca}' is text that only names {target}: a symbolic link that was \
                 turned into a file (Windows, Cygwin, a copy over SMB)"
            ))
            .advice("copy the directory again with its links (cp -a, rsync -a, tar), or make them anew"),
        Bad::Denied => UNREADABLE
            .found(format!("CA file {name} of '{ca}' cannot be read: permission denied"))
            .advice(format!("make it readable: chmod a+r {}", shell::path(&file))),
        Bad::Unreadable(why) => UNREADABLE
            .found(format!("CA file {name} of '{ca}' cannot be read: {why}"))
            .advice("install the CA's certificate in its place"),
    }
    .at(place)
}

/// Where a link leads.
fn led_to(entry: &Seen) -> String {
    let link = |target: &PathBuf| format!(" (a link to {})", target.display());
    entry.link.as_ref().map_or_else(String::new, link)
}

/// There is no CA certificate in it; `what` is what a file without any certificate is.
pub fn empty(candidate: &CaCandidate, what: Option<&str>) -> Finding {
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
    match candidate.bundle {
        true => found.advice("name a file of certificates in PEM, or a directory of them"),
        false => found,
    }
}

/// What the whole directory says when the issuer is not in it.
pub fn directory(candidate: &CaCandidate, seen: &[Seen], child: &Certificate) -> Vec<Finding> {
    let all = || seen.iter().filter_map(|entry| entry.content.as_ref().ok()).flatten();
    let place = Place::file(candidate.path.clone());
    let mut findings = Vec::new();
    if all().next().is_none() {
        findings.push(empty(candidate, None));
    }
    let grid = seen.iter().any(|entry| EntryName::parse(&entry.name).is_grid());
    if !grid {
        findings.extend(web(candidate, all().map(Arc::as_ref)));
    }
    findings.extend(family(child, all()).map(|finding| finding.at(place)));
    findings
}

/// The CAs of the web: that many, and no policies beside them, and no name as the grid gives them.
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

/// Below this number a directory without policies may well be a small private one. Mozilla's
/// list has some 140.
const WEB_MINIMUM: usize = 50;

/// The intermediate is missing, if the certificate says where its issuer's is published and a
/// root of its family is there: one whose first two RDNs are the same.
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
