//! CAs that are in the directory more than once: in several files, with several keys.

use std::collections::BTreeMap;
use std::path::Path;

use crate::chain::{PoolCertificate, proxy};
use crate::check::acceptance::ANCHORS_CONFLICT;
use crate::check::ca_dir::group::{GroupedFinding, listed};
use crate::check::ca_dir::rule::{DUPLICATE, EXPIRED_FIRST, REKEYED, SAME_SERIAL};
use crate::check::ca_dir::view::View;
use crate::parse::ca_dir::EntryName;
use crate::report::Finding;
use crate::text::time::UnixTime;

/// Certificates that are alone in several files.
pub(super) fn duplicates(view: &View<'_>) -> Vec<GroupedFinding> {
    let mut hits = Vec::new();
    for at in 0..view.inventory.authorities.len() {
        let alone = view.copies(at).filter(|(file, _)| !view.is_bundle(*file));
        let mut names: Vec<&str> = alone
            .filter_map(|(file, _)| view.inventory.files[file].names.first())
            .map(|name| view.inventory.entries[*name].name.as_str())
            .collect();
        names.dedup();
        if names.len() > 1 {
            let found = DUPLICATE.found(format!(
                "the CA {} is in {} files: {}",
                view.called(at),
                names.len(),
                listed(&names)
            ));
            let many = "CAs are in several files each";
            hits.push(GroupedFinding::new(view.label(at), many, found.at(view.place(at))));
        }
    }
    hits
}

/// CAs with an expired and a valid certificate: which lookup finds the expired one.
pub(super) fn expired(view: &View<'_>) -> Vec<GroupedFinding> {
    let mut hits = Vec::new();
    let groups = view.inventory.by_subject.values().filter(|group| group.len() > 1);
    for group in groups {
        let past = |at: &&usize| {
            let certificate = &view.inventory.authorities[**at].certificate;
            certificate.validity.not_after < view.at && view.copies(**at).next().is_some()
        };
        let (Some(old), Some(new)) =
            (group.iter().find(past), group.iter().find(|at| view.is_alive(**at)))
        else {
            continue;
        };
        let of_hash = |at: usize, hash: &str| view.names_under(at, hash).first().copied();
        let first = view.hashes[*old].iter().find_map(|hash| {
            let mut past = group.iter().filter(past);
            let (_, entry) = past.find_map(|at| of_hash(*at, hash).filter(|(n, _)| *n == 0))?;
            let alive = group.iter().filter(|at| view.is_alive(**at));
            let behind = alive.filter_map(|at| of_hash(*at, hash)).min_by_key(|(n, _)| *n)?;
            (behind.0 > 0).then_some((entry.name.as_str(), behind.1.name.as_str()))
        });
        let certificate = |at: usize| &view.inventory.authorities[at].certificate;
        if let Some((first, behind)) = first {
            let found = EXPIRED_FIRST.found(first_has_expired(&view.called(*new), first, behind));
            let many = "CAs have an expired certificate before a valid one";
            hits.push(GroupedFinding::new(view.label(*new), many, found.at(view.place(*old))));
        }
        if certificate(*old).spki() == certificate(*new).spki() {
            let (old, new) = (view.called(*old), view.called(*new));
            let found = ANCHORS_CONFLICT
                .found(format!("{old} has expired and {new} has not: one CA with one key"));
            let many = "CAs have an expired and a valid certificate of one key";
            hits.push(GroupedFinding::new(new, many, found.at(view.directory())));
        }
    }
    hits
}

/// The same for the CAs of an accepted path.
pub fn expired_first(
    path: &[PoolCertificate],
    pool: &[PoolCertificate],
    at: UnixTime,
) -> Option<Finding> {
    let number = |known: &PoolCertificate| {
        let name = Path::new(&known.from).file_name()?.to_str()?;
        match EntryName::parse(name) {
            EntryName::Certificate { hash, index } => Some((hash, index)),
            _ => None,
        }
    };
    // XRootD looks up only the issuer of the user certificate.
    let issuer = path.get(proxy::count(path) + 1).filter(|known| known.trusted);
    issuer.and_then(|known| {
        let (hash, index) = number(known)?;
        let mut others = pool.iter().filter(|other| {
            other.trusted && other.certificate.subject.same_as(&known.certificate.subject)
        });
        let other = others.find(|other| {
            index > 0
                && number(other).is_some_and(|(its, index)| its == hash && index == 0)
                && other.certificate.validity.not_after < at
        })?;
        let ca = known.certificate.subject.common_name();
        Some(EXPIRED_FIRST.found(first_has_expired(&ca, &other.from, &known.from)))
    })
}

fn first_has_expired(ca: &str, first: &str, behind: &str) -> String {
    format!(
        "{first} is an expired certificate of the CA {ca}; the valid one, {behind}, is not read by all"
    )
}

/// Certificates with the same name and different keys: after a change of keys, or because one does
/// not belong to the CA.
pub(super) fn keys(view: &View<'_>) -> Vec<GroupedFinding> {
    // In the order of the files.
    let groups: BTreeMap<usize, &Vec<usize>> = view
        .inventory
        .by_subject
        .values()
        .filter_map(|group| Some((*group.first()?, group)))
        .collect();
    let alive = |group: &&Vec<usize>| -> Vec<usize> {
        let all = group.iter().copied();
        all.filter(|at| view.is_alive(*at)).collect()
    };
    groups.values().filter_map(|group| several(view, &alive(group))).collect()
}

fn several(view: &View<'_>, group: &[usize]) -> Option<GroupedFinding> {
    let certificate = |at: usize| &view.inventory.authorities[at].certificate;
    let first = *group.first()?;
    let other = *group.iter().find(|at| certificate(**at).spki() != certificate(first).spki())?;
    let labels: Vec<String> = group.iter().map(|at| view.called(*at)).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let (one, two) = (certificate(first), certificate(other));
    let place = view.place(first);
    if one.serial == two.serial && one.issuer.same_as(&two.issuer) {
        let found = SAME_SERIAL.found(format!(
            "{} have one name, issuer and serial number ({}), and different keys",
            listed(&labels),
            one.serial_hex()
        ));
        let many = "CAs have two certificates with one serial number and different keys";
        return Some(GroupedFinding::new(view.label(first), many, found.at(place)));
    }
    let found = REKEYED.found(format!(
        "{} are one CA with different keys, all valid: a change of keys",
        listed(&labels)
    ));
    Some(GroupedFinding::new(
        view.label(first),
        "CAs are there with several keys, all valid: a change of keys",
        found.at(place),
    ))
}
