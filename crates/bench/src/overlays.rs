//! `sluice kustomize build` beside `kustomize build` over whole repositories.

use std::path::Path;

use anyhow::Result;
use object::Value;

use crate::measurement::{Bench, Figures, number};
use crate::pair::{Case, compare};
use crate::process::Program;
use crate::programs::{self, Reference};

/// Arguments: rounds (15).
pub const BENCH: Bench = Bench { name: "kustomize", about: "how many times faster than `kustomize build`; [ROUNDS]", run };

const REFERENCE: Reference = Reference { variable: "KUSTOMIZE", name: "kustomize", module: "sigs.k8s.io/kustomize/kustomize/v5@v5.8.2" };
const FLAGS: [&str; 4] = ["--reorder", "none", "--load-restrictor", "LoadRestrictionsNone"];

fn run(arguments: &[String]) -> Result<Figures> {
    let trees = programs::cases("trees")?;
    let (reference, sluice) = (programs::reference(&REFERENCE)?, programs::sluice()?);
    let index: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(trees.join("index.json"))?)?;
    let known = index.iter().filter(|entry| entry["ok"] == true);
    let cases = known.map(|entry| case(&trees, entry, &reference, &sluice)).collect();
    compare(cases, number(arguments, 0, 15)?)
}

fn case<'a>(trees: &Path, entry: &Value, reference: &'a Path, sluice: &'a Path) -> Case<'a> {
    let name = [&entry["repo"], &entry["root"]].map(|part| part.as_str().unwrap_or_default()).join("/");
    let folder = trees.join(&name).display().to_string();
    let build =
        |before: &[&str]| -> Vec<String> { before.iter().copied().chain(["build", &folder]).chain(FLAGS).map(str::to_owned).collect() };
    Case {
        name,
        reference: Program { path: reference, arguments: build(&[]) },
        sluice: Program { path: sluice, arguments: build(&["kustomize"]) },
    }
}
