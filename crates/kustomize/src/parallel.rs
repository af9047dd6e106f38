//! The same work on many things, side by side where there is enough of it to pay for threads.

use std::sync::{Mutex, PoisonError};

/// So many bytes are worth a thread of their own: reading them takes longer than starting one.
const THREAD_BYTES: usize = 256 << 10;

/// How many threads so many bytes are worth.
fn threads(bytes: usize, threads_max: usize) -> usize {
    (bytes / THREAD_BYTES).clamp(1, threads_max.max(1))
}

/// Does the work for every item of so many bytes, and answers the results in the order of the items. An item is gone when its work
/// is done.
pub(crate) fn map<T: Send, R: Send>(items: Vec<(usize, T)>, threads_max: usize, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = threads(items.iter().map(|(bytes, _)| bytes).sum(), threads_max).min(items.len());
    if threads <= 1 {
        return items.into_iter().map(|(_, item)| work(item)).collect();
    }
    let mut waiting: Vec<(usize, (usize, T))> = items.into_iter().enumerate().collect();
    waiting.sort_by_key(|(_, (bytes, _))| *bytes);
    let waiting = Mutex::new(waiting);
    // Whoever is free takes the largest item.
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let take = || -> Vec<(usize, R)> { std::iter::from_fn(next).map(|(at, (_, item))| (at, work(item))).collect() };
    let mut results = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut results = take();
        for other in others {
            results.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results
    });
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_however_many_threads_there_are() {
        let items: Vec<(usize, usize)> = (0..100).map(|item| (item * THREAD_BYTES, item)).collect();
        for threads_max in [0, 1, 3, 200] {
            assert_eq!(map(items.clone(), threads_max, |item| item * 2), (0..100).map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn little_work_is_worth_no_thread() {
        assert_eq!((threads(1000, 8), threads(1 << 20, 8), threads(1 << 30, 8), threads(1 << 30, 0)), (1, 4, 8, 1));
    }
}
