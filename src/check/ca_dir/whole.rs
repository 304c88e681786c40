//! The directory as a whole: empty, the wrong one, too large. And a CA file instead of a directory.

use crate::check::ca_dir::group::{GroupedFinding, listed};
use crate::check::ca_dir::rule::{BUNDLE_DAMAGED, LIMIT, NO_ALIEN, NO_POLICIES};
use crate::check::ca_dir::view::View;
use crate::check::ca_dir::{Entry, Folder, Inventory, left_out};
use crate::check::ca_lookup;
use crate::parse::file::Contents;
use crate::parse::pem::DamageKind;
use crate::parse::token::ALIEN_CA;
use crate::report::{Finding, Place};
use crate::source::candidate::Reason;
use crate::source::near::NearCas;
use crate::text::shell;

/// Findings about the whole. `errors` says whether its files have faults.
pub(super) fn check(view: &View<'_>, alice: bool, errors: bool, near: &NearCas) -> Vec<Finding> {
    let inventory = view.inventory;
    let path = inventory.candidate.path.display();
    let mut findings = Vec::new();
    if inventory.more {
        findings.push(
            LIMIT
                .found(format!(
                    "{path} has more than {} names; the rest was not looked at",
                    inventory.entries.len()
                ))
                .at(view.directory()),
        );
    }
    findings.extend(left_out(inventory).map(|found| found.at(view.directory())));
    if !inventory.has_ca() && !errors {
        findings.push(empty(inventory, near));
    }
    if !view.is_grid() {
        let authorities = inventory.authorities.iter();
        let certificates = authorities.map(|authority| authority.certificate.as_ref());
        let web = ca_lookup::web(&inventory.candidate, certificates);
        // A user who names the directory knows what it is.
        let asked = inventory.candidate.reason == Reason::Operand;
        let found = web.or_else(|| no_policies(view));
        findings.extend(found.map(|found| if asked { found.as_note() } else { found }));
    }
    findings.extend(no_alien(view, alice));
    findings
}

/// Number of certificates that OpenSSL reads.
pub(super) fn readable(view: &View<'_>) -> usize {
    let all = 0..view.inventory.authorities.len();
    all.filter(|at| view.copies(*at).next().is_some()).count()
}

/// The finding that CAs have no policy files, which grid directories have.
fn no_policies(view: &View<'_>) -> Option<Finding> {
    let inventory = view.inventory;
    if inventory.candidate.bundle || !inventory.has_ca() {
        return None;
    }
    let is_list = |entry: &Entry| entry.kind.is_list();
    let lists = match inventory.entries.iter().any(is_list) {
        true => "",
        false => "; nor is there a CRL, so revoked certificates are not detected",
    };
    let path = inventory.candidate.path.display();
    let found = NO_POLICIES.found(format!(
        "no CA in {path} has a signing_policy: Globus refuses what they sign{lists}"
    ));
    Some(found.at(view.directory()))
}

/// The finding that it is empty, or has only subdirectories.
pub fn empty(inventory: &Inventory, near: &NearCas) -> Finding {
    let file = inventory.files.first().filter(|_| inventory.candidate.bundle);
    let content = file.and_then(|file| file.content.as_ref().ok());
    let what = content.and_then(|content| ca_lookup::unusable_as_ca(content.pem.as_ref()?));
    let found = ca_lookup::empty(&inventory.candidate, what.as_deref(), near);
    let Some(largest) = inventory.folders.iter().max_by_key(|folder| folder.names) else {
        return found;
    };
    let path = inventory.candidate.path.display();
    let shown = |folder: &Folder| {
        let below = folder.path.strip_prefix(&inventory.candidate.path);
        let name = below.unwrap_or(&folder.path).display().to_string();
        format!("{name} ({})", folder.names)
    };
    let names: Vec<String> = inventory.folders.iter().map(shown).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let message = format!(
        "{path} contains no CA certificates itself; files of certificates are in its folders: {}",
        listed(&names)
    );
    let advice = match inventory.folders.len() {
        1 => format!("name the folder: {}", shell::path(&largest.path)),
        _ => "OpenSSL, Globus and alien.py look into one directory only: name one of the folders, or put \
              the files of all into one (alidist's alien-cas does)"
            .to_owned(),
    };
    Finding { message, ..found }.advice(advice)
}

/// Judges a directory for ALICE: one with such a name or content, or one that is used to verify a
/// token.
fn no_alien(view: &View<'_>, alice: bool) -> Option<Finding> {
    let inventory = view.inventory;
    let path = inventory.candidate.path.to_string_lossy().to_lowercase();
    let named = ["alice", "alien"].iter().any(|word| path.contains(word));
    let subjects = inventory.authorities.iter();
    let subjects: Vec<String> = subjects.map(|a| a.certificate.subject.slash()).collect();
    let other = subjects.iter().any(|subject| subject.contains("/O=AliEn"));
    let has = subjects.iter().any(|subject| subject == ALIEN_CA);
    let wanted = (alice || named || other) && !subjects.is_empty() && !has;
    let old = if other { " but an older one of that name" } else { "" };
    wanted.then(|| {
        NO_ALIEN
            .found(format!(
                "{} has no AliEn CA ({ALIEN_CA}, e73e4177.0){old}: JAliEn tokens cannot be verified \
                 against it",
                inventory.candidate.path.display()
            ))
            .at(view.directory())
    })
}

/// What is wrong with a CA file. Programs read all of it or nothing.
pub(super) fn bundle(view: &View<'_>) -> Vec<GroupedFinding> {
    let contents = view.inventory.files.first().and_then(|file| {
        let content = file.content.as_ref().ok()?;
        content.pem.as_ref()
    });
    let path = &view.inventory.candidate.path;
    let place = |line: usize| Place {
        file: Some(path.clone()),
        line: Some(line).filter(|line| *line > 0),
        ..Place::default()
    };
    let bad = contents.map(damaged).unwrap_or_default();
    bad.into_iter()
        .map(|(line, what)| {
            let found = BUNDLE_DAMAGED.found(format!(
                "{}, line {line}: {what}; OpenSSL reads nothing of such a file",
                path.display()
            ));
            let many = "blocks of the file cannot be read, so OpenSSL reads nothing of it";
            GroupedFinding::new(format!("line {line}"), many, found.at(place(line)))
        })
        .collect()
}

fn damaged(contents: &Contents) -> Vec<(usize, String)> {
    // Text outside of blocks is ignored by every reader.
    let real = contents.damage.iter().filter(|damage| damage.kind != DamageKind::EndWithoutBegin);
    let mut found: Vec<(usize, String)> =
        real.map(|damage| (damage.line, damage.to_string())).collect();
    let slots = contents.certificates.iter();
    found.extend(slots.filter_map(|slot| {
        let error = slot.parsed.as_ref().err()?;
        Some((slot.line, format!("the certificate is damaged: {error}")))
    }));
    found.sort();
    found
}
