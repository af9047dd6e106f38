//! Generated charts and flipped values of real charts, rendered here and by the real helm: the same documents, the same refusals.
//!
//! Needs Go (and for flips the shared cases); says so and passes where they are missing. `SLUICE_CHARTS=5000` for the full run,
//! `SLUICE_SEED=n` to begin elsewhere. A difference prints its seed and leaves its chart in the temporary folder.

#![allow(clippy::unwrap_used)]

mod common;
#[path = "differential/generate.rs"]
mod generate;
#[path = "differential/oracle.rs"]
mod oracle;
#[path = "differential/random.rs"]
mod random;

use std::path::{Path, PathBuf};

use helm::{Capabilities, KubeVersion, RenderOptions, values};
use object::Value;
use oracle::Oracle;
use random::Random;

/// Cases of each kind in an ordinary run.
const CASES: u64 = 150;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What this crate makes of a chart: its documents, or its refusal.
fn ours(folder: &Path, values: &str) -> Result<Vec<Value>, String> {
    let capabilities = Capabilities { kube_version: KubeVersion::parse("v1.33.0").unwrap(), ..Capabilities::default() };
    let options = RenderOptions { release_name: "r".into(), namespace: "test-ns".into(), capabilities, ..RenderOptions::default() };
    let render = || {
        let values = values::load(values)?;
        let chart = common::chart(folder)?;
        helm::check_installable(&chart)?;
        helm::render(&chart, &values, &options, &template::Sealed)
    };
    let rendered = render().map_err(|error| error.to_string())?;
    let hooks = rendered.hooks.into_iter().map(|hook| hook.manifest.value);
    let mut documents: Vec<Value> = rendered.manifests.into_iter().map(|manifest| manifest.value).chain(hooks).collect();
    documents.retain(|value| !value.is_null());
    documents.sort_by_cached_key(ToString::to_string);
    Ok(documents)
}

/// The difference between both answers for one chart, if there is one.
fn difference(oracle: &mut Oracle, folder: &Path, values: &str) -> Option<String> {
    let theirs = oracle.template(folder, values);
    match (ours(folder, values), theirs) {
        (Ok(ours), Ok(theirs)) => {
            let theirs = common::documents(&theirs);
            let extra = ours.iter().find(|value| !theirs.contains(value));
            let missing = theirs.iter().find(|value| !ours.contains(value));
            (ours != theirs).then(|| format!("ours   {}\nhelm's {}", shown(extra), shown(missing)))
        }
        (Err(ours), Err(theirs)) => (!same_refusal(&ours, &theirs)).then(|| format!("refusals\nours  {ours}\nhelm's {theirs}")),
        (Ok(_), Err(theirs)) => Some(format!("helm refuses: {theirs}")),
        (Err(ours), Ok(_)) => Some(format!("we refuse: {ours}")),
    }
}

/// A document with the encoded lines of generated templates in plain text.
fn shown(document: Option<&Value>) -> String {
    use base64::Engine as _;
    let Some(document) = document else { return "-".into() };
    let decode = |text: &Value| base64::engine::general_purpose::STANDARD.decode(text.as_str()?).ok();
    let lines = document["data"].as_object().into_iter().flatten().filter_map(|(key, text)| Some((key, decode(text)?)));
    let lines: Vec<String> = lines.map(|(key, text)| format!("{key}: {}", String::from_utf8_lossy(&text))).collect();
    if lines.is_empty() { document.to_string() } else { format!("{}\n  {}", document["metadata"], lines.join("\n  ")) }
}

/// Refusals agree in their first line, which says where; YAML libraries word the rest differently.
fn same_refusal(ours: &str, theirs: &str) -> bool {
    let first = |text: &str| text.trim().lines().next().unwrap_or_default().split(": ").next().unwrap_or_default().to_owned();
    first(ours) == first(theirs)
}

fn report(name: &str, count: u64, differences: &[String]) {
    println!("{name}: {} passed, {} differ", count - differences.len() as u64, differences.len());
    let shown: Vec<&str> = differences.iter().take(10).map(String::as_str).collect();
    assert!(differences.is_empty(), "\n{}", shown.join("\n\n"));
}

#[test]
fn generated_charts() {
    let Some(mut oracle) = Oracle::start() else { return };
    let (first, count) = (setting("SLUICE_SEED", 1), setting("SLUICE_CHARTS", CASES));
    let root = tempfile::tempdir().unwrap();
    let mut differences = Vec::new();
    for seed in first..first + count {
        let folder = root.path().join(format!("chart-{seed}"));
        let values = generate::chart(&mut Random::new(seed), &folder);
        if let Some(difference) = difference(&mut oracle, &folder, &values) {
            let kept = std::env::temp_dir().join(format!("sluice-chart-{seed}"));
            let _ = std::fs::remove_dir_all(&kept);
            std::fs::rename(&folder, &kept).unwrap();
            std::fs::write(kept.join("flipped.yaml"), values).unwrap();
            differences.push(format!("seed {seed}, kept in {}\n{difference}", kept.display()));
        } else {
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }
    report("generated charts", count, &differences);
}

#[test]
fn flipped_values_of_real_charts() {
    let (Some(shared), Some(mut oracle)) = (common::shared("helm/charts"), Oracle::start()) else { return };
    let (first, count) = (setting("SLUICE_SEED", 1), setting("SLUICE_CHARTS", CASES));
    let charts = charts_below(&shared);
    let mut differences = Vec::new();
    for seed in first..first + count {
        let mut random = Random::new(seed);
        let folder = random.pick(&charts);
        let defaults = std::fs::read_to_string(folder.join("values.yaml")).unwrap_or_default();
        let values = generate::flips(&mut random, &values::load(&defaults).unwrap());
        if let Some(difference) = difference(&mut oracle, folder, &values) {
            differences.push(format!("seed {seed} of {}\n{values}{difference}", folder.display()));
        }
    }
    report("flipped values", count, &differences);
}

fn charts_below(folder: &Path) -> Vec<PathBuf> {
    let repositories = std::fs::read_dir(folder).unwrap().flat_map(|entry| std::fs::read_dir(entry.unwrap().path()).unwrap());
    let mut charts: Vec<PathBuf> = repositories.map(|entry| entry.unwrap().path()).collect();
    charts.sort();
    charts
}
