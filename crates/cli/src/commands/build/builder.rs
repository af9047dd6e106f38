//! One Kustomization after the other: each built, then those among its objects.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use api::{Kustomization, names};
use object::Object;

use super::sources::{LocalSource, folder_of};
use crate::disk::Disk;
use crate::kinds;
use crate::request::Target;

/// How deep Kustomizations may apply Kustomizations.
const DEPTH_MAX: usize = 64;

/// What is the same for every Kustomization of a build.
pub struct Builder {
    /// The cluster that is asked, unless none is.
    pub cluster: Option<cluster::Cluster>,
    /// Whether a variable without a value is a failure.
    pub strict_substitute: bool,
    /// Lines of .gitignore.
    pub ignore_paths: Vec<String>,
    /// Where the files of sources are, if Kustomizations among the objects are built too.
    pub sources: Option<Vec<LocalSource>>,
}

/// A Kustomization that is still to be built, and how many led to it.
struct Step {
    kustomization: Kustomization,
    folder: PathBuf,
    depth: usize,
}

impl Builder {
    /// The objects of a Kustomization, then those of the Kustomizations among them, each before what it leads to.
    pub async fn all(&self, kustomization: Kustomization, folder: PathBuf) -> anyhow::Result<Vec<Object>> {
        let mut steps = vec![Step { kustomization, folder, depth: 0 }];
        let mut all = Vec::new();
        while let Some(step) = steps.pop() {
            let objects = self.one(&step).await?;
            let inner = self.inner(&step, &objects).await?;
            steps.extend(inner.into_iter().rev());
            all.extend(objects);
        }
        Ok(all)
    }

    async fn one(&self, step: &Step) -> anyhow::Result<Vec<Object>> {
        let kustomization = &step.kustomization;
        let variables = match &self.cluster {
            Some(cluster) => controllers::variables(&cluster.controller(), kustomization).await?,
            None => kustomization.spec.post_build.as_ref().map(|post_build| post_build.substitute.clone()).unwrap_or_default(),
        };
        let options = controllers::Options { strict_substitution: self.strict_substitute, ..controllers::Options::default() };
        let spec = controllers::build_spec(kustomization, &options);
        Ok(build::show(&Disk::default(), text(&step.folder)?, &spec, &variables, &self.ignore_paths)?)
    }

    /// What a Kustomization leads to, if that is wanted.
    async fn inner(&self, step: &Step, objects: &[Object]) -> anyhow::Result<Vec<Step>> {
        let Some(sources) = &self.sources else { return Ok(Vec::new()) };
        let mut inner = Vec::new();
        for object in objects.iter().filter(|object| is_other(object, &step.kustomization)) {
            let kustomization = Kustomization::try_from(object).with_context(|| object.to_string())?;
            let folder = folder_of(&kustomization, sources)?;
            inner.push(Step { kustomization: self.live(kustomization).await?, folder, depth: step.depth + 1 });
        }
        if step.depth >= DEPTH_MAX && !inner.is_empty() {
            bail!("Kustomizations lead to Kustomizations more than {DEPTH_MAX} times: is there a cycle?");
        }
        Ok(inner)
    }

    /// The Kustomization of the cluster in place of one that was built, if it is there.
    async fn live(&self, built: Kustomization) -> anyhow::Result<Kustomization> {
        let Some(cluster) = &self.cluster else { return Ok(built) };
        let kind = kinds::find("kustomization").context("internal: there is no kind Kustomization")?;
        let target = Target { kind, namespace: built.metadata.namespace.clone(), name: built.metadata.name.clone() };
        let found = cluster.controller().find(&target.kind.resource(), &target.namespace, &target.name).await?;
        found.map_or(Ok(built), |live| Ok(Kustomization::try_from(&live)?))
    }
}

/// Whether an object is a Kustomization, and not the one that was built.
fn is_other(object: &Object, built: &Kustomization) -> bool {
    let is_kustomization = object.group() == names::KUSTOMIZE_GROUP && object.kind() == "Kustomization";
    is_kustomization && (object.name(), object.namespace()) != (&built.metadata.name, &built.metadata.namespace)
}

fn text(folder: &Path) -> anyhow::Result<&str> {
    folder.to_str().with_context(|| format!("the path `{}` is no UTF-8", folder.display()))
}
