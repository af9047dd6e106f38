//! Writes the generated files of the API: a CustomResourceDefinition and a page of reference for each kind.
//!
//! Refuses to be: a generator of anything else. What a field is comes from `crates/api`; the page's introduction, if there is one,
//! is kept: only what follows the mark is written.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

use crate::reference;

/// First line of every generated definition.
const HEADER: &str = "# Written by `cargo xtask gen` from crates/api; do not edit.\n";

/// Writes the files, or with `check` compares them and names every one that differs.
pub fn run(check: bool) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let stale: Vec<PathBuf> = files(&root)?.into_iter().filter(|(path, text)| !is_written(path, text)).map(|(path, _)| path).collect();
    if check && !stale.is_empty() {
        let names: Vec<String> = stale.iter().map(|path| path.display().to_string()).collect();
        bail!("generated files differ, run `cargo xtask gen`:\n  {}", names.join("\n  "));
    }
    for (path, text) in files(&root)?.iter().filter(|(path, _)| stale.contains(path)) {
        fs::write(path, text).with_context(|| path.display().to_string())?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

fn is_written(path: &Path, text: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|found| found == text)
}

/// Every generated file with the text it should have.
fn files(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for crd in api::crds() {
        let name = crd["metadata"]["name"].as_str().context("a definition has a name")?;
        files.push((root.join("crates/api/crds").join(format!("{name}.yaml")), HEADER.to_owned() + &yaml::to_string(&crd)));
        let page = root.join("docs/spec").join(format!("{}.md", singular(&crd)));
        let text = reference::page(&crd, &fs::read_to_string(&page).unwrap_or_default());
        files.push((page, text));
    }
    Ok(files)
}

fn singular(crd: &Value) -> &str {
    crd["spec"]["names"]["singular"].as_str().unwrap_or_default()
}
