//! The lists of one CA by themselves, no certificate being asked about: would one decide?

use crate::chain::budget::Budget;
use crate::chain::revocation::candidate::newest_first;
use crate::chain::revocation::list::{late, understood};
use crate::chain::revocation::{List, Unusable};
use crate::parse::cert::Certificate;
use crate::parse::crl::Crl;
use crate::text::time::UnixTime;

/// The list in which a CA's certificates would be looked up, or what stands in its place.
#[derive(Debug)]
pub struct Health<'a> {
    /// The list, or what should be one.
    pub list: &'a List,
    /// Why it does not count, if it does not.
    pub trouble: Option<Unusable>,
}

/// The newest of `lists` that counts, else the newest that would if its dates held, else the
/// first that is wrong otherwise; nothing if there is none. `lists` are those of the CA `issuer`
/// and what stands in their places, `siblings` certificates of its name, which may have signed
/// them with other keys: a list that the issuer's own key signed goes before.
///
/// A list of changes (delta) decides nothing by itself and is passed over.
pub fn health<'a>(
    lists: impl Iterator<Item = &'a List>,
    issuer: &Certificate,
    siblings: &[&Certificate],
    at: UnixTime,
    budget: &Budget,
) -> Option<Health<'a>> {
    let lists = newest_first(lists).into_iter();
    let judged = lists.filter_map(|(list, content)| {
        let (rank, trouble) = match content {
            Ok(crl) if crl.is_delta() => return None,
            Ok(crl) => judge(list, crl, issuer, (siblings, at), budget),
            Err(why) => (Rank::Wrong, Some(why)),
        };
        Some((rank, Health { list, trouble }))
    });
    // The first of equals: the newest.
    judged.min_by_key(|(rank, _)| *rank).map(|(_, best)| best)
}

/// The better first.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Rank {
    OwnKey,
    OtherKey,
    Late,
    Wrong,
}

fn judge(
    list: &List,
    crl: &Crl,
    issuer: &Certificate,
    (siblings, at): (&[&Certificate], UnixTime),
    budget: &Budget,
) -> (Rank, Option<Unusable>) {
    let signed = |by: &Certificate| list.signed_by(crl, by, budget);
    let other = |why| match siblings.iter().any(|by| signed(by).is_ok()) {
        true => Ok(Rank::OtherKey),
        false => Err(why),
    };
    let rank = signed(issuer).map_or_else(other, |()| Ok(Rank::OwnKey));
    match rank.and_then(|rank| understood(crl).map(|()| rank)) {
        Ok(rank) => match late(crl, at) {
            None => (rank, None),
            late => (Rank::Late, late),
        },
        Err(why) => (Rank::Wrong, Some(why)),
    }
}
