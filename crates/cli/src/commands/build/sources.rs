//! Directories of this machine that stand in for the artifacts of sources.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, bail};
use api::Kustomization;

/// A source, and the directory with its files.
#[derive(Clone, Debug)]
pub struct LocalSource {
    /// Kind, namespace and name, with slashes between.
    source: String,
    folder: PathBuf,
}

impl FromStr for LocalSource {
    type Err = String;

    fn from_str(text: &str) -> Result<LocalSource, String> {
        match text.split_once('=') {
            Some((source, folder)) if source.split('/').count() == 3 => Ok(LocalSource { source: source.into(), folder: folder.into() }),
            _ => Err("write it as `GitRepository/flux-system/fleet=./fleet`".into()),
        }
    }
}

/// Where the files of a Kustomization are.
pub fn folder_of(kustomization: &Kustomization, sources: &[LocalSource]) -> anyhow::Result<PathBuf> {
    let (metadata, reference) = (&kustomization.metadata, &kustomization.spec.source_ref);
    let namespace = Some(reference.namespace.as_str()).filter(|name| !name.is_empty()).unwrap_or(&metadata.namespace);
    let wanted = format!("{}/{namespace}/{}", reference.kind, reference.name);
    let Some(source) = sources.iter().find(|source| source.source == wanted) else {
        bail!("cannot get local path for {wanted} of kustomization {}\n  hint: add `--local-sources {wanted}=DIR`", metadata.name)
    };
    let path = Path::new(kustomization.spec.path.trim_start_matches('/'));
    std::path::absolute(source.folder.join(path)).with_context(|| format!("cannot find `{}`", source.folder.display()))
}
