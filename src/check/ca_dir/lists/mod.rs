//! Revocation lists: does each CA have one that is valid, current, and under the right name?

mod ca_crl;
mod missing;
mod name;
mod rule;
mod unusable;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::chain::revocation::Unusable;
use crate::check::ca_dir::ca::{Ca, Cas};
use crate::check::ca_dir::group::Groups;
pub use crate::check::ca_dir::lists::ca_crl::{CaCrl, ca_crls};
use crate::check::ca_dir::lists::name::Numbers;
pub use crate::check::ca_dir::lists::rule::*;
use crate::check::ca_dir::lists::unusable::{Importance, many, refresh, when, with_severity};
use crate::check::ca_dir::{Entry, Inventory, Wanted, moved_link};
use crate::check::chain::revocation as words;
use crate::crypto::{Hash, Scheme};
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::report::{Finding, Place};
use crate::source::error::LoadError;
use crate::text::time::{DAY, Seconds, UnixTime};

/// How long before its end a list should have been replaced. fetch-crl reports failures only after
/// a day (its agingtolerance).
const SOON: Seconds = Seconds(DAY);

/// The last part of a list's lifetime, in which it must be replaced, if that is shorter. For a list
/// of one day this is six hours, which is how often fetch-crl runs.
const LAST_PART: i64 = 4;

/// All findings about the lists of a directory. `vouched` says for each of `ca_crls` which
/// certificate of its CA signed it, or why it does not count.
pub fn check(
    inventory: &Inventory,
    cas: &Cas<'_>,
    ca_crls: &[CaCrl<'_>],
    vouched: &[Result<&Certificate, Unusable>],
    wanted: Wanted,
    now: UnixTime,
    groups: &mut Groups,
) {
    let mut audit = Audit {
        inventory,
        cas,
        numbers: Numbers::of(inventory),
        good: HashMap::new(),
        newest: HashMap::new(),
        told: HashSet::new(),
        asked: wanted.warn.unwrap_or(Seconds(0)).max(wanted.need),
        now,
        groups,
    };
    let ca_crls: Vec<Judged<'_>> = ca_crls.iter().zip(vouched).collect();
    for (ca_crl, by) in &ca_crls {
        audit.note_good(ca_crl, by);
    }
    for (ca_crl, by) in &ca_crls {
        audit.ca_crl(ca_crl, by);
    }
    audit.no_lists();
    audit.misnamed(&ca_crls);
    audit.revoked(&ca_crls);
    audit.missing(&ca_crls);
}

/// A list, and the certificate that signed it.
type Judged<'a> = (&'a CaCrl<'a>, &'a Result<&'a Certificate, Unusable>);

struct Audit<'a> {
    inventory: &'a Inventory,
    cas: &'a Cas<'a>,
    numbers: Numbers<'a>,
    /// Keys for which a list was found that counts, by number of the CA.
    good: HashMap<usize, HashSet<&'a [u8]>>,
    /// When the newest list was made, by number of the CA. Good or not.
    newest: HashMap<usize, UnixTime>,
    /// Which findings were made for which CA. A list often has two names, one for each hash.
    told: HashSet<(&'static str, usize)>,
    /// Lists that end within it are of note, in whatever part of their life.
    asked: Seconds,
    now: UnixTime,
    groups: &'a mut Groups,
}

impl<'a> Audit<'a> {
    fn note_good(&mut self, ca_crl: &CaCrl<'a>, by: &Result<&'a Certificate, Unusable>) {
        if !self.is_found(ca_crl) {
            return;
        }
        let newest = self.newest.entry(ca_crl.ca.number);
        let newest = newest.or_insert(ca_crl.crl.this_update);
        *newest = ca_crl.crl.this_update.max(*newest);
        let usable = ca_crl.late(self.now).is_none() && !ca_crl.crl.is_delta() && !ca_crl.list.der;
        if let (Ok(signer), true) = (by, usable) {
            let keys = self.good.entry(ca_crl.ca.number).or_default();
            keys.insert(signer.spki());
        }
    }

    /// Whether a lookup by the new hash reads it.
    fn is_found(&self, ca_crl: &CaCrl<'_>) -> bool {
        ca_crl.names(self.inventory).any(|entry| {
            let hash = &ca_crl.ca.new_hash;
            matches!(&entry.kind, EntryName::Crl { hash: its, index }
                if its == hash && self.numbers.is_reached(hash, *index))
        })
    }

    /// Judges one list.
    fn ca_crl(&mut self, ca_crl: &CaCrl<'a>, by: &Result<&'a Certificate, Unusable>) {
        let ca = ca_crl.ca;
        if ca_crl.has_alias(self.inventory) {
            // No program reads it.
            return;
        }
        let (why, key) = match by {
            Ok(signer) if !ca.is_alive_with(signer.spki(), self.now) => return,
            Ok(signer) => match ca_crl.late(self.now) {
                Some(why) => (why, Some(signer.spki())),
                None => return self.remarks(ca_crl),
            },
            Err(why) => (why.clone(), None),
        };
        let importance = if self.has_good(ca, key) {
            Importance::Replaced
        } else if ca_crl.is_under(&ca.old_hash, self.inventory) && !self.is_found(ca_crl) {
            Importance::OldHash
        } else {
            Importance::Full
        };
        self.unusable(ca, ca_crl.path(self.inventory), &why, importance);
    }

    /// Whether the CA has a good list. If the key is known, one signed by this key.
    fn has_good(&self, ca: &Ca<'_>, key: Option<&[u8]>) -> bool {
        let keys = self.good.get(&ca.number);
        keys.is_some_and(|keys| key.is_none_or(|key| keys.contains(key)))
    }

    fn unusable(&mut self, ca: &Ca<'_>, path: &Path, why: &Unusable, importance: Importance) {
        let list = path.display().to_string();
        let found = words::unusable(why, &ca.shown(), &list, self.now);
        let found = match why {
            Unusable::Expired(_) | Unusable::BadSignature | Unusable::Corrupt(_) => {
                found.advice(refresh(&self.inventory.candidate.path))
            }
            _ => found,
        };
        let found = with_severity(found, why, importance);
        self.say(many(why), ca, when(why, self.now), found, path);
    }

    /// Remarks on a list that counts.
    fn remarks(&mut self, ca_crl: &CaCrl<'_>) {
        let path = ca_crl.path(self.inventory);
        let name = format!("the CRL of the CA {} ({})", ca_crl.ca.shown(), path.display());
        let (crl, asked, now) = (ca_crl.crl, self.asked, self.now);
        let mut say = |many, value, found| self.say(many, ca_crl.ca, value, found, path);
        if let Some(end) = ends_soon(crl.this_update, crl.next_update, asked, now) {
            let relative = end.relative_to(now);
            let message = format!("{name} ends on {} ({relative})", end.screen());
            say("CRLs end soon", Some(relative), words::ENDS_SOON.found(message));
        }
        if matches!(crl.algorithm.scheme, Some(Scheme::RsaPkcs1(Hash::Sha1))) {
            let found = words::SHA1.found(format!("{name} is signed with SHA-1"));
            say("CRLs are signed with SHA-1", None, found);
        }
        if ca_crl.list.der {
            let found = words::DER.found(format!("{name} is binary DER, not PEM"));
            say("CRLs are binary DER, not PEM", None, found);
        }
        if crl.next_update.is_none() {
            let since = crl.this_update.relative_to(now);
            let message = format!("{name}, made {since}, does not say when the next one is due");
            let many = "CRLs do not say when the next one is due";
            say(many, Some(since), words::NO_END.found(message));
        }
    }

    fn say(
        &mut self,
        many: &'static str,
        ca: &Ca<'_>,
        value: Option<String>,
        found: Finding,
        path: &Path,
    ) {
        if !self.told.insert((found.rule.id, ca.number)) {
            return;
        }
        let name = match value {
            Some(value) => format!("{} ({value})", ca.shown()),
            None => ca.shown(),
        };
        self.groups.add(many, name, found.at(Place::file(path)));
    }

    /// Files and links with the name of a list that contain none.
    fn no_lists(&mut self) {
        let inventory = self.inventory;
        let mut found: Vec<(&'a Ca<'a>, &'a Entry, Unusable, bool)> = Vec::new();
        for entry in &inventory.entries {
            let EntryName::Crl { hash, .. } = &entry.kind else {
                continue;
            };
            // A CA that has expired needs no list. Another finding says if the CA is missing.
            let mut cas = self.cas.hashed(hash).filter(|ca| ca.alive);
            let moved = || moved_link::beside(inventory, self.cas, entry, self.now).is_some();
            if let (Some(why), Some(ca)) = (no_list(inventory, entry), cas.next())
                && !moved()
            {
                found.push((ca, entry, why, *hash == ca.new_hash));
            }
        }
        found.sort_by_key(|(.., looked_for)| !looked_for);
        for (ca, entry, why, looked_for) in found {
            let importance = if self.has_good(ca, None) {
                Importance::Replaced
            } else if looked_for {
                Importance::Full
            } else {
                Importance::OldHash
            };
            self.unusable(ca, &entry.path, &why, importance);
        }
    }

    /// CAs that were revoked by their issuer.
    fn revoked(&mut self, ca_crls: &[Judged<'_>]) {
        let mut of_ca: HashMap<usize, Vec<&Judged<'_>>> = HashMap::new();
        for judged in ca_crls.iter().filter(|(ca_crl, _)| ca_crl.crl.this_update <= self.now) {
            of_ca.entry(judged.0.ca.number).or_default().push(judged);
        }
        for lists in of_ca.values_mut() {
            lists.sort_by_key(|(ca_crl, _)| std::cmp::Reverse(ca_crl.crl.this_update));
        }
        for (at, authority) in self.inventory.authorities.iter().enumerate() {
            let certificate = &authority.certificate;
            let mut signers = authority.signers.iter();
            let by_other = signers.any(|(signer, outcome)| *signer != at && outcome.is_ok());
            let lists = self.cas.named(&certificate.issuer);
            let lists = lists.and_then(|ca| of_ca.get(&ca.number));
            let (true, Some(lists)) = (by_other, lists) else {
                continue;
            };
            if certificate.validity.not_after < self.now {
                continue;
            }
            if let Some((ca_crl, revocation)) = ca_crl::revocation(lists, certificate) {
                let path = ca_crl.path(self.inventory);
                let name = format!("the CA {}", certificate.subject.common_name());
                let list = path.display().to_string();
                let found = words::revoked(&revocation, certificate, &name, self.now, &list);
                let many = "CAs of the directory are revoked";
                let name = certificate.subject.common_name();
                self.groups.add(many, name, found.as_stale().at(Place::file(path)));
            }
        }
    }
}

/// Why a file with the name of a list contains none.
fn no_list(inventory: &Inventory, entry: &Entry) -> Option<Unusable> {
    let unreadable = |trouble: &LoadError| Unusable::Unreadable(trouble.to_string());
    let file = match &entry.file {
        Ok(file) => inventory.files.get(*file)?,
        Err(trouble) => return Some(unreadable(trouble)),
    };
    match &file.content {
        Err(trouble) => Some(unreadable(trouble)),
        Ok(content) => {
            let bad = content.lists.iter().find_map(|list| list.content.as_ref().err());
            bad.map(Unusable::from)
        }
    }
}

/// The end of a list that should have been replaced by now.
fn ends_soon(
    start: UnixTime,
    end: Option<UnixTime>,
    asked: Seconds,
    now: UnixTime,
) -> Option<UnixTime> {
    let end = end?;
    let part = Seconds((end - start).0 / LAST_PART);
    (end - now < SOON.min(part).max(asked)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::ends_soon;
    use crate::text::time::{DAY, HOUR, Seconds, UnixTime};

    #[test]
    fn the_last_day_or_quarter() {
        for (life, left, asked, soon) in [
            (30 * DAY, DAY, 0, false),
            (30 * DAY, DAY - 1, 0, true),
            (DAY, 6 * HOUR, 0, false),
            (DAY, 6 * HOUR - 1, 0, true),
            (7 * DAY, 2 * DAY, 0, false),
            (7 * DAY, 2 * DAY, 2 * DAY, false),
            (7 * DAY, 2 * DAY, 2 * DAY + 1, true),
            (30 * DAY, DAY - 1, 1, true),
        ] {
            let end = UnixTime(life);
            let now = UnixTime(life - left);
            let found = ends_soon(UnixTime(0), Some(end), Seconds(asked), now);
            assert_eq!(found.is_some(), soon, "{life} {left}");
        }
        assert_eq!(ends_soon(UnixTime(0), None, Seconds(9), UnixTime(9)), None);
    }
}
