//! `spec.include` of a GitRepository: the artifacts of others, copied into its own.

use api::{Artifact, GitInclude, GitRepository, GitRepositorySpec, reason};
use artifact::Tree;
use failure::{Code, Failure, Stage};
use object::Object;
use runtime::Key;

use super::Sources;
use crate::referrers::Thing;

/// The kind that includes, and is included.
const KIND: &str = "GitRepository";

/// The repositories that a GitRepository includes.
pub fn things(object: &Object) -> Vec<Thing> {
    let Ok(repository) = GitRepository::try_from(object) else { return Vec::new() };
    repository.spec.include.iter().map(|include| (KIND, key(&repository.metadata.namespace, include))).collect()
}

/// The artifact of each include, in their order.
pub fn artifacts(sources: &Sources, namespace: &str, spec: &GitRepositorySpec) -> Result<Vec<Artifact>, Failure> {
    spec.include.iter().map(|include| artifact(sources, namespace, include)).collect()
}

fn artifact(sources: &Sources, namespace: &str, include: &GitInclude) -> Result<Artifact, Failure> {
    let name = &include.repository.name;
    let unavailable = |code, reason, what: &str| Failure::wait(Stage::Resolve, code, reason, format!("{what} for include '{name}'"));
    let Some(found) = sources.get(KIND, &key(namespace, include)) else {
        return Err(unavailable(Code::SourceNotFound, reason::NOT_FOUND, "could not get resource"));
    };
    let artifact = found.get("status.artifact").cloned().and_then(|artifact| serde_json::from_value(artifact).ok());
    artifact.ok_or_else(|| unavailable(Code::SourceNotReady, reason::NO_ARTIFACT, "no artifact available"))
}

/// Copies the files of each include to where it wants them. Errors: nothing at its path, a path that is unsafe or taken, a limit.
pub async fn copy(sources: &Sources, mut tree: Tree, includes: &[GitInclude], artifacts: &[Artifact]) -> Result<Tree, Failure> {
    for (include, artifact) in includes.iter().zip(artifacts) {
        let content = sources.fetch(artifact).await?;
        let failed = |code, reason, why: String| {
            let message = format!("failed to copy '{}' include to '{}': {why}", include.repository.name, include.to_path());
            Failure::retry(Stage::Fetch, code, reason, message)
        };
        let part = content.subtree(&include.from_path);
        if part.is_empty() {
            let why = format!("it has no folder '{}'", include.from_path);
            return Err(failed(Code::PathNotFound, reason::COPY_FAILURE, why));
        }
        tree = tree.graft(include.to_path(), &part).map_err(|error| failed(Code::UnsafePath, reason::ILLEGAL_PATH, error.to_string()))?;
    }
    Ok(tree)
}

/// Whether a failure is one of an include.
pub fn is_failure(failure: &Failure) -> bool {
    [reason::NOT_FOUND, reason::NO_ARTIFACT, reason::COPY_FAILURE, reason::ILLEGAL_PATH].contains(&failure.reason)
}

fn key(namespace: &str, include: &GitInclude) -> Key {
    Key::new(namespace, include.repository.name.as_str())
}
