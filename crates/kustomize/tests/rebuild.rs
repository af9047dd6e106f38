//! A rebuild after one changed file does again what depends on that file, and nothing else.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

use kustomize::{Cache, Files, MemoryFiles, Options, Work, build, build_cached};

/// A tree that counts how often each file is read.
struct Counted {
    files: MemoryFiles,
    reads: RefCell<BTreeMap<String, usize>>,
}

impl Files for Counted {
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        *self.reads.borrow_mut().entry(path.to_owned()).or_default() += 1;
        self.files.read(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.files.is_dir(path)
    }
}

const APPS: usize = 20;
const FILES_OF_AN_APP: usize = 3;

/// An overlay over twenty applications, each an overlay over a base of three files.
fn tree() -> MemoryFiles {
    let mut files = MemoryFiles::new();
    let apps: Vec<String> = (0..APPS).map(|at| format!("app{at}")).collect();
    files.insert("kustomization.yaml", format!("namePrefix: p-\nresources: [own.yaml, {}]\n", apps.join(", ")));
    files.insert("own.yaml", object("own", "x"));
    for app in &apps {
        let names: Vec<String> = (0..FILES_OF_AN_APP).map(|at| format!("{app}-{at}")).collect();
        files.insert(&format!("{app}/kustomization.yaml"), format!("namespace: {app}\nresources: [base]\n"));
        files.insert(&format!("{app}/base/kustomization.yaml"), format!("resources: [{}.yaml]\n", names.join(".yaml, ")));
        for name in &names {
            files.insert(&format!("{app}/base/{name}.yaml"), object(name, "x"));
        }
    }
    files
}

fn object(name: &str, data: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: {data}}}\n")
}

/// What one build with the cache does; its result is that of a build without.
fn work(files: &MemoryFiles, cache: &Cache) -> Work {
    let before = cache.work();
    let cached = build_cached(files, "/", &Options::default(), cache).unwrap();
    assert_eq!(cached, build(files, "/", &Options::default()).unwrap(), "memory changes nothing but the work");
    let after = cache.work();
    Work {
        files_parsed: after.files_parsed - before.files_parsed,
        bases_built: after.bases_built - before.bases_built,
        bases_kept: after.bases_kept - before.bases_kept,
    }
}

#[test]
fn the_first_build_does_everything_once() {
    let cache = Cache::default();
    let all = Work { files_parsed: (APPS * FILES_OF_AN_APP + 1) as u64, bases_built: 2 * APPS as u64, bases_kept: 0 };
    assert_eq!(work(&tree(), &cache), all);
    let nothing = Work { files_parsed: 0, bases_built: 0, bases_kept: APPS as u64 };
    assert_eq!(work(&tree(), &cache), nothing);
}

#[test]
fn a_changed_object_is_parsed_and_its_two_bases_are_built() {
    let (cache, mut files) = (Cache::default(), tree());
    work(&files, &cache);
    files.insert("app7/base/app7-1.yaml", object("app7-1", "changed"));
    assert_eq!(work(&files, &cache), Work { files_parsed: 1, bases_built: 2, bases_kept: APPS as u64 - 1 });
}

#[test]
fn a_changed_overlay_keeps_what_it_stands_on() {
    let (cache, mut files) = (Cache::default(), tree());
    work(&files, &cache);
    files.insert("app7/kustomization.yaml", "namespace: other\nresources: [base]\n");
    assert_eq!(work(&files, &cache), Work { files_parsed: 0, bases_built: 1, bases_kept: APPS as u64 });
    files.insert("kustomization.yaml", files_of_root("q-"));
    assert_eq!(work(&files, &cache), Work { files_parsed: 0, bases_built: 0, bases_kept: APPS as u64 });
}

fn files_of_root(prefix: &str) -> String {
    let apps: Vec<String> = (0..APPS).map(|at| format!("app{at}")).collect();
    format!("namePrefix: {prefix}\nresources: [own.yaml, {}]\n", apps.join(", "))
}

#[test]
fn a_file_that_appears_or_goes_is_noticed() {
    let (cache, mut files) = (Cache::default(), tree());
    work(&files, &cache);
    files.insert("app3/base/Kustomization", "resources: []\n");
    assert!(build_cached(&files, "/", &Options::default(), &cache).is_err(), "two Kustomization files");
    files.remove("app3/base/Kustomization");
    assert_eq!(work(&files, &cache).files_parsed, 0);
    files.remove("app3/base/app3-0.yaml");
    assert!(build_cached(&files, "/", &Options::default(), &cache).is_err(), "a missing file");
}

#[test]
fn a_rebuild_reads_each_file_a_few_times_at_most() {
    let cache = Cache::default();
    let counted = Counted { files: tree(), reads: RefCell::default() };
    build_cached(&counted, "/", &Options::default(), &cache).unwrap();
    counted.reads.borrow_mut().clear();
    build_cached(&counted, "/", &Options::default(), &cache).unwrap();
    let reads = counted.reads.borrow();
    let most = reads.iter().max_by_key(|(_, times)| **times).unwrap();
    assert!(*most.1 <= 2, "{} is read {} times", most.0, most.1);
}
