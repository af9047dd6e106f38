//! What `sluice up` reconciles: a directory, a Git repository, or the bundled fleet, as objects of the Flux API.
//!
//! A directory is the GitRepository `flux-system/flux-system`, so that a fleet repository works on a laptop as it does on a
//! cluster, without a change.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use cluster::Cluster;
use controllers::{DEFAULT_NAMESPACE_ANNOTATION, DIRECTORY_ANNOTATION, Running};
use object::Object;
use serde_json::json;

use super::{Wish, directory};
use crate::install;

/// The namespace of the platform's own objects.
pub const NAMESPACE: &str = "flux-system";

/// The fleet that comes with the source tree.
const BUNDLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/fleet");
const BUNDLED_PATH: &str = "./clusters/staging";
/// How far above a directory its overlays may reach.
const ANCESTORS_MAX: usize = 16;

/// Where the wanted state comes from.
pub enum Source {
    /// A directory that is watched, and the path within it.
    Directory(PathBuf, String),
    /// A Git repository: URL, branch and path.
    Git(String, String, String),
}

/// Reads the target: nothing, a URL or a directory.
pub fn choose(wish: &Wish) -> anyhow::Result<Source> {
    let path = wish.path.clone();
    match wish.target.as_deref() {
        None => Ok(Source::Directory(real(BUNDLED)?, path.unwrap_or_else(|| BUNDLED_PATH.into()))),
        Some(url) if ["https://", "http://", "ssh://"].iter().any(|scheme| url.starts_with(scheme)) => {
            Ok(Source::Git(url.to_owned(), wish.branch.clone(), path.unwrap_or_else(|| "./".into())))
        }
        Some(text) => {
            let folder = real(text)?;
            if let Some(path) = path {
                return Ok(Source::Directory(folder, path));
            }
            let root = root_of(&folder);
            let below = folder.strip_prefix(&root).context("a directory lies in its own ancestor")?;
            Ok(Source::Directory(root.clone(), format!("./{}", below.display())))
        }
    }
}

impl Source {
    /// Creates the objects and, for a directory, follows its files until the result is dropped.
    pub async fn apply(&self, cluster: &Cluster, running: &Arc<Running>) -> anyhow::Result<Option<directory::Watched>> {
        let repository = json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": {"name": "flux-system", "namespace": NAMESPACE, "annotations": self.annotations()},
            "spec": self.spec(),
        });
        let stored = install::apply(cluster, &Object::new(repository)?).await?;
        let watched = match self {
            Source::Directory(folder, path) => {
                println!("► directory {} path {path}", folder.display());
                Some(directory::watch(folder.clone(), stored, running.clone()).await?)
            }
            Source::Git(url, branch, path) => {
                println!("► repository {url} branch {branch} path {path}");
                None
            }
        };
        let (Source::Directory(_, path) | Source::Git(_, _, path)) = self;
        let kustomization = json!({
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "metadata": {
                "name": "flux-system",
                "namespace": NAMESPACE,
                "annotations": {DEFAULT_NAMESPACE_ANNOTATION: "default"},
            },
            "spec": {
                "interval": "10m", "retryInterval": "5s", "path": path, "prune": true,
                "sourceRef": {"kind": "GitRepository", "name": "flux-system"},
            },
        });
        install::apply(cluster, &Object::new(kustomization)?).await?;
        Ok(watched)
    }

    fn annotations(&self) -> serde_json::Value {
        match self {
            Source::Directory(folder, _) => json!({DIRECTORY_ANNOTATION: folder}),
            Source::Git(..) => json!({}),
        }
    }

    fn spec(&self) -> serde_json::Value {
        match self {
            Source::Directory(folder, _) => {
                let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                json!({"interval": "1m", "url": format!("https://directory.invalid/{name}")})
            }
            Source::Git(url, branch, _) => json!({"interval": "1m", "url": url, "ref": {"branch": branch}}),
        }
    }
}

fn real(text: impl AsRef<Path>) -> anyhow::Result<PathBuf> {
    let path = text.as_ref();
    let real = path.canonicalize().with_context(|| format!("`{}` is neither a directory nor an http, https or ssh URL", path.display()))?;
    if !real.is_dir() {
        bail!("`{}` is a file; give the directory it lies in", path.display());
    }
    Ok(real)
}

/// The directory that holds everything an overlay refers to: the Git work tree it lies in, else as far up as its `..` reach.
pub fn root_of(folder: &Path) -> PathBuf {
    if let Some(root) = folder.ancestors().take(ANCESTORS_MAX).find(|folder| folder.join(".git").exists()) {
        return root.to_path_buf();
    }
    let mut root = folder.to_path_buf();
    let mut open = vec![folder.to_path_buf()];
    let mut seen = std::collections::HashSet::new();
    while let Some(folder) = open.pop() {
        for reference in references(&folder).into_iter().map(|reference| clean(&folder.join(reference))) {
            if !seen.insert(reference.clone()) || !reference.exists() {
                continue;
            }
            while !reference.starts_with(&root) && root.pop() {}
            open.push(reference);
        }
    }
    root
}

/// The relative paths that a kustomization file names.
fn references(folder: &Path) -> Vec<String> {
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    let Some(text) = names.iter().find_map(|name| std::fs::read_to_string(folder.join(name)).ok()) else { return Vec::new() };
    let Ok(kustomization) = yaml::from_str(&text) else { return Vec::new() };
    let lists = ["resources", "bases", "components", "patchesStrategicMerge", "crds", "configurations"];
    let entries = lists.iter().filter_map(|list| kustomization.get(list)?.as_array()).flatten();
    let patches = kustomization.get("patches").and_then(|patches| patches.as_array()).into_iter().flatten();
    let paths = entries.chain(patches.filter_map(|patch| patch.get("path")));
    paths.filter_map(|path| path.as_str()).filter(|path| !path.contains("://") && !path.contains('\n')).map(str::to_owned).collect()
}

fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(cleaned.pop()),
            Component::CurDir => {}
            other => cleaned.push(other),
        }
    }
    cleaned
}
