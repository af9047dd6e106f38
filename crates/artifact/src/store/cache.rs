//! Trees in memory, by the digest of their archive, bounded by bytes; the one unused for longest leaves first.

use std::collections::HashMap;

use crate::{Digest, Tree};

pub(super) struct TreeCache {
    trees: HashMap<Digest, Entry>,
    bytes: u64,
    bytes_max: u64,
    clock: u64,
}

struct Entry {
    tree: Tree,
    used: u64,
}

impl TreeCache {
    pub(super) fn new(bytes_max: u64) -> TreeCache {
        TreeCache { trees: HashMap::new(), bytes: 0, bytes_max, clock: 0 }
    }

    pub(super) fn get(&mut self, digest: &Digest) -> Option<Tree> {
        self.clock += 1;
        let entry = self.trees.get_mut(digest)?;
        entry.used = self.clock;
        Some(entry.tree.clone())
    }

    /// Keeps the tree unless it is there already or larger than the whole cache.
    pub(super) fn insert(&mut self, digest: Digest, tree: Tree) {
        if tree.size_bytes() > self.bytes_max || self.get(&digest).is_some() {
            return;
        }
        self.bytes += tree.size_bytes();
        self.trees.insert(digest, Entry { tree, used: self.clock });
        while self.bytes > self.bytes_max {
            self.evict();
        }
    }

    fn evict(&mut self) {
        let oldest = self.trees.iter().min_by_key(|(_, entry)| entry.used).map(|(digest, _)| digest.clone());
        let entry = oldest.and_then(|digest| self.trees.remove(&digest)).expect("bytes are counted only while a tree is there");
        self.bytes -= entry.tree.size_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::File;

    fn tree(name: &str) -> (Digest, Tree) {
        (Digest::of(name.as_bytes()), Tree::from_files([(name, File::new(vec![0; 10]))]).unwrap())
    }

    #[test]
    fn the_tree_unused_for_longest_leaves_first() {
        let mut cache = TreeCache::new(20);
        let [(a, tree_a), (b, tree_b), (c, tree_c)] = ["a", "b", "c"].map(tree);
        cache.insert(a.clone(), tree_a);
        cache.insert(b.clone(), tree_b);
        assert!(cache.get(&a).is_some());
        cache.insert(c.clone(), tree_c);
        assert!(cache.get(&a).is_some() && cache.get(&b).is_none() && cache.get(&c).is_some());
    }

    #[test]
    fn a_tree_larger_than_the_cache_stays_out_and_pushes_nobody() {
        let mut cache = TreeCache::new(10);
        let (a, tree_a) = tree("a");
        cache.insert(a.clone(), tree_a);
        cache.insert(Digest::of(b"big"), Tree::from_files([("big", File::new(vec![0; 11]))]).unwrap());
        assert!(cache.get(&a).is_some());
    }
}
