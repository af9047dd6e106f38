//! Writes the generated files of the API: a CustomResourceDefinition and a page of reference for each kind.
//!
//! Refuses to be: a generator of anything else. What a field is comes from `crates/api`; the page's introduction, if there is one,
//! is kept: only what follows the mark is written.

use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::path::Path;

use crate::generated::Generated;
use crate::reference;

/// First line of every generated definition.
const HEADER: &str = "# Written by `cargo xtask gen` from crates/api; do not edit.\n";

/// A definition and a page for each kind.
pub fn files(root: &Path) -> Result<Vec<Generated>> {
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
