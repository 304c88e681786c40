//! How old is the set of CAs? The `.info` files that are distributed with it say so.

use std::collections::BTreeMap;

use crate::check::ca_dir::Inventory;
use crate::check::ca_dir::group::Groups;
use crate::check::rules;
use crate::parse::info::{Info, igtf_release};
use crate::report::{Finding, Place};
use crate::text::time::{DAY, Seconds, UnixTime};

rules! {
    OLD: WARN {
        id: "ca-bundle-old",
        what: "the CA certificates are of an old release",
        why: "CAs that were opened or re-keyed since are missing, so that certificates of some \
              sites are refused and those of others are not, and CAs that were closed since are \
              still trusted",
        advice: "update the CA packages (ca-policy-egi-core, osg-ca-certs, igtf-policy-*), fetch \
                 them again (alien.py getCAcerts), or use those of cvmfs",
        source: "IGTF distribution: a release every one to three months",
    }
    MIXED: WARN {
        id: "ca-bundle-mixed",
        what: "the CA certificates are of different releases",
        why: "an update stopped half-way, or some packages are held back: what is in it was never \
              meant to work together",
        advice: "update all CA packages (ca-policy-egi-core, osg-ca-certs, igtf-policy-*)",
        source: "IGTF distribution: each release has all .info files with its version",
    }
}

/// A set of this age is old. There are about six releases in this time.
const MAX_AGE: Seconds = Seconds(365 * DAY);

/// The release that a directory comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Release {
    /// `1.133`.
    pub version: String,
    /// When it was made. Only the month, if only the version says so.
    pub made: Option<UnixTime>,
}

/// The releases whose files are in the directory, the latest first, each with its number of files.
pub fn releases(inventory: &Inventory) -> Vec<(Release, usize)> {
    let mut found: BTreeMap<(usize, String), (Option<UnixTime>, usize)> = BTreeMap::new();
    for file in &inventory.files {
        let mut names = file.names.iter().filter_map(|at| inventory.entries.get(*at));
        let text = file.content.as_ref().ok().and_then(|c| c.text.as_ref());
        let (Some(text), true) = (text, names.any(|entry| entry.name.ends_with(".info"))) else {
            continue;
        };
        let info = Info::parse(text);
        if let (Some(version), true) = (info.version, info.is_igtf) {
            // Versions are compared as numbers: 1.92 is before 1.133.
            let made = igtf_release(&version);
            let (known, count) = found.entry((version.len(), version)).or_insert((made, 0));
            *known = info.made.or(*known);
            *count += 1;
        }
    }
    let release = |((_, version), (made, count))| (Release { version, made }, count);
    found.into_iter().rev().map(release).collect()
}

/// Findings about the age of `releases`.
pub fn check(
    inventory: &Inventory,
    releases: &[(Release, usize)],
    now: UnixTime,
    groups: &mut Groups,
) {
    let directory = &inventory.candidate.path;
    let mut say = |finding: Finding| {
        let place = Place::file(directory.clone());
        groups.add("sets of CAs", "", finding.at(place));
    };
    let Some((latest, _)) = releases.first() else {
        return;
    };
    if releases.len() > 1 {
        let each = releases.iter().take(MAX_NAMED);
        let each = each.map(|(release, count)| format!("{} ({count})", release.version));
        let each: Vec<String> = each.collect();
        let message = format!(
            "the CA certificates in {} are of {} different releases of the IGTF: {}",
            directory.display(),
            releases.len(),
            each.join(", ")
        );
        say(MIXED.found(message));
    }
    let Some(made) = latest.made else {
        return;
    };
    if now - made > MAX_AGE {
        let message = format!(
            "the CA certificates in {} are old: they are version {} of the IGTF, of {} ({}); an \
             update is due",
            directory.display(),
            latest.version,
            made.month(),
            made.relative_to(now)
        );
        say(OLD.found(message));
    }
}

/// Most releases in a message.
const MAX_NAMED: usize = 4;
