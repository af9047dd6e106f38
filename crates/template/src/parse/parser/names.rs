//! Field names of one file, kept once where they repeat: charts say `Values` thousands of times.
//!
//! Refuses to be: an interner. Two names that want one place take turns.

use std::sync::Arc;

/// Places for names; a power of two.
const PLACES: usize = 64;

pub(super) struct Names([Option<Arc<str>>; PLACES]);

impl Default for Names {
    fn default() -> Self {
        Self([const { None }; PLACES])
    }
}

impl Names {
    /// The name, shared with its last mention where nothing else took its place.
    pub fn shared(&mut self, name: &str) -> Arc<str> {
        let place = &mut self.0[place(name.as_bytes())];
        match place {
            Some(known) if **known == *name => known.clone(),
            _ => place.insert(name.into()).clone(),
        }
    }
}

/// A number from the length and the two ends of a name, which tell most names of a chart apart.
fn place(name: &[u8]) -> usize {
    let (first, last) = (name.first().copied().unwrap_or(0), name.last().copied().unwrap_or(0));
    (name.len().wrapping_mul(7) ^ usize::from(first).wrapping_mul(3) ^ usize::from(last).wrapping_mul(5)) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_name_is_the_same_text() {
        let mut names = Names::default();
        let first = names.shared("Values");
        assert!(Arc::ptr_eq(&first, &names.shared("Values")));
        assert_eq!((&*names.shared(""), &*names.shared("Chart")), ("", "Chart"));
    }
}
