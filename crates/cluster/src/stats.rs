//! How many requests were made, by method and answer.

use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Counts of requests. Clones count into the same place.
#[derive(Clone, Default)]
pub struct Stats(Arc<Mutex<BTreeMap<(String, u16), u64>>>);

impl Stats {
    pub(crate) fn count(&self, method: &http::Method, status: u16) {
        *self.0.lock().entry((method.as_str().to_owned(), status)).or_default() += 1;
    }

    /// Every (method, status code) seen so far and how often. Status 0 is a request without an answer.
    pub fn snapshot(&self) -> BTreeMap<(String, u16), u64> {
        self.0.lock().clone()
    }

    /// How many requests had one of these methods.
    pub fn total(&self, methods: &[&str]) -> u64 {
        self.0.lock().iter().filter(|((method, _), _)| methods.contains(&method.as_str())).map(|(_, count)| count).sum()
    }
}
