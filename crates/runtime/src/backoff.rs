//! How long to wait before the next try.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// Exponential backoff for each object: `min`, doubled for each failure in a row, at most `max`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// After the first failure. Default 750 ms.
    pub min: Duration,
    /// Never longer than this. Default 15 min.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff { min: Duration::from_millis(750), max: Duration::from_secs(15 * 60) }
    }
}

impl Backoff {
    /// The wait after this many failures in a row.
    pub fn delay(&self, failures: u32) -> Duration {
        let factor = 2u32.saturating_pow(failures.saturating_sub(1).min(30));
        self.min.saturating_mul(factor).min(self.max)
    }
}

/// Spreads an interval evenly by up to `percent` in both directions, so that objects made together do not stay together.
pub fn jitter(interval: Duration, percent: u8) -> Duration {
    let random = RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64;
    let share = f64::from(percent.min(99)) / 100.0;
    interval.mul_f64(1.0 + share * (2.0 * random - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_maximum() {
        let backoff = Backoff::default();
        let waits: Vec<u128> = [1, 2, 3, 12, 1000].map(|failures| backoff.delay(failures).as_millis()).into();
        assert_eq!(waits, [750, 1500, 3000, 900_000, 900_000]);
    }

    #[test]
    fn jitter_stays_within_its_share() {
        for _ in 0..100 {
            let spread = jitter(Duration::from_secs(100), 5).as_secs_f64();
            assert!((95.0..=105.0).contains(&spread), "{spread}");
        }
    }
}
