//! Layers: downloaded once per repository, checked against their digest before anything looks into them.

use artifact::{Digest, unpack};
use bytes::Bytes;
use failure::with_causes;

use super::manifest::Descriptor;
use super::registry::Registry;
use super::shared::BlobKey;
use super::{Content, OciRequest, Operation};
use crate::{Error, Result};

/// The layer as the request wants it, from another source's pull or from the registry.
pub(super) async fn content(registry: &Registry, layer: &Descriptor, request: &OciRequest) -> Result<Content> {
    let key = BlobKey { repository: registry.address().clone(), layer: layer.digest()?, operation: request.layer.operation };
    let cell = registry.shared().blob(&key);
    let content = cell.get_or_try_init(|| download(registry, layer, request)).await?.clone();
    registry.shared().trim();
    Ok(content)
}

async fn download(registry: &Registry, layer: &Descriptor, request: &OciRequest) -> Result<Content> {
    let bytes_max = request.limits.layer_bytes_max;
    if layer.size > bytes_max {
        return Err(Error::Limit(format!("the layer has {} bytes, more than {bytes_max} (layer_bytes_max)", layer.size)));
    }
    let digest = layer.digest()?;
    let bytes = registry.blob(&digest, layer.size).await?;
    check(&bytes, &digest, "the layer")?;
    match request.layer.operation {
        Operation::Copy => Ok(Content::Layer(bytes)),
        Operation::Extract => {
            let limits = request.limits.tree;
            let unpacked = tokio::task::spawn_blocking(move || unpack(&bytes[..], limits)).await;
            let unpacked = unpacked.map_err(|error| Error::Local { action: "unpacking the layer", why: error.to_string() })?;
            Ok(Content::Tree(unpacked?))
        }
    }
}

/// Whether bytes are what they are called.
pub(super) fn check(bytes: &[u8], expected: &Digest, what: &str) -> Result<()> {
    let actual = Digest::of(bytes);
    match actual == *expected {
        true => Ok(()),
        false => Err(Error::DigestMismatch { what: what.to_owned(), expected: expected.to_string(), actual: actual.to_string() }),
    }
}

/// The body of an answer, of at most `bytes_max`.
pub(super) async fn body(mut response: reqwest::Response, bytes_max: u64, what: &str) -> Result<Bytes> {
    let host = response.url().host_str().unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    loop {
        let chunk = response.chunk().await;
        let chunk = chunk.map_err(|error| Error::Unreachable { host: host.clone(), why: with_causes(&error.without_url()) })?;
        let Some(chunk) = chunk else { return Ok(bytes.into()) };
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > bytes_max {
            return Err(Error::Limit(format!("{what} has more than {bytes_max} bytes")));
        }
    }
}
