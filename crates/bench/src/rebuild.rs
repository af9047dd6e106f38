//! Kustomize inside a long-lived process: objects a second, allocations per object, and a rebuild after one changed file.

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

/// Arguments: rounds (9).
pub const BENCH: Bench =
    Bench { name: "rebuild", about: "how many times faster a rebuild after one changed file is than a build; [ROUNDS]", run };

/// What one tree gave.
struct Measured {
    objects: usize,
    build: f64,
    rebuild: f64,
    allocations: u64,
}

fn run(arguments: &[String]) -> Result<Figures> {
    let rounds = number(arguments, 0, 9)?.max(1);
    let trees = programs::cases("trees")?;
    let index: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(trees.join("index.json"))?)?;
    println!("{:>8} {:>10} {:>11} {:>7} {:>11} {:>12}  tree", "objects", "build ms", "rebuild ms", "ratio", "objects/s", "allocs/obj");
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
    let allocations: u64 = all.iter().map(|one| one.allocations).sum();
    let more = format!(
        " objects_per_second={:.0} allocations_per_object={:.0}",
        objects as f64 / seconds,
        allocations as f64 / objects.max(1) as f64
    );
    let ratio = geometric_mean(all.iter().map(|one| one.build / one.rebuild));
    Figures { n: objects, ratio, rss_mib: peak_rss_mib(std::process::id()), more }
}

impl Measured {
    fn print(&self, name: &str) {
        let objects = self.objects.max(1) as f64;
        println!(
            "{:>8} {:>10.2} {:>11.2} {:>7.1} {:>11.0} {:>12.0}  {name}",
            self.objects,
            self.build * 1e3,
            self.rebuild * 1e3,
            self.build / self.rebuild,
            objects / self.build,
            self.allocations as f64 / objects,
        );
    }
}

fn measure(repository: &Path, root: &str, rounds: usize) -> Result<Measured> {
    let mut files: MemoryFiles = read_files(repository)?.into_iter().collect();
    let root = format!("/{}", root.trim_matches('.'));
    let options = Options { load_restrictor: LoadRestrictor::None, ..Options::default() };
    let mut objects = 0;
    let mut built = Ok(());
    let allocations = allocation_counter::measure(|| match kustomize::build(&files, &root, &options) {
        Ok(list) => objects = list.len(),
        Err(errors) => built = Err(anyhow!("{errors}")),
    });
    built?;
    let build = time(rounds, || drop(black_box(kustomize::build(&files, &root, &options))));
    let rebuild = rebuild(&mut files, &root, &options, rounds)?;
    Ok(Measured { objects, build, rebuild, allocations: allocations.count_total })
}

/// Touches one file of the overlay before each build: a comment more, so that bytes differ and objects do not.
fn rebuild(files: &mut MemoryFiles, root: &str, options: &Options, rounds: usize) -> Result<f64> {
    let path = format!("{}/kustomization.yaml", root.trim_end_matches('/'));
    let text = files.read(&path).context("the overlay's file is not kustomization.yaml")?.into_owned();
    let cache = Cache::default();
    drop(black_box(kustomize::build_cached(files, root, options, &cache)));
    let mut samples = Vec::with_capacity(rounds);
    for round in 0..rounds {
        files.insert(&path, [text.as_slice(), format!("\n# {round}\n").as_bytes()].concat());
        samples.push(time(1, || drop(black_box(kustomize::build_cached(files, root, options, &cache)))));
    }
    files.insert(&path, text);
    Ok(median(&mut samples))
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
