//! signing_policy and namespaces files: does each CA have one, with the right name, and does it
//! permit the CA anything? A root is never checked against its own file.

mod index;
mod subordinate;

use crate::chain::permission::{FileName, PolicyFlaw, PolicyFlawKind, PolicyFormat, Unusable};
use crate::check::ca_dir::ca::{Ca, Cas};
use crate::check::ca_dir::group::Groups;
use crate::check::ca_dir::policies::index::{PolicyIndex, is_hash};
use crate::check::ca_dir::policy_content::objection;
use crate::check::ca_dir::rule::LEFTOVER;
use crate::check::ca_dir::{Content, Entry, Inventory, moved_link};
use crate::check::ca_index::policy_file::unusable;
use crate::check::chain::permission as words;
use crate::parse::ca_dir::EntryName;
use crate::report::Place;
use crate::text::time::UnixTime;

/// All findings about the policies of a directory of grid CAs. Other directories need none.
pub fn check(inventory: &Inventory, cas: &Cas<'_>, now: UnixTime, groups: &mut Groups) {
    if inventory.candidate.bundle || !inventory.is_grid() {
        return;
    }
    let index = PolicyIndex::of(inventory);
    let mut audit = Audit { inventory, cas, index, now, groups };
    for ca in cas.all.iter().filter(|ca| ca.alive) {
        for format in FORMATS {
            audit.file(ca, *format);
        }
    }
    audit.subordinates(now);
    audit.leftovers();
}

const FORMATS: &[PolicyFormat] = &[PolicyFormat::SigningPolicy, PolicyFormat::Namespaces];

struct Audit<'a> {
    inventory: &'a Inventory,
    cas: &'a Cas<'a>,
    index: PolicyIndex<'a>,
    now: UnixTime,
    groups: &'a mut Groups,
}

impl Audit<'_> {
    /// Judges the file of one CA and kind.
    fn file(&mut self, ca: &Ca<'_>, format: PolicyFormat) {
        let wanted = format!("{}.{}", ca.new_hash, format.extension());
        let Some(entry) = self.cas.entry(&wanted) else {
            return self.missing(ca, format, &wanted);
        };
        if moved_link::beside(self.inventory, self.cas, entry, self.now).is_some() {
            return;
        }
        let kind = match content_of(self.inventory, entry) {
            Err(why) => Some(PolicyFlawKind::Unusable(why)),
            Ok(content) => objection(content, ca, format),
        };
        let covered = || self.index.covers(self.inventory, ca);
        let kind = match kind {
            // The file of the CA above may also contain the rules for this CA.
            Some(PolicyFlawKind::OtherCa(_)) if format == PolicyFormat::Namespaces && covered() => {
                return;
            }
            Some(kind) => kind,
            None => return,
        };
        let many = many(&kind, format);
        let trouble = PolicyFlaw {
            format,
            file: Some(FileName { path: entry.path.clone(), link: entry.link.clone() }),
            issuer: ca.name.slash(),
            subject: format!("what the CA {} signs", ca.name.slash()),
            kind,
        };
        let found = words::explain(&trouble, "");
        let found = match trouble.kind {
            // Only Globus has this problem.
            PolicyFlawKind::Unfinished(_) => found.as_warning(),
            _ => found.as_stale(),
        };
        self.groups.add(many, ca.shown(), found);
    }

    /// The finding that there is no file with the right name.
    fn missing(&mut self, ca: &Ca<'_>, format: PolicyFormat, wanted: &str) {
        let directory = &self.inventory.candidate.path;
        // The file of a CA above it is enough.
        if format == PolicyFormat::Namespaces && self.index.covers(self.inventory, ca) {
            return;
        }
        if let Some(misnamed) = self.index.misnamed(ca, format, wanted) {
            let found = words::misnamed(directory, &misnamed, false);
            let many = match format {
                PolicyFormat::SigningPolicy => "signing_policy files are misnamed",
                PolicyFormat::Namespaces => "namespaces files are misnamed",
            };
            self.groups.add(many, ca.shown(), found);
            return;
        }
        let place = Place::file(directory.clone());
        let slash = ca.name.slash();
        let found = match format {
            PolicyFormat::SigningPolicy => words::SIGNING_MISSING.found(format!(
                "the CA {slash} has no signing_policy ({wanted}): Globus refuses what is signed by \
                 a CA without one"
            )),
            // No tool requires it by default.
            PolicyFormat::Namespaces => words::NAMESPACES_MISSING
                .found(format!(
                    "the CA {slash} has no namespaces file ({wanted}), nor has a CA above it that \
                     mentions it"
                ))
                .as_note(),
        };
        let (many, found) = match format {
            PolicyFormat::SigningPolicy => {
                ("CAs have no signing_policy: Globus refuses what they sign", found.as_warning())
            }
            PolicyFormat::Namespaces => {
                ("CAs have no namespaces file, nor does that of a CA above mention them", found)
            }
        };
        self.groups.add(many, ca.shown(), found.at(place));
    }

    /// Policies of CAs that are not in the directory.
    fn leftovers(&mut self) {
        for entry in &self.inventory.entries {
            let stem = match &entry.kind {
                EntryName::SigningPolicy { stem } | EntryName::Namespaces { stem } => stem,
                _ => continue,
            };
            let known = self.cas.hashed(stem).next().is_some() || self.cas.is_claimed(stem);
            if !is_hash(stem) || known || self.index.is_of_known(entry, self.cas) {
                continue;
            }
            let file = entry.path.display();
            let found = LEFTOVER.found(format!("{file} is of a CA that is not there"));
            let many = "files are of CAs that are not in the directory";
            self.groups.add(many, entry.name.clone(), found.at(Place::file(&entry.path)));
        }
    }
}

/// The content of a file.
fn content_of<'a>(inventory: &'a Inventory, entry: &Entry) -> Result<&'a Content, Unusable> {
    let file = match &entry.file {
        Ok(file) => inventory.files.get(*file),
        Err(trouble) => return Err(unusable(trouble)),
    };
    let content = file.map(|file| file.content.as_ref());
    match content {
        Some(Ok(content)) => Ok(content),
        Some(Err(trouble)) => Err(unusable(trouble)),
        None => Err(Unusable::Unreadable("it vanished".to_owned())),
    }
}

fn many(kind: &PolicyFlawKind, format: PolicyFormat) -> &'static str {
    match (kind, format) {
        (PolicyFlawKind::Denied(_), PolicyFormat::SigningPolicy) => {
            "signing_policy files permit nothing"
        }
        (PolicyFlawKind::Denied(_), PolicyFormat::Namespaces) => "namespaces files permit nothing",
        (PolicyFlawKind::Missing(..), _) => "policy files are missing",
        (PolicyFlawKind::OtherCa(_), PolicyFormat::SigningPolicy) => {
            "signing_policy files have no entry for the CA by whose hash they are named"
        }
        (PolicyFlawKind::OtherCa(_), PolicyFormat::Namespaces) => {
            "namespaces files have no rule for the CA by whose hash they are named"
        }
        (PolicyFlawKind::Unfinished(_), _) => "signing_policy files end without a newline",
        (PolicyFlawKind::Unusable(Unusable::Syntax(_)), PolicyFormat::SigningPolicy) => {
            "signing_policy files have syntax errors"
        }
        (PolicyFlawKind::Unusable(Unusable::Syntax(_)), PolicyFormat::Namespaces) => {
            "namespaces files have syntax errors"
        }
        (PolicyFlawKind::Unusable(_), PolicyFormat::SigningPolicy) => {
            "signing_policy files cannot be read"
        }
        (PolicyFlawKind::Unusable(_), PolicyFormat::Namespaces) => {
            "namespaces files cannot be read"
        }
    }
}
