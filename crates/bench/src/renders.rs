//! Helm inside a long-lived process: renders a second of charts that are already parsed, on one core and on two.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use helm::render::RenderOptions;
use helm::values::{Values, load};
use helm::{Chart, File};
use object::Value;

use crate::machine::peak_rss_mib;
use crate::measurement::{Bench, Figures, number};
use crate::programs;
use crate::tree::read_files;

/// Arguments: rounds (5).
pub const BENCH: Bench =
    Bench { name: "renders", about: "renders a second on two cores over those on one, charts parsed once; [ROUNDS]", run };

/// A chart with the values of all its cases.
struct Work {
    chart: Chart,
    values: Vec<(RenderOptions, Values)>,
}

fn run(arguments: &[String]) -> Result<Figures> {
    let rounds = number(arguments, 0, 5)?.max(1);
    let work = work(&programs::cases("helm")?)?;
    let renders: usize = work.iter().map(|one| one.values.len()).sum();
    let first = seconds(|| pass(&work));
    let one = seconds(|| (0..rounds).for_each(|_| pass(&work)));
    let two = seconds(|| {
        std::thread::scope(|scope| {
            (0..2).for_each(|_| drop(scope.spawn(|| (0..rounds).for_each(|_| pass(&work)))));
        });
    });
    let per_second = |times: usize, seconds: f64| (renders * times) as f64 / seconds;
    let (on_first, on_one, on_two) = (per_second(1, first), per_second(rounds, one), per_second(2 * rounds, two));
    println!("first renders, which parse: {on_first:.0} a second; later: {on_one:.0} on one core, {on_two:.0} on two");
    let more = format!(" first_per_second={on_first:.0} one_core_per_second={on_one:.0} two_cores_per_second={on_two:.0}");
    Ok(Figures { n: renders, ratio: on_two / on_one, rss_mib: peak_rss_mib(std::process::id()), more })
}

fn pass(work: &[Work]) {
    for one in work {
        for (options, values) in &one.values {
            drop(black_box(helm::render::render(&one.chart, values, options, &template::Sealed)));
        }
    }
}

fn seconds(action: impl FnOnce()) -> f64 {
    let start = Instant::now();
    action();
    start.elapsed().as_secs_f64()
}

/// The charts of the cases that helm renders, each with its values.
fn work(folder: &Path) -> Result<Vec<Work>> {
    let index: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(folder.join("index.json"))?)?;
    let mut places: Vec<(String, Work)> = Vec::new();
    for entry in index.iter().filter(|entry| entry["ok"] == true) {
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        let place = format!("{}/{}", text("repo"), text("dir"));
        let values = folder.join("values").join(&place).join(format!("{}.yaml", text("values")));
        let values = if values.is_file() { load(&std::fs::read_to_string(values)?)? } else { Values::new() };
        let options = RenderOptions { release_name: text("release").into(), namespace: "test-ns".into(), ..RenderOptions::default() };
        let at = match places.iter().position(|(known, _)| *known == place) {
            Some(at) => at,
            None => {
                let chart = chart(&folder.join("charts").join(&place)).with_context(|| place.clone())?;
                places.push((place, Work { chart, values: Vec::new() }));
                places.len() - 1
            }
        };
        places[at].1.values.push((options, values));
    }
    Ok(places.into_iter().map(|(_, work)| work).collect())
}

fn chart(folder: &Path) -> Result<Chart> {
    let files = read_files(folder)?.into_iter().map(|(name, data)| File::new(name, &data));
    Ok(Chart::from_tree(files.collect())?)
}
