//! Where the programs come from: Sluice from this workspace, the reference programs by Go module.
//!
//! Each may be named by an environment variable instead. What is built by Go is kept in a folder of the user's cache.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::measurement::Skipped;

/// A reference program.
pub struct Reference {
    /// The variable that names it, such as `KUSTOMIZE`.
    pub variable: &'static str,
    /// The file that Go makes.
    pub name: &'static str,
    /// Module path with version.
    pub module: &'static str,
}

/// The released `sluice`: `SLUICE`, or built from this workspace beside this program.
pub fn sluice() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("SLUICE") {
        return Ok(path.into());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let status = Command::new(cargo).args(["build", "--release", "-p", "sluice", "--manifest-path", manifest]).status()?;
    ensure!(status.success(), "sluice does not build");
    Ok(std::env::current_exe()?.with_file_name("sluice"))
}

/// A reference program, ready to run. Errors: [`Skipped`] where it can neither be found nor built.
pub fn reference(reference: &Reference) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(reference.variable) {
        return Ok(path.into());
    }
    let folder = cache()?.join(reference.module.replace(['/', '@'], "-"));
    let binary = folder.join(reference.name);
    if binary.exists() {
        return Ok(binary);
    }
    let built = Command::new("go").args(["install", reference.module]).env("GOBIN", &folder).status();
    match built {
        Ok(status) if status.success() => Ok(binary),
        _ => Err(Skipped(format!("{} cannot be built; install Go or set {}", reference.module, reference.variable)).into()),
    }
}

fn cache() -> Result<PathBuf> {
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home).context("set HOME or XDG_CACHE_HOME")?;
    Ok(cache.join("sluice/reference"))
}

/// A folder of the cases that are kept beside the workspace. Errors: [`Skipped`] where they are not there.
pub fn cases(name: &str) -> Result<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases")).join(name);
    let folder = folder.canonicalize().map_err(|_| Skipped(format!("no cases at {}", folder.display())))?;
    Ok(folder)
}
