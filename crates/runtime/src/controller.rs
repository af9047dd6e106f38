//! Takes keys from a queue and reconciles them, several at a time.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{Backoff, Key, Metrics, Priority, Queue};

/// When a key is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// When something changes.
    OnChange,
    /// After this long at the latest; failures in a row are forgotten.
    After(Duration),
    /// After a wait that grows with each failure in a row.
    Backoff,
}

/// What a controller does with a key.
pub trait Reconcile: Send + Sync + 'static {
    /// The name in metrics and logs, such as `kustomization`.
    fn name(&self) -> &'static str;

    /// The kind in metrics, such as `Kustomization`.
    fn kind(&self) -> &'static str;

    /// Brings one object to where it should be. Any state may be met; it may be called at any time.
    fn reconcile(&self, key: &Key) -> impl Future<Output = Next> + Send;
}

/// Reconciles keys until `stop`, at most `workers` at a time, then waits for those that run.
///
/// A panic fails one key, which is tried again with backoff; the others do not notice.
pub async fn run<R: Reconcile>(
    reconcile: Arc<R>,
    queue: Arc<Queue>,
    workers: usize,
    backoff: Backoff,
    metrics: Metrics,
    stop: CancellationToken,
) {
    let tracker = TaskTracker::new();
    let failures = Arc::new(Mutex::new(HashMap::<Key, u32>::new()));
    for _ in 0..workers.max(1) {
        let worker = work(reconcile.clone(), queue.clone(), backoff, metrics.clone(), failures.clone());
        tracker.spawn(worker);
    }
    tracker.close();
    stop.cancelled().await;
    queue.close();
    tracker.wait().await;
}

async fn work<R: Reconcile>(
    reconcile: Arc<R>,
    queue: Arc<Queue>,
    backoff: Backoff,
    metrics: Metrics,
    failures: Arc<Mutex<HashMap<Key, u32>>>,
) {
    while let Some(key) = queue.take().await {
        let began = Instant::now();
        let next = AssertUnwindSafe(reconcile.reconcile(&key)).catch_unwind().await.unwrap_or_else(|panic| {
            tracing::error!(controller = reconcile.name(), object = %key, panic = panic_text(&*panic), "reconcile panicked");
            Next::Backoff
        });
        metrics.reconciled(reconcile.name(), reconcile.kind(), &key, began.elapsed(), next);
        match next {
            Next::OnChange => drop(failures.lock().remove(&key)),
            Next::After(delay) => {
                failures.lock().remove(&key);
                queue.add_after(key.clone(), delay, Priority::Interval);
            }
            Next::Backoff => {
                let count = { *failures.lock().entry(key.clone()).and_modify(|count| *count += 1).or_insert(1) };
                queue.add_after(key.clone(), backoff.delay(count), Priority::Changed);
            }
        }
        queue.done(&key);
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Default)]
    struct Fragile(AtomicUsize);

    impl Reconcile for Fragile {
        fn name(&self) -> &'static str {
            "fragile"
        }
        fn kind(&self) -> &'static str {
            "Fragile"
        }
        async fn reconcile(&self, _: &Key) -> Next {
            assert!(self.0.fetch_add(1, Ordering::SeqCst) > 2, "not yet");
            Next::OnChange
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_tried_again_with_backoff() {
        let (fragile, queue, stop) = (Arc::new(Fragile::default()), Arc::new(Queue::default()), CancellationToken::new());
        queue.add(Key::new("a", "a"), Priority::Changed);
        let running = tokio::spawn(run(fragile.clone(), queue, 2, Backoff::default(), Metrics::default(), stop.clone()));
        tokio::time::sleep(Duration::from_secs(10)).await;
        stop.cancel();
        running.await.unwrap();
        assert_eq!(fragile.0.load(Ordering::SeqCst), 4);
    }
}
