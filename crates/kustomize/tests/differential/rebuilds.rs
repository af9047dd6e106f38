//! Random edits of random trees: a build with memory gives what a build without gives, after each of them. No reference is asked.

use std::collections::BTreeMap;

use kustomize::{Built, Cache, MemoryFiles, Options, build, build_cached};

use crate::random::Random;
use crate::{odd, trees, wide};

/// Edits of one tree.
const EDITS: usize = 4;

type Files = BTreeMap<String, String>;

fn same(files: &Files, cache: &Cache, options: &Options) -> Result<(), String> {
    let tree: MemoryFiles = files.iter().map(|(path, text)| (path, text.clone())).collect();
    let text = |result: Result<Vec<Built>, kustomize::Errors>| result.map_err(|errors| errors.to_string());
    let (cached, whole) = (text(build_cached(&tree, "/overlay", options, cache)), text(build(&tree, "/overlay", options)));
    if cached == whole { Ok(()) } else { Err(format!("--- with memory\n{cached:#?}\n--- without\n{whole:#?}")) }
}

/// Puts a file of another tree in place of one, takes one away, or adds a line that says nothing.
fn edit(files: &mut Files, other: &Files, random: &mut Random) {
    let paths: Vec<String> = files.keys().chain(other.keys()).cloned().collect();
    let path = &paths[random.below(paths.len())];
    match (random.below(3), other.get(path)) {
        (0, _) => drop(files.remove(path)),
        (1, Some(text)) => drop(files.insert(path.clone(), text.clone())),
        _ => files.entry(path.clone()).or_default().push_str("\n# a line more\n"),
    }
}

fn check(tree: fn(u64) -> Files) {
    let (count, first) = (crate::number("SLUICE_TREES", crate::TREES), crate::number("SLUICE_SEED", 1));
    for seed in first..first + count {
        let options = Options { keeps_schema: seed % 2 == 0, ..Options::default() };
        let (mut files, other, mut random, cache) = (tree(seed), tree(seed + 1), Random::new(seed), Cache::default());
        for at in 0..EDITS {
            same(&files, &cache, &options).unwrap_or_else(|why| panic!("seed {seed} after {at} edits: {why}\n{files:#?}"));
            edit(&mut files, &other, &mut random);
        }
    }
}

#[test]
fn rebuilds_of_random_trees_are_whole_builds() {
    check(trees::tree);
}

#[test]
fn rebuilds_of_trees_with_rare_fields_are_whole_builds() {
    check(wide::tree);
}

#[test]
fn rebuilds_of_trees_of_odd_texts_are_whole_builds() {
    check(odd::tree);
}
