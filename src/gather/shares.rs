//! The same work on many things, each within its share of what the run may cost.

use crate::chain::budget::{Budget, Reserve};
use crate::system::parallel;

/// What `work` makes of each item, on all cores, within `share` units; of those that need more,
/// one after the other, in their order, with what the `reserve` has left.
pub fn map<T: Sync, R: Send>(
    items: &[T],
    share: impl Fn(&T) -> u64 + Sync,
    reserve: &mut Reserve,
    work: impl Fn(&T, &Budget) -> R + Sync,
) -> Vec<R> {
    let first = parallel::map(items, |item| {
        let budget = Budget::of(share(item));
        let made = work(item, &budget);
        budget.exhausted().is_none().then_some(made)
    });
    let made = first.into_iter().zip(items);
    made.map(|(made, item)| {
        made.unwrap_or_else(|| reserve.lend(share(item), |budget| work(item, budget)))
    })
    .collect()
}
