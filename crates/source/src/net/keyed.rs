//! A map that forgets its oldest entries past a number: the shape of every cache here.

use std::collections::HashMap;
use std::hash::Hash;

pub(crate) struct Keyed<K, V> {
    entries: HashMap<K, (u64, V)>,
    entries_max: usize,
    clock: u64,
}

impl<K: Hash + Eq + Clone, V: Clone> Keyed<K, V> {
    pub(crate) fn new(entries_max: usize) -> Keyed<K, V> {
        Keyed { entries: HashMap::new(), entries_max, clock: 0 }
    }

    pub(crate) fn get(&mut self, key: &K) -> Option<V> {
        self.clock += 1;
        let (used, value) = self.entries.get_mut(key)?;
        *used = self.clock;
        Some(value.clone())
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.clock += 1;
        self.entries.insert(key, (self.clock, value));
        while self.entries.len() > self.entries_max {
            let oldest = self.entries.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
            self.entries.remove(&oldest.expect("there are more entries than the maximum"));
        }
    }

    pub(crate) fn get_or_insert(&mut self, key: K, make: impl FnOnce() -> V) -> V {
        if let Some(value) = self.get(&key) {
            return value;
        }
        let value = make();
        self.insert(key, value.clone());
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_unused_for_longest_is_forgotten() {
        let mut keyed = Keyed::new(2);
        keyed.insert("a", 1);
        keyed.insert("b", 2);
        assert_eq!(keyed.get(&"a"), Some(1));
        keyed.insert("c", 3);
        assert_eq!((keyed.get(&"a"), keyed.get(&"b"), keyed.get(&"c")), (Some(1), None, Some(3)));
        assert_eq!(keyed.get_or_insert("a", || 9), 1);
    }
}
