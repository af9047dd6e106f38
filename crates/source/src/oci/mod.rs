//! OCI artifacts from registries.
//!
//! [`resolve`] asks the registry for the digest that a tag, a version range or a digest means now. [`pull`] then speaks only by
//! that digest and checks every byte against it, so nothing can be swapped between the two. What one source pulled, others of
//! the same repository get without a second download.
//!
//! Refuses to be: a signature check, and a client that pushes.

mod address;
mod auth;
mod blob;
mod challenge;
mod manifest;
mod registry;
mod shared;
mod tags;
mod token;

use std::collections::BTreeMap;
use std::time::Duration;

use artifact::{Digest, Limits, Tree};
use bytes::Bytes;
use tokio::time::timeout;

use crate::{Clients, Error, Network, Result};
pub use address::Address;
pub use auth::{DockerConfig, Login};
use registry::Registry;
pub(crate) use shared::Shared;

/// Layer content that is a Helm chart; its tags write `+` as `_`.
pub const HELM_CHART_LAYER: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
/// Layer content as the `flux` CLI pushes it.
pub const FLUX_LAYER: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";
/// Config media type as the `flux` CLI pushes it.
pub const FLUX_CONFIG: &str = "application/vnd.cncf.flux.config.v1+json";

/// What to fetch from where. `Default` is `latest`, extracted, anonymous, within 60 seconds.
#[derive(Clone)]
pub struct OciRequest {
    /// `oci://host/repository`, without tag.
    pub url: String,
    /// Which artifact.
    pub reference: OciReference,
    /// Which layer, and what to do with it.
    pub layer: LayerSelector,
    /// Logins for registries; the first that fits is used.
    pub logins: Vec<DockerConfig>,
    /// Certificates and proxy.
    pub network: Network,
    /// Plain http, or TLS without checking the certificate when no certificates are given.
    pub insecure: bool,
    /// For each of [`resolve`] and [`pull`].
    pub timeout: Duration,
    /// For the layer and what it unpacks to.
    pub limits: OciLimits,
}

impl Default for OciRequest {
    fn default() -> OciRequest {
        OciRequest {
            url: String::new(),
            reference: OciReference::default(),
            layer: LayerSelector::default(),
            logins: Vec::new(),
            network: Network::default(),
            insecure: false,
            timeout: Duration::from_secs(60),
            limits: OciLimits::default(),
        }
    }
}

/// Which artifact: `digest` before `semver` before `tag`; nothing means the tag `latest`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OciReference {
    /// `sha256:..`.
    pub digest: Option<String>,
    /// A range; the newest version in it is taken.
    pub semver: Option<String>,
    /// A regular expression that tags must match before `semver` sees them.
    pub semver_filter: Option<String>,
    /// A tag.
    pub tag: Option<String>,
}

/// Which layer of the artifact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerSelector {
    /// The first layer of this media type; without it the first layer.
    pub media_type: Option<String>,
    /// What to do with it.
    pub operation: Operation,
}

/// What to do with a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Unpack it to a tree.
    #[default]
    Extract,
    /// Keep its compressed bytes.
    Copy,
}

/// How large an artifact may be.
#[derive(Clone, Copy, Debug)]
pub struct OciLimits {
    /// Compressed bytes of the layer.
    pub layer_bytes_max: u64,
    /// Of the unpacked tree.
    pub tree: Limits,
}

impl Default for OciLimits {
    /// 128 MiB compressed, and the default limits of a tree.
    fn default() -> OciLimits {
        OciLimits { layer_bytes_max: 128 * 1024 * 1024, tree: Limits::default() }
    }
}

/// What a reference means now. Only [`resolve`] makes one, so whoever holds it was let in by the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    revision: String,
    digest: Digest,
}

impl Resolved {
    /// `tag@sha256:..`, or `sha256:..` when a digest was asked for: `status.artifact.revision`.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The digest of the manifest.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }
}

/// A pulled artifact.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// The layer as [`LayerSelector::operation`] says.
    pub content: Content,
    /// The manifest's annotations: `status.artifact.metadata`.
    pub metadata: BTreeMap<String, String>,
    /// The layer's digest.
    pub layer: Digest,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Unpacked.
    Tree(Tree),
    /// As it is in the registry.
    Layer(Bytes),
}

impl Content {
    fn size_bytes(&self) -> u64 {
        match self {
            Content::Tree(tree) => tree.size_bytes(),
            Content::Layer(bytes) => bytes.len() as u64,
        }
    }
}

/// Asks which digest the request's reference means now. One HEAD request when connection and token are at hand.
///
/// Errors: [`Error::UrlInvalid`], [`Error::AuthenticationFailed`], [`Error::RefNotFound`], [`Error::TagSelection`],
/// [`Error::Unreachable`], [`Error::Timeout`].
pub async fn resolve(clients: &Clients, request: &OciRequest) -> Result<Resolved> {
    within(request.timeout, async {
        let registry = Registry::open(clients, request).await?;
        let (name, tag) = choose(&registry, request).await?;
        let digest = registry.head(&name).await?;
        let revision = tag.map_or_else(|| digest.to_string(), |tag| format!("{tag}@{digest}"));
        Ok(Resolved { revision, digest })
    })
    .await
}

/// Pulls what was resolved. No request for the layer when another source of the repository has it already.
///
/// Errors: as [`resolve`], and [`Error::Layer`], [`Error::Archive`], [`Error::DigestMismatch`], [`Error::Limit`].
pub async fn pull(clients: &Clients, request: &OciRequest, resolved: &Resolved) -> Result<Pulled> {
    within(request.timeout, async {
        let registry = Registry::open(clients, request).await?;
        let manifest = registry.manifest(&resolved.digest).await?;
        let layer = manifest.layer(&request.layer)?;
        let content = blob::content(&registry, layer, request).await?;
        Ok(Pulled { content, metadata: manifest.annotations.clone(), layer: layer.digest()? })
    })
    .await
}

/// The name to ask for, and the tag in it if it is one.
async fn choose(registry: &Registry, request: &OciRequest) -> Result<(String, Option<String>)> {
    let reference = &request.reference;
    if let Some(digest) = &reference.digest {
        let digest: Digest = digest.parse().map_err(|error| Error::url(&request.url, format!("{error}")))?;
        return Ok((digest.to_string(), None));
    }
    let tag = match &reference.semver {
        Some(range) => tags::newest(registry, request, range)
            .await
            .map_err(|source| Error::TagSelection { url: request.url.clone(), source: Box::new(source) })?,
        None => reference.tag.clone().unwrap_or_else(|| "latest".to_owned()),
    };
    address::check_tag(&request.url, &tag)?;
    Ok((tag.clone(), Some(tag)))
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(limit, work).await.unwrap_or(Err(Error::Timeout(limit)))
}
