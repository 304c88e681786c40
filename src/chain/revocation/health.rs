//! The lists of one CA, without a certificate: is there a list that would count?

use crate::chain::budget::Budget;
use crate::chain::revocation::candidate::newest_first;
use crate::chain::revocation::list::{late, understood};
use crate::chain::revocation::{List, Unusable};
use crate::parse::cert::Certificate;
use crate::parse::crl::Crl;
use crate::text::time::UnixTime;

/// The list that would be used for certificates of a CA, or the best bad one.
#[derive(Debug)]
pub struct Health<'a> {
    /// The list, or the file where one should be.
    pub list: &'a List,
    /// Why it does not count, if so.
    pub trouble: Option<Unusable>,
}

/// The newest of `lists` that counts. Else the newest whose only fault are its dates, else the
/// first one with another fault; none if there is no list. `lists` are those of the CA `issuer`,
/// and files in their place. `siblings` are certificates of the same name with other keys, which
/// may have signed lists. A list signed by the issuer's own key comes first.
///
/// A delta list decides nothing alone and is skipped.
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
    // `min_by_key` returns the first of equal ones, which is the newest.
    judged.min_by_key(|(rank, _)| *rank).map(|(_, best)| best)
}

/// Better ones first.
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
