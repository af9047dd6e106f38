//! The same work on many things, begun by other threads while this one still prepares what comes after.

use std::iter::from_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Does the work for every item with up to `threads` threads, and answers the results in the order of the items.
///
/// `meanwhile` runs on the calling thread, which joins in when it is done. Where it fails, no further item is begun.
pub(crate) fn map<T: Sync, R: Send, M, E>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
    meanwhile: impl FnOnce() -> Result<M, E>,
) -> Result<(M, Vec<R>), E> {
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        items.get(at).map(|item| (at, work(item)))
    };
    let run = || from_fn(take).collect::<Vec<(usize, R)>>();
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(items.len())).map(|_| scope.spawn(run)).collect();
        let first = meanwhile().inspect_err(|_| next.store(items.len(), Ordering::Relaxed))?;
        let mut results = run();
        for other in others {
            results.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results.sort_unstable_by_key(|(at, _)| *at);
        Ok((first, results.into_iter().map(|(_, result)| result).collect()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_however_many_threads_there_are() {
        let items: Vec<usize> = (0..100).collect();
        for threads in [0, 1, 2, 7] {
            let found = map(&items, threads, |item| item * 2, || Ok::<_, ()>("done"));
            assert_eq!(found, Ok(("done", (0..200).step_by(2).collect())));
        }
    }

    #[test]
    fn what_fails_meanwhile_ends_the_work() {
        let begun = AtomicUsize::new(0);
        let count = |_: &usize| begun.fetch_add(1, Ordering::Relaxed);
        assert_eq!(map(&[1, 2, 3], 1, count, || Err::<(), _>("no")), Err("no"));
        assert_eq!(begun.into_inner(), 0);
    }
}
