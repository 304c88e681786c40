//! The facts of the revocation lists that decided about a path.

use crate::chain::PoolCertificate;
use crate::chain::revocation::Word;
use crate::describe::name;
use crate::parse::crl::Crl;
use crate::parse::name::Name;
use crate::report::{Item, Value};
use crate::text::time::UnixTime;

/// What was checked, one part a CA whose certificates were looked up, and whether each has a list;
/// nothing if none was looked up.
pub fn item(words: &[Word<'_>], path: &[PoolCertificate], now: UnixTime) -> Option<(Item, bool)> {
    let mut parts: Vec<Item> = Vec::new();
    let (mut asked, mut ends): (Vec<&Name>, Vec<Option<UnixTime>>) = (Vec::new(), Vec::new());
    for word in words {
        let issuer = &path.get(word.step)?.certificate.issuer;
        if asked.iter().any(|seen| seen.same_as(issuer)) {
            continue;
        }
        asked.push(issuer);
        let list = word.by.and_then(|list| Some((list.from.as_str(), list.content.as_ref().ok()?)));
        ends.extend(list.map(|(_, crl)| crl.next_update));
        parts.push(part(issuer, list));
    }
    let (checked, all) = (ends.len(), asked.len());
    let until = match ends.iter().flatten().min() {
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

fn part(issuer: &Name, list: Option<(&str, &Crl)>) -> Item {
    let mut item = Item::new("crl", issuer.screen());
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
