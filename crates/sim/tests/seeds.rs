//! Histories: the seeds that once failed, then new ones until the time is over.
//!
//! `SLUICE_SEED=n` repeats one, `SLUICE_SEEDS=n` runs so many.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Seeds that once broke a law, and what was wrong.
const ONCE_FAILED: &[u64] = &[
    37,   // stalled before its first status could be written: what it wrote is found by its kind and labels
    110,  // objects of a definition in the same Kustomization were not watched before the next restart
    153,  // an object that is merely invalid was taken for one that cannot change, and with `force` deleted for nothing
    2094, // labels of custom resources were not validated by the embedded API server
    2161, // fields were taken over from kubectl, their values were not written, and the difference was no longer seen
];
/// How long new seeds are tried when nobody says how many.
const DURATION: Duration = Duration::from_secs(20);
/// Histories beside each other; each is a thread.
const THREADS: usize = 2;

#[test]
fn the_laws_hold_in_every_history() {
    if let Some(seed) = number("SLUICE_SEED") {
        let outcome = sim::run(seed).unwrap_or_else(|error| panic!("{error:#}"));
        return eprintln!("seed {seed}: {outcome:?}");
    }
    let (begin, count) = (Instant::now(), number("SLUICE_SEEDS"));
    let first = number("SLUICE_SEED_FIRST").unwrap_or(1);
    let is_over = |at: u64| count.map_or_else(|| begin.elapsed() > DURATION, |count| at >= count);
    let (next, failed) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|threads| {
        for _ in 0..THREADS {
            threads.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::SeqCst);
                    let seed = ONCE_FAILED.get(at as usize).copied();
                    let new = at.saturating_sub(ONCE_FAILED.len() as u64);
                    if seed.is_none() && is_over(new) {
                        return;
                    }
                    if let Err(error) = sim::run(seed.unwrap_or(first + new)) {
                        eprintln!("{error:#}");
                        failed.lock().expect("no thread panics with it").push(format!("{error:#}"));
                    }
                }
            });
        }
    });
    eprintln!("{} histories in {:?}", next.into_inner() - THREADS as u64, begin.elapsed());
    let failed = failed.into_inner().expect("no thread panics with it");
    assert!(failed.is_empty(), "{} histories broke a law:\n{}", failed.len(), failed.join("\n"));
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
