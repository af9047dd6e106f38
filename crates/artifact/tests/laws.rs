//! What holds for every tree.

#![allow(clippy::unwrap_used)] // a helper of tests may panic as a test may

use artifact::{File, Limits, Tree, pack, unpack};
use proptest::prelude::*;

fn trees() -> impl Strategy<Value = Tree> {
    let name = "[a-z]{1,3}(\\.yaml)?";
    let path = prop::collection::vec(name, 1..4).prop_map(|parts| parts.join("/"));
    let file = (prop::collection::vec(any::<u8>(), 0..64), any::<bool>());
    prop::collection::vec((path, file), 0..12).prop_map(|files| {
        let mut tree = Tree::default();
        for (path, (bytes, executable)) in files {
            let all = tree.iter().map(|(path, file)| (path.to_owned(), file.clone()));
            let with = Tree::from_files(all.chain([(path, File { bytes: bytes.into(), executable })]));
            tree = with.unwrap_or(tree);
        }
        tree
    })
}

proptest! {
    #[test]
    fn unpacking_what_was_packed_gives_the_same_tree(tree in trees()) {
        prop_assert_eq!(unpack(&pack(&tree).bytes[..], Limits::default()).unwrap(), tree);
    }

    #[test]
    fn packing_is_a_function_of_the_content(tree in trees()) {
        let again = Tree::from_files(tree.iter().map(|(path, file)| (path.to_owned(), file.clone()))).unwrap();
        prop_assert_eq!(pack(&again), pack(&tree));
    }

    #[test]
    fn a_filter_that_keeps_all_changes_nothing_and_a_subtree_is_what_lies_below(tree in trees()) {
        prop_assert_eq!(tree.filter(|_, _| true), tree.clone());
        for dir in tree.dirs() {
            let below = tree.subtree(dir);
            prop_assert!(!below.is_empty());
            for (path, file) in below.iter() {
                let whole = format!("{dir}/{path}");
                prop_assert_eq!(tree.get(&whole), Some(file));
            }
        }
    }

    #[test]
    fn no_bytes_make_unpacking_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = unpack(&bytes[..], Limits::default());
    }
}
