//! The same work for many things, on all cores. The order is kept.

use std::num::NonZero;
use std::thread;

use crate::system::progress::Task;

/// For fewer things a thread costs more than it saves.
const WORTH_A_THREAD: usize = 16;

/// Runs `work` for each item. The results are in the order of the items.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let task = Task::begin(items.len());
    let work = |item: &T| {
        let made = work(item);
        task.step();
        made
    };
    if items.len() < 2 * WORTH_A_THREAD {
        return items.iter().map(work).collect();
    }
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(items.len() / WORTH_A_THREAD);
    let share = items.len().div_ceil(threads);
    let work = &work;
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<R>>()))
            .collect();
        let done = parts.into_iter().map(|part| part.join());
        done.flat_map(|part| part.expect("the work does not panic")).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{WORTH_A_THREAD, map};

    #[test]
    fn order_is_kept() {
        for count in [0, 1, 2 * WORTH_A_THREAD - 1, 2 * WORTH_A_THREAD, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let squares: Vec<usize> = items.iter().map(|n| n * n).collect();
            assert_eq!(map(&items, |n| n * n), squares, "{count}");
        }
    }
}
