//! `cargo xtask gen`: the generated files, written or compared. They are committed, so that a reader and a diff see them.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

use crate::{crds, schema, workspace};

/// A generated file and the text it should have.
pub type Generated = (PathBuf, String);

/// Writes the files, or with `--check` compares them and names every one that differs.
pub fn run(arguments: &[String]) -> Result<()> {
    let is_check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => bail!("usage: cargo xtask gen [--check]"),
    };
    let stale: Vec<Generated> = files()?.into_iter().filter(|(path, text)| !is_written(path, text)).collect();
    if is_check && !stale.is_empty() {
        let names: Vec<String> = stale.iter().map(|(path, _)| path.display().to_string()).collect();
        bail!("generated files differ, run `cargo xtask gen`:\n  {}", names.join("\n  "));
    }
    for (path, text) in stale {
        fs::write(&path, text).with_context(|| path.display().to_string())?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

fn files() -> Result<Vec<Generated>> {
    let root = workspace::root();
    let mut files = crds::files(&root)?;
    match schema::module() {
        Ok(module) => files.extend(schema::files(&root, &module)?),
        Err(why) => println!("SKIPPED: the table of built-in kinds: {why:#}"),
    }
    Ok(files)
}

fn is_written(path: &Path, text: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|found| found == text)
}
