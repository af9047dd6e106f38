//! The workspace: its root, its crates and what they depend on, as cargo tells.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};

use crate::cargo;

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_path_buf()
}

/// One crate of the workspace.
#[derive(Clone, Debug)]
pub struct Crate {
    /// Its folder's name, which is the name that code uses.
    pub name: String,
    /// The name of its package.
    pub package: String,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// The names of its test targets.
    pub tests: Vec<String>,
}

/// One dependency of a crate.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The package, or the folder's name for a crate of the workspace.
    pub name: String,
    /// It is a crate of the workspace.
    pub is_ours: bool,
    /// Tests alone need it.
    pub is_for_tests: bool,
}

/// Every crate of the workspace, from the manifests.
pub fn crates() -> Result<Vec<Crate>> {
    let output = cargo::command(&["metadata", "--no-deps", "--offline", "--format-version", "1"]).output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata gave no JSON")?;
    Ok(array(&metadata["packages"]).iter().map(read).collect())
}

fn read(package: &Value) -> Crate {
    let manifest = Path::new(text(&package["manifest_path"]));
    Crate {
        name: folder_name(manifest.parent().unwrap_or(manifest)),
        package: text(&package["name"]).to_owned(),
        dependencies: array(&package["dependencies"]).iter().map(dependency).collect(),
        tests: array(&package["targets"])
            .iter()
            .filter(|target| target["kind"][0] == "test")
            .map(|target| text(&target["name"]).to_owned())
            .collect(),
    }
}

fn dependency(value: &Value) -> Dependency {
    let path = value["path"].as_str();
    Dependency {
        name: path.map_or_else(|| text(&value["name"]).to_owned(), |path| folder_name(Path::new(path))),
        is_ours: path.is_some(),
        is_for_tests: value["kind"] == "dev",
    }
}

fn folder_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
