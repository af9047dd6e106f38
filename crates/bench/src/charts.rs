//! `sluice helm template` beside `helm template` over real charts and their values.

use std::path::Path;

use anyhow::Result;
use object::Value;

use crate::measurement::{Bench, Figures, number};
use crate::pair::{Case, compare};
use crate::process::Program;
use crate::programs::{self, Reference};

/// Arguments: rounds (7).
pub const BENCH: Bench = Bench { name: "helm", about: "how many times faster than `helm template`; [ROUNDS]", run };

const REFERENCE: Reference = Reference { variable: "HELM", name: "helm", module: "helm.sh/helm/v4/cmd/helm@v4.3.1" };
const FLAGS: [&str; 4] = ["--namespace", "test-ns", "--kube-version", "v1.33.0"];

fn run(arguments: &[String]) -> Result<Figures> {
    let folder = programs::cases("helm")?;
    let (reference, sluice) = (programs::reference(&REFERENCE)?, programs::sluice()?);
    let index: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(folder.join("index.json"))?)?;
    let known = index.iter().filter(|entry| entry["ok"] == true);
    let cases = known.map(|entry| case(&folder, entry, &reference, &sluice)).collect();
    compare(cases, number(arguments, 0, 7)?)
}

fn case<'a>(folder: &Path, entry: &Value, reference: &'a Path, sluice: &'a Path) -> Case<'a> {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let arguments = template(folder, entry);
    Case {
        name: format!("{}/{} {}", text("repo"), text("chart"), text("values")),
        reference: Program { path: reference, arguments: arguments.clone() },
        sluice: Program { path: sluice, arguments: [vec!["helm".to_owned()], arguments].concat() },
    }
}

/// The arguments of both programs; flags of the case come last, where they win.
fn template(folder: &Path, entry: &Value) -> Vec<String> {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let place = Path::new(text("repo")).join(text("dir"));
    let chart = folder.join("charts").join(&place).display().to_string();
    let values = folder.join("values").join(&place).join(format!("{}.yaml", text("values")));
    let mut arguments: Vec<String> = ["template", text("release"), &chart].into_iter().chain(FLAGS).map(str::to_owned).collect();
    if values.is_file() {
        arguments.extend(["-f".to_owned(), values.display().to_string()]);
    }
    let flags = entry["args"].as_array().into_iter().flatten();
    arguments.extend(flags.filter_map(|flag| flag.as_str().map(str::to_owned)));
    arguments
}
