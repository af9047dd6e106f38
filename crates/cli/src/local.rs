//! A Kustomization and the files on this machine that stand in for its artifact.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use api::Kustomization;
use artifact::Tree;
use cluster::Cluster;
use object::Value;

use crate::kinds;
use crate::request::Target;
use crate::up::{directory, fleet};

/// Which Kustomization, which files.
#[derive(clap::Args)]
pub struct Local {
    /// The name, after `kustomization`
    #[arg(required = true, num_args = 1..=2)]
    name: Vec<String>,
    /// The directory with the manifests, in place of spec.path
    #[arg(long)]
    path: PathBuf,
    /// A file with the Kustomization, in place of the one in the cluster
    #[arg(long)]
    kustomization_file: Option<PathBuf>,
}

impl Local {
    /// The name of the Kustomization.
    fn name(&self) -> anyhow::Result<&str> {
        match self.name.as_slice() {
            [name] => Ok(name),
            [kind, name] if kinds::find(kind).is_some_and(|kind| kind.name() == "Kustomization") => Ok(name),
            words => bail!("`{}`: only Kustomizations are built from files; write `kustomization NAME`", words.join(" ")),
        }
    }

    /// The Kustomization: that of the file with the status of the live one, else the live one.
    pub async fn kustomization(&self, cluster: &Cluster, namespace: &str) -> anyhow::Result<Kustomization> {
        let kind = kinds::find("kustomization").context("internal: there is no kind Kustomization")?;
        let target = Target { kind, namespace: namespace.to_owned(), name: self.name()?.to_owned() };
        let live = target.find(cluster).await;
        match (self.of_file(namespace)?, live) {
            (Some(mut kustomization), Ok(live)) => {
                kustomization.status = Kustomization::try_from(&live)?.status;
                Ok(kustomization)
            }
            (Some(kustomization), Err(_)) => Ok(kustomization),
            (None, live) => Ok(Kustomization::try_from(&live?)?),
        }
    }

    /// The Kustomization of the file, if one was given. Its namespace is `namespace` where it names none.
    pub fn of_file(&self, namespace: &str) -> anyhow::Result<Option<Kustomization>> {
        let Some(file) = &self.kustomization_file else { return Ok(None) };
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
        let documents = yaml::parse(&text, &yaml::Options::default()).with_context(|| format!("`{}` is not valid YAML", file.display()))?;
        let name = self.name()?;
        let values = documents.into_iter().map(|document| document.value);
        let named = values.filter(|value| value["kind"] == "Kustomization" && value["metadata"]["name"] == name && is_flux(value));
        let (here, elsewhere): (Vec<Value>, Vec<Value>) = named.partition(|value| is_in(value, namespace));
        let Some(found) = here.into_iter().next() else { bail!(nowhere(file, namespace, name, &elsewhere)) };
        let mut kustomization =
            Kustomization::from_value(&found).with_context(|| format!("Kustomization/{name} of `{}`", file.display()))?;
        if kustomization.metadata.namespace.is_empty() {
            kustomization.metadata.namespace = namespace.to_owned();
        }
        Ok(Some(kustomization))
    }

    /// The directory with the manifests, absolute.
    pub fn folder(&self) -> anyhow::Result<PathBuf> {
        let folder = std::path::absolute(&self.path)?;
        if folder.is_dir() { Ok(folder) } else { bail!("invalid resource path \"{}\": it is no directory", self.path.display()) }
    }

    /// The files as an artifact, and the Kustomization with its path within them.
    ///
    /// The artifact is the Git work tree that the directory lies in, else as much as its overlays reach.
    pub fn tree(&self, mut kustomization: Kustomization) -> anyhow::Result<(Kustomization, Tree)> {
        let folder = self.path.canonicalize().with_context(|| format!("cannot find the directory `{}` of --path", self.path.display()))?;
        let root = fleet::root_of(&folder);
        kustomization.spec.path = relative(&folder, &root)?;
        Ok((kustomization, directory::read(&root)?))
    }
}

/// Whether an object stands in a namespace, or names none.
fn is_in(value: &Value, namespace: &str) -> bool {
    value["metadata"]["namespace"].as_str().is_none_or(|other| other.is_empty() || other == namespace)
}

fn nowhere(file: &Path, namespace: &str, name: &str, elsewhere: &[Value]) -> String {
    let missing = format!("`{}` holds no Kustomization {namespace}/{name}", file.display());
    match elsewhere.first().and_then(|value| value["metadata"]["namespace"].as_str()) {
        Some(other) => format!("{missing}\n  hint: it holds {other}/{name}; add `--namespace {other}`"),
        None => missing,
    }
}

fn is_flux(value: &Value) -> bool {
    value["apiVersion"].as_str().is_some_and(|version| version.starts_with(api::names::KUSTOMIZE_GROUP))
}

fn relative(folder: &Path, root: &Path) -> anyhow::Result<String> {
    let inner = folder.strip_prefix(root).with_context(|| format!("`{}` lies outside of `{}`", folder.display(), root.display()))?;
    let text = inner.to_str().with_context(|| format!("the path `{}` is no UTF-8", inner.display()))?;
    Ok(format!("./{text}"))
}
