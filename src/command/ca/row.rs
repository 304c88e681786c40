//! The rows of `status` about CAs: those that the paths of credentials use, and the state of their
//! revocation lists. `ca-check` checks the rest of the directory.

use crate::chain::PoolCertificate;
use crate::chain::revocation::{CrlFlaw, RevocationStatus, Unusable};
use crate::check::ca_dir::Inventory;
use crate::check::ca_lookup;
use crate::gather::cas::Trust;
use crate::report::{Finding, Item, Value};
use crate::text::time::UnixTime;

/// A CA directory or CA file that was used.
#[derive(Clone, Debug)]
pub struct CaPlace {
    /// The place, and why it was chosen.
    shown: String,
    /// Whether it is a CA file.
    pub bundle: bool,
    /// Why it cannot be read.
    pub trouble: Option<Finding>,
}

impl CaPlace {
    /// The place of `trust`.
    pub fn of(trust: &Trust) -> Self {
        let unusable = |trouble| ca_lookup::unusable(&trust.candidate, trouble, trust.near());
        Self {
            shown: trust.shown(),
            bundle: trust.candidate.bundle,
            trouble: trust.trouble.as_ref().map(unusable),
        }
    }
}

/// A CA of a path.
#[derive(Clone, Debug)]
pub struct CaInUse {
    /// The canonical form of its name.
    subject: Vec<u8>,
    not_after: UnixTime,
    list: ListState,
}

/// The state of a CA's revocation list.
#[derive(Clone, Copy, Debug)]
enum ListState {
    /// It does not count.
    Bad,
    /// It has expired.
    Expired,
    /// It counts, until this instant.
    Fresh(Option<UnixTime>),
    /// There is none.
    Missing,
    /// It was not used.
    NotUsed,
}

impl CaInUse {
    /// The CAs of `path`, with what their lists say about the certificates below.
    pub fn of(path: &[PoolCertificate], statuses: &[RevocationStatus<'_>]) -> Vec<Self> {
        let below = |step| statuses.iter().find(|status| status.step + 1 == step);
        let steps = path.iter().enumerate().skip(1).filter(|(_, known)| known.trusted);
        let ca = |(step, known): (usize, &PoolCertificate)| Self {
            subject: known.certificate.subject.canonical().to_vec(),
            not_after: known.certificate.validity.not_after,
            list: below(step).map_or(ListState::NotUsed, ListState::of),
        };
        steps.map(ca).collect()
    }
}

impl ListState {
    fn of(status: &RevocationStatus<'_>) -> Self {
        let unusable = status.flaws.iter().find_map(|flaw| match flaw {
            CrlFlaw::Unusable(_, why) => Some(why),
            CrlFlaw::Missing(_) | CrlFlaw::Revoked(..) => None,
        });
        let ends = status.by.iter().filter_map(|list| list.content.as_ref().ok()?.next_update);
        match unusable {
            Some(Unusable::Expired(_)) => Self::Expired,
            Some(_) => Self::Bad,
            None if status.by.is_empty() => Self::Missing,
            None => Self::Fresh(ends.min()),
        }
    }
}

/// One row for each place, with the CAs that were used.
pub fn rows<'a>(
    used: impl IntoIterator<Item = (&'a CaPlace, &'a [CaInUse])>,
    now: UnixTime,
) -> Vec<Item> {
    let mut places: Vec<(&CaPlace, Vec<&CaInUse>)> = Vec::new();
    for (place, cas) in used {
        let at = places.iter().position(|(known, _)| known.shown == place.shown);
        let at = at.unwrap_or_else(|| {
            places.push((place, Vec::new()));
            places.len() - 1
        });
        let all = &mut places[at].1;
        for ca in cas {
            if all.iter().all(|known| known.subject != ca.subject) {
                all.push(ca);
            }
        }
    }
    places.iter().map(|(place, cas)| row(place, cas, now)).collect()
}

fn row(place: &CaPlace, cas: &[&CaInUse], now: UnixTime) -> Item {
    let mut item = Item::new("ca_directory", "CA certificates");
    item.fact("from", "from", place.shown.clone());
    let expired = cas.iter().filter(|ca| ca.not_after < now).count();
    let state = match (&place.trouble, cas.len(), expired) {
        (Some(_), ..) => "unusable".to_owned(),
        (None, 0, _) => "none used".to_owned(),
        (None, 1, 0) => "1 CA used".to_owned(),
        (None, count, 0) => format!("{count} CAs used"),
        (None, count, _) => format!("{count} used, {expired} expired"),
    };
    item.fact("state", "state", state);
    item.machine("count", whole(cas.len()));
    lists(cas, &mut item);
    item
}

/// `1 fresh, 1 expired, 2 CAs without`, and when the first valid one ends.
fn lists(cas: &[&CaInUse], item: &mut Item) {
    let count = |is: fn(&ListState) -> bool| cas.iter().filter(|ca| is(&ca.list)).count();
    let none = count(|list| matches!(list, ListState::Missing));
    let counts = [
        ("crls_fresh", count(|list| matches!(list, ListState::Fresh(_))), "fresh"),
        ("crls_expired", count(|list| matches!(list, ListState::Expired)), "expired"),
        ("crls_bad", count(|list| matches!(list, ListState::Bad)), "bad"),
        ("crls_none", none, if none == 1 { "CA without" } else { "CAs without" }),
    ];
    let said = counts.iter().filter(|(_, count, _)| *count > 0);
    let said: Vec<String> = said.map(|(_, count, what)| format!("{count} {what}")).collect();
    match said.len() {
        0 => item.machine("crls", Value::Unknown),
        1 if none > 0 => item.fact("crls", "CRLs", "none"),
        _ => item.fact("crls", "CRLs", said.join(", ")),
    }
    counts.iter().for_each(|(key, count, _)| item.machine(key, whole(*count)));
    let ends = cas.iter().filter_map(|ca| match ca.list {
        ListState::Fresh(end) => end,
        _ => None,
    });
    match ends.min() {
        Some(end) => item.fact("crl_next_update", "first ends", end),
        None => item.machine("crl_next_update", Value::Unknown),
    }
}

fn whole(count: usize) -> Value {
    i64::try_from(count).map_or(Value::Unknown, Value::Int)
}

/// `/etc/grid-security/certificates (default)`.
pub(super) fn place(inventory: &Inventory) -> String {
    let candidate = &inventory.candidate;
    format!("{} ({})", candidate.path.display(), candidate.reason)
}
