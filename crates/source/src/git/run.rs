//! Blocking work that ends when nobody waits for it any more.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::{Clients, Error, Result};

/// The end of a piece of blocking work, seen from inside it.
#[derive(Clone)]
pub(super) struct Cancel {
    /// For loops that compute.
    pub(super) flag: Arc<AtomicBool>,
    token: CancellationToken,
    runtime: Handle,
    trouble: Arc<Mutex<Option<Error>>>,
}

/// Cancels when dropped.
struct Guard(Cancel);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.flag.store(true, Ordering::Relaxed);
        self.0.token.cancel();
    }
}

/// Runs `work` on a blocking thread within `limit`. Dropping the future, or the end of the time, cancels it.
pub(super) async fn run<T, F>(clients: &Clients, limit: Duration, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&Cancel) -> Result<T> + Send + 'static,
{
    let slot = clients.git_slots().acquire_owned().await.expect("the semaphore is never closed");
    let cancel = Cancel { flag: Arc::default(), token: CancellationToken::new(), runtime: Handle::current(), trouble: Arc::default() };
    let guard = Guard(cancel.clone());
    let task = tokio::task::spawn_blocking(move || {
        let _slot = slot;
        work(&cancel)
    });
    let done = tokio::time::timeout(limit, task).await;
    drop(guard);
    match done {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => Err(Error::Local { action: "running a Git operation", why: error.to_string() }),
        Err(_) => Err(Error::Timeout(limit)),
    }
}

impl Cancel {
    /// Waits on a blocking thread for asynchronous work, or for the end.
    pub(super) fn wait<T>(&self, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        self.runtime.block_on(async {
            tokio::select! {
                done = work => done,
                () = self.token.cancelled() => Err(io::Error::from(io::ErrorKind::TimedOut)),
            }
        })
    }

    /// Runs a task beside the blocking work, until it is cancelled.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let token = self.token.clone();
        self.runtime.spawn(async move { token.run_until_cancelled_owned(work).await });
    }

    /// Keeps the exact error of a transport, which the protocol's own error type would blur.
    pub(super) fn blame(&self, error: Error) -> io::Error {
        *self.trouble.lock() = Some(error);
        io::Error::other("see the transport's own error")
    }

    /// The transport's error if it has one, else `other`.
    pub(super) fn explain(&self, other: Error) -> Error {
        self.trouble.lock().take().unwrap_or(other)
    }
}
