//! Directories where CAs have names with the old (MD5) hash too: are all files of a CA there under
//! both hashes?

use crate::chain::budget::{Budget, UNITS, UNITS_OF_ONE};
use crate::chain::permission::{PolicyFlawKind, PolicyFormat};
use crate::chain::revocation::{List, late};
use crate::check::ca_dir::ca::{Ca, Cas};
use crate::check::ca_dir::group::Groups;
use crate::check::ca_dir::policy_content::objection;
use crate::check::ca_dir::{Entry, Inventory};
use crate::check::rules;
use crate::parse::ca_dir::EntryName;
use crate::report::{Action, Fix, Place};
use crate::text::time::UnixTime;

rules! {
    INCOMPLETE: INFO {
        id: "ca-old-hash-incomplete",
        what: "a CA has links by the old (MD5) hash, but not for all of its files",
        why: "the few tools that still look by the old hash, old Java ones, find the CA and miss \
              its CRL or its policies",
        source: "openssl-x509(1), -subject_hash_old; canl, OpensslTrustAnchorStore",
    }
}

/// Every CA with names of both hashes, of which other files have one name only.
pub fn check(inventory: &Inventory, cas: &Cas<'_>, now: UnixTime, groups: &mut Groups) {
    let directory = &inventory.candidate.path;
    for ca in cas.all.iter().filter(|ca| ca.alive) {
        let both = is_there(cas, &format!("{}.0", ca.old_hash));
        if !both || ca.old_hash == ca.new_hash {
            continue;
        }
        let missing: Vec<(String, &Entry)> = SUFFIXES
            .iter()
            .filter_map(|suffix| missing(cas, ca, suffix))
            .filter(|(_, entry)| may_link(inventory, ca, entry, now))
            .collect();
        let Some((_, entry)) = missing.first() else {
            continue;
        };
        let names: Vec<&str> = missing.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(", ");
        let message =
            format!("the CA {} is there by its old (MD5) hash too, but {names} is not", ca.shown());
        let link = |(name, entry): &(String, &Entry)| {
            let (path, target) = (directory.join(name), entry.name.clone().into());
            Action::Link { path, target, again: false }.into()
        };
        let links: Vec<Fix> = missing.iter().map(link).collect();
        let place = Place::file(entry.path.clone());
        let found = INCOMPLETE.found(message).at(place).fix(Fix::all(&links));
        let many = "CAs are there by their old (MD5) hash too, but not all of their files";
        groups.add(many, format!("{} ({names})", ca.shown()), found);
    }
}

const SUFFIXES: &[&str] = &["signing_policy", "namespaces", "r0"];

/// The missing name with the old hash, and the file with the new one.
fn missing<'a>(cas: &Cas<'a>, ca: &Ca<'_>, suffix: &str) -> Option<(String, &'a Entry)> {
    let name = format!("{}.{suffix}", ca.old_hash);
    let entry = cas.entry(&format!("{}.{suffix}", ca.new_hash))?;
    let is_missing = entry.file.is_ok() && cas.entry(&name).is_none();
    is_missing.then_some((name, entry))
}

/// Whether a fix may link a policy or list of the CA under another name. Not if it is out of use,
/// is a policy of another CA, or is a list that does not count: with a bad list some tools refuse
/// everything that the CA signed.
pub(super) fn may_link(inventory: &Inventory, ca: &Ca<'_>, entry: &Entry, now: UnixTime) -> bool {
    let file = entry.file.as_ref().ok();
    let Some(held) = file.and_then(|file| inventory.files.get(*file)) else {
        return false;
    };
    if file.is_some_and(|file| inventory.doubt(*file).is_some()) {
        return false;
    }
    let format = match entry.kind {
        EntryName::SigningPolicy { .. } => Some(PolicyFormat::SigningPolicy),
        EntryName::Namespaces { .. } => Some(PolicyFormat::Namespaces),
        EntryName::Crl { .. } | EntryName::CrlAlias => None,
        _ => return true,
    };
    // Under this name the policy of another CA would count for this one.
    if let Some(format) = format {
        let trouble = held.content.as_ref().map(|content| objection(content, ca, format));
        let is_other = |trouble: &Option<PolicyFlawKind>| {
            matches!(trouble, Some(PolicyFlawKind::OtherCa(_) | PolicyFlawKind::Unusable(_)))
        };
        return trouble.is_ok_and(|trouble| !is_other(&trouble));
    }
    let lists = held.content.iter().flat_map(|content| &content.lists);
    // This is asked for each of many CAs, so each gets a share.
    let share = u64::try_from(inventory.authorities.len()).map_or(0, |count| UNITS / count.max(1));
    let budget = Budget::of(UNITS_OF_ONE.min(share));
    let good = |list: &List| match &list.content {
        Ok(crl) => {
            let own = crl.issuer.same_as(ca.name) && !list.der;
            own && late(crl, now).is_none() && ca.vouched(list, &budget).is_ok()
        }
        Err(_) => false,
    };
    let mut lists = lists.map(good).peekable();
    lists.peek().is_some() && lists.all(|good| good)
}

fn is_there(cas: &Cas<'_>, name: &str) -> bool {
    cas.entry(name).is_some_and(|entry| entry.file.is_ok())
}
