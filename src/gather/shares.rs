//! The same work for many things, each with its share of what the run may cost.

use crate::chain::budget::{Budget, SharedBudget};
use crate::system::parallel;

/// Runs `work` for each item on all cores, with `share` units each. Those that need more run again
/// one after the other, in order, with what the `shared_budget` has left.
pub fn map<T: Sync, R: Send>(
    items: &[T],
    share: impl Fn(&T) -> u64,
    shared_budget: &mut SharedBudget,
    work: impl Fn(&T, &Budget) -> R + Sync,
) -> Vec<R> {
    let shared: Vec<(&T, u64)> =
        items.iter().map(|item| (item, shared_budget.share(share(item)))).collect();
    let first = parallel::map(&shared, |(item, share)| {
        let budget = Budget::of(*share);
        let made = work(item, &budget);
        budget.exhausted().is_none().then_some(made)
    });
    let made = first.into_iter().zip(&shared);
    made.map(|(made, (item, share))| {
        made.unwrap_or_else(|| shared_budget.with_share(*share, |budget| work(item, budget)))
    })
    .collect()
}
