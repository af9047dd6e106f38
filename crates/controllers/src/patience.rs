//! How long a touched object waits for its correction: not at all, unless somebody touches it again and again.
//!
//! Two programs that correct each other at once would keep the API server busy for ever. Ours gives way more and more.

use std::time::Duration;

use tokio::time::Instant;

/// So many corrections in a row are made at once.
const AT_ONCE_MAX: u32 = 5;
/// The wait before the next one, doubled for each that follows.
const DELAY_MIN: Duration = Duration::from_secs(1);
/// It never waits longer.
const DELAY_MAX: Duration = Duration::from_secs(60);
/// After so long without a correction the fight is over.
const CALM: Duration = Duration::from_secs(180);

/// The corrections of one object.
#[derive(Debug, Default)]
pub struct Patience {
    corrections: u32,
    last: Option<Instant>,
}

impl Patience {
    /// Notes a correction.
    pub fn corrected(&mut self) {
        self.corrections = if self.is_calm() { 1 } else { self.corrections.saturating_add(1) };
        self.last = Some(Instant::now());
    }

    /// How long to wait before the next one.
    pub fn delay(&self) -> Duration {
        if self.is_calm() || self.corrections < AT_ONCE_MAX {
            return Duration::ZERO;
        }
        let doubled = 2u32.saturating_pow((self.corrections - AT_ONCE_MAX).min(30));
        DELAY_MIN.saturating_mul(doubled).min(DELAY_MAX)
    }

    fn is_calm(&self) -> bool {
        self.last.is_none_or(|last| last.elapsed() > CALM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn corrections_in_a_row_wait_longer_and_longer_until_it_was_calm() {
        let mut patience = Patience::default();
        let mut delays = Vec::new();
        for _ in 0..14 {
            delays.push(patience.delay().as_secs());
            patience.corrected();
        }
        assert_eq!(delays, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        tokio::time::advance(CALM + Duration::from_secs(1)).await;
        assert_eq!(patience.delay(), Duration::ZERO);
        patience.corrected();
        assert_eq!(patience.delay(), Duration::ZERO);
    }
}
