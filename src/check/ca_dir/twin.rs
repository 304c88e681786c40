//! CAs that are there more than once: in several files, with several keys.

use std::collections::BTreeMap;

use crate::check::ca_dir::group::{GroupedFinding, listed};
use crate::check::ca_dir::rule::{DUPLICATE, REKEYED, SAME_SERIAL};
use crate::check::ca_dir::view::View;

/// The same certificate in several files that hold nothing else.
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
                "the CA {} lies in {} files: {}",
                view.called(at),
                names.len(),
                listed(&names)
            ));
            let many = "CAs lie in several files each";
            hits.push(GroupedFinding::new(view.label(at), many, found.at(view.place(at))));
        }
    }
    hits
}

/// Certificates of one name with different keys: a change of keys, or one that is not the CA's.
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
