//! The facts of the revocation lists that were used for a path.

use crate::chain::PoolCertificate;
use crate::chain::revocation::RevocationStatus;
use crate::describe::name;
use crate::parse::crl::Crl;
use crate::parse::name::Name;
use crate::report::{Item, Shown, Value};
use crate::text::time::UnixTime;

/// The lists that were used, and CAs without a list: one part for each. Also whether each CA has a
/// list. None if no certificate was looked up.
pub fn item(
    statuses: &[RevocationStatus<'_>],
    path: &[PoolCertificate],
    now: UnixTime,
) -> Option<(Item, bool)> {
    let mut parts: Vec<Item> = Vec::new();
    let (mut asked, mut checked, mut ends) = (Vec::<&Name>::new(), 0, Vec::new());
    for status in statuses {
        let issuer = &path.get(status.step)?.certificate.issuer;
        if asked.iter().any(|seen| seen.same_as(issuer)) {
            continue;
        }
        asked.push(issuer);
        let lists = status.by.iter();
        let lists: Vec<(&str, &Crl)> = lists
            .filter_map(|list| Some((list.from.as_str(), list.content.as_ref().ok()?)))
            .collect();
        checked += usize::from(!lists.is_empty());
        ends.extend(lists.iter().filter_map(|(_, crl)| crl.next_update));
        if lists.is_empty() {
            parts.push(part(issuer, None));
        }
        parts.extend(lists.into_iter().map(|list| part(issuer, Some(list))));
    }
    let all = asked.len();
    let until = match ends.iter().min() {
        Some(end) => format!(", valid until {} ({})", end.screen(), end.relative_to(now)),
        None => String::new(),
    };
    let cas = if all == 1 { "CA" } else { "CAs" };
    let mut item =
        Item::new("revocation", format!("CRL checked for {checked} of {all} {cas}{until}"));
    let count = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    item.machine("checked", count(checked));
    item.machine("asked", count(all));
    item.detail("lists", "", parts);
    (all > 0).then_some((item, checked == all))
}

/// One list.
pub fn list(from: &str, crl: &Crl) -> Item {
    let mut item = part(&crl.issuer, Some((from, crl)));
    let hidden = item.facts.iter_mut().filter(|fact| fact.shown == Shown::Verbose);
    hidden.for_each(|fact| fact.shown = Shown::Always);
    item
}

fn part(issuer: &Name, list: Option<(&str, &Crl)>) -> Item {
    let mut item = Item::credential("crl", issuer.screen());
    item.machine("issuer", name(issuer));
    let time = |at: Option<UnixTime>| at.map_or(Value::Unknown, Value::Time);
    let file = list.map_or(Value::Unknown, |(from, _)| Value::Text(from.to_owned()));
    item.detail("file", "from", file);
    let this = list.map(|(_, crl)| crl.this_update);
    item.detail("this_update", "made", time(this));
    let next = list.and_then(|(_, crl)| crl.next_update);
    item.detail("next_update", "valid until", time(next));
    item
}
