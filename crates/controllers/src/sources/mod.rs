//! Sources: one generic controller, one file for each kind.
//!
//! A source keeps an artifact equal to what its upstream has. The content goes into the artifact store and is handed to
//! Kustomizations by digest, in process; the HTTP server over the same store is for other processes.
//! Begin with [`Source`], then [`Controller`].

mod contract;
mod controller;
mod credentials;
mod git;
mod include;
mod oci;
mod report;
mod serve;

use std::collections::BTreeMap;
use std::sync::Arc;

use api::{Artifact, BucketSpec, ExternalArtifactSpec, GitRepositorySpec, OCIRepositorySpec, reason};
use artifact::{Digest, StoreError, Tree, unpack};
use cluster::Resource;
use failure::{Code, Failure, Stage};
use object::Object;
use runtime::{Key, Store};

use crate::kinds;
pub use contract::{Content, Context, NewArtifact, Source};
pub use controller::Controller;
pub use report::publish;
pub use serve::serve_artifacts;

/// The annotation of a GitRepository whose content is a directory of this machine: `sluice up` keeps its artifact.
pub const DIRECTORY_ANNOTATION: &str = "sluice.dev/directory";

/// Every kind that a Kustomization can build from.
pub fn kinds() -> Vec<(&'static str, Resource)> {
    vec![
        ("GitRepository", kinds::resource::<GitRepositorySpec>()),
        ("OCIRepository", kinds::resource::<OCIRepositorySpec>()),
        ("Bucket", kinds::resource::<BucketSpec>()),
        ("ExternalArtifact", kinds::resource::<ExternalArtifactSpec>()),
    ]
}

/// Sources as last seen, and their content. Clones share both.
#[derive(Clone)]
pub struct Sources {
    stores: Arc<BTreeMap<&'static str, Store>>,
    artifacts: Arc<artifact::Store>,
    clients: source::Clients,
}

impl Sources {
    /// Empty stores for every kind, over an artifact store.
    pub fn new(artifacts: Arc<artifact::Store>, clients: source::Clients) -> Sources {
        let stores = kinds().into_iter().map(|(kind, _)| (kind, Store::default())).collect();
        Sources { stores: Arc::new(stores), artifacts, clients }
    }

    /// The store of one kind.
    pub fn store(&self, kind: &str) -> Option<&Store> {
        self.stores.get(kind)
    }

    /// A source as last seen.
    pub fn get(&self, kind: &str, key: &Key) -> Option<Arc<Object>> {
        self.stores.get(kind)?.get(key)
    }

    /// The artifact store.
    pub fn artifacts(&self) -> &Arc<artifact::Store> {
        &self.artifacts
    }

    /// The connections to upstreams.
    pub fn clients(&self) -> &source::Clients {
        &self.clients
    }

    /// The files of an artifact: from the store if it is ours, else from its address, with its digest checked.
    pub async fn fetch(&self, artifact: &Artifact) -> Result<Tree, Failure> {
        let failed = |code, message: String| Failure::retry(Stage::Fetch, code, reason::ARTIFACT_FAILED, message);
        let digest: Digest = artifact.digest.parse().map_err(|error| failed(Code::DigestMismatch, format!("{error}")))?;
        let (store, wanted) = (self.artifacts.clone(), digest.clone());
        let stored = tokio::task::spawn_blocking(move || store.tree(&wanted)).await;
        let stored = stored.map_err(|panic| failed(Code::Internal, format!("internal: unpacking broke off: {panic}")))?;
        match stored {
            Ok(tree) => Ok(tree),
            Err(StoreError::Gone(_)) if artifact.url.is_empty() => {
                Err(failed(Code::ArtifactGone, format!("artifact {digest} is no longer in storage")))
            }
            Err(StoreError::Gone(_)) => self.download(artifact, &digest).await,
            Err(error) => Err(failed(Code::StorageFailed, error.to_string())),
        }
    }

    async fn download(&self, artifact: &Artifact, digest: &Digest) -> Result<Tree, Failure> {
        let failed = |code, message: String| Failure::retry(Stage::Fetch, code, reason::ARTIFACT_FAILED, message);
        let bytes =
            source::download(&self.clients, &artifact.url, digest).await.map_err(|error| failed(error.code(), error.to_string()))?;
        let unpacked = tokio::task::spawn_blocking(move || unpack(&bytes[..], artifact::Limits::default())).await;
        let unpacked = unpacked.map_err(|panic| failed(Code::Internal, format!("internal: unpacking broke off: {panic}")))?;
        unpacked.map_err(|error| failed(Code::UnsafePath, error.to_string()))
    }
}
