//! Kustomize inside a long-lived process: objects a second, allocations per object, and rebuilds after one changed file.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use kustomize::{Cache, Files, LoadRestrictor, MemoryFiles, Options};
use object::Value;

use crate::machine::peak_rss_mib;
use crate::measurement::{Bench, Figures, number};
use crate::numbers::{geometric_mean, median};
use crate::programs;
use crate::tree::read_files;

/// Files of objects that are changed in turn.
const LEAVES_MAX: usize = 5;

/// Trees that take at least so many seconds to build have a ratio of their own: in the others there is little to be spared.
const LARGE: f64 = 0.01;

/// Arguments: rounds (9).
pub const BENCH: Bench =
    Bench { name: "rebuild", about: "how many times faster a rebuild after one changed file is than a build; [ROUNDS]", run };

/// What one tree gave; times in seconds.
struct Measured {
    objects: usize,
    build: f64,
    /// After a changed file of objects.
    leaf: f64,
    /// After a changed kustomization file of the root.
    root: f64,
    /// Of a build, and of a rebuild after a changed file of objects.
    allocations: [u64; 2],
}

fn run(arguments: &[String]) -> Result<Figures> {
    let rounds = number(arguments, 0, 9)?.max(1);
    let trees = programs::cases("trees")?;
    let index: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(trees.join("index.json"))?)?;
    println!(
        "{:>8} {:>9} {:>8} {:>6} {:>8} {:>6} {:>10} {:>9} {:>11}  tree",
        "objects", "build ms", "leaf ms", "ratio", "root ms", "ratio", "objects/s", "allocs/o", "rebuilt: /o"
    );
    let mut all = Vec::new();
    for entry in index.iter().filter(|entry| entry["ok"] == true) {
        let (repo, root) = (entry["repo"].as_str().unwrap_or_default(), entry["root"].as_str().unwrap_or_default());
        match measure(&trees.join(repo), root, rounds) {
            Ok(measured) => {
                measured.print(&format!("{repo}/{root}"));
                all.push(measured);
            }
            Err(why) => println!("left out: {repo}/{root}: {why:#}"),
        }
    }
    Ok(summary(&all))
}

fn summary(all: &[Measured]) -> Figures {
    let objects: usize = all.iter().map(|one| one.objects).sum();
    let seconds: f64 = all.iter().map(|one| one.build).sum();
    let allocations = |at: usize| all.iter().map(|one| one.allocations[at]).sum::<u64>() as f64 / objects.max(1) as f64;
    let large = all.iter().filter(|one| one.build >= LARGE);
    let more = format!(
        " large_ratio={:.1} root_ratio={:.2} objects_per_second={:.0} allocations_per_object={:.0} allocations_per_object_rebuilt={:.0}",
        geometric_mean(large.map(|one| one.build / one.leaf)),
        geometric_mean(all.iter().map(|one| one.build / one.root)),
        objects as f64 / seconds,
        allocations(0),
        allocations(1),
    );
    let ratio = geometric_mean(all.iter().map(|one| one.build / one.leaf));
    Figures { n: objects, ratio, rss_mib: peak_rss_mib(std::process::id()), more }
}

impl Measured {
    fn print(&self, name: &str) {
        let objects = self.objects.max(1) as f64;
        println!(
            "{:>8} {:>9.2} {:>8.2} {:>6.1} {:>8.2} {:>6.1} {:>10.0} {:>9.0} {:>11.0}  {name}",
            self.objects,
            self.build * 1e3,
            self.leaf * 1e3,
            self.build / self.leaf,
            self.root * 1e3,
            self.build / self.root,
            objects / self.build,
            self.allocations[0] as f64 / objects,
            self.allocations[1] as f64 / objects,
        );
    }
}

/// A tree that notes which files a build reads.
struct Noted<'a> {
    files: &'a MemoryFiles,
    read: RefCell<BTreeSet<String>>,
}

impl Files for Noted<'_> {
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        let bytes = self.files.read(path)?;
        self.read.borrow_mut().insert(path.to_owned());
        Some(bytes)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.files.is_dir(path)
    }
}

fn measure(repository: &Path, root: &str, rounds: usize) -> Result<Measured> {
    let mut files: MemoryFiles = read_files(repository)?.into_iter().collect();
    let root = format!("/{}", root.trim_matches('.'));
    let options = Options { load_restrictor: LoadRestrictor::None, ..Options::default() };
    let noted = Noted { files: &files, read: RefCell::default() };
    let objects = kustomize::build(&noted, &root, &options).map_err(|errors| anyhow!("{errors}"))?.len();
    let leaves = leaves(noted.read.into_inner());
    let build = time(rounds, || drop(black_box(kustomize::build(&files, &root, &options))));
    let whole = allocation_counter::measure(|| drop(kustomize::build(&files, &root, &options)));
    let mut rebuild = Rebuild { files: &mut files, root: &root, options: &options };
    let (leaf, rebuilt) = rebuild.after(&leaves, rounds)?;
    let (root, _) = rebuild.after(&[format!("{}/kustomization.yaml", root.trim_end_matches('/'))], rounds)?;
    Ok(Measured { objects, build, leaf, root, allocations: [whole.count_total, rebuilt] })
}

/// A few of the files of objects, from all over the tree.
fn leaves(read: BTreeSet<String>) -> Vec<String> {
    let is_leaf = |path: &String| !path.to_lowercase().contains("kustomization") && (path.ends_with(".yaml") || path.ends_with(".yml"));
    let all: Vec<String> = read.into_iter().filter(is_leaf).collect();
    let step = all.len().div_ceil(LEAVES_MAX).max(1);
    all.into_iter().step_by(step).collect()
}

struct Rebuild<'a> {
    files: &'a mut MemoryFiles,
    root: &'a str,
    options: &'a Options,
}

impl Rebuild<'_> {
    /// Changes one file after the other, a comment more each time, and builds with a memory that saw everything else. The median
    /// time, and the allocations of the last build.
    fn after(&mut self, paths: &[String], rounds: usize) -> Result<(f64, u64)> {
        let cache = Cache::default();
        drop(kustomize::build_cached(self.files, self.root, self.options, &cache));
        let texts = paths.iter().map(|path| Ok(self.files.read(path).with_context(|| format!("no file {path}"))?.into_owned()));
        let texts: Vec<Vec<u8>> = texts.collect::<Result<_>>()?;
        let (mut samples, mut allocations) = (Vec::new(), 0);
        for round in 0..rounds {
            for (path, text) in paths.iter().zip(&texts) {
                self.files.insert(path, [text.as_slice(), format!("\n# {round}\n").as_bytes()].concat());
                let build = || drop(black_box(kustomize::build_cached(self.files, self.root, self.options, &cache)));
                let mut took = 0.0;
                allocations = allocation_counter::measure(|| took = time(1, build)).count_total;
                samples.push(took);
            }
        }
        paths.iter().zip(texts).for_each(|(path, text)| self.files.insert(path, text));
        Ok((median(&mut samples), allocations))
    }
}

/// The median time of an action in seconds.
fn time(rounds: usize, mut action: impl FnMut()) -> f64 {
    let mut sample = || {
        let start = Instant::now();
        action();
        start.elapsed().max(Duration::from_nanos(1)).as_secs_f64()
    };
    median(&mut (0..rounds).map(|_| sample()).collect::<Vec<_>>())
}
