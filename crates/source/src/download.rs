//! Artifacts of other processes, by their address and digest.

use artifact::Digest;
use bytes::Bytes;
use failure::with_causes;
use futures::StreamExt;

use crate::{Clients, Error, Network, Result};

/// The largest artifact that is taken from another process.
pub const DOWNLOAD_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Downloads an artifact and hands it out only if it has the digest it should have.
///
/// Errors: [`Error::UrlInvalid`], [`Error::Unreachable`], [`Error::Limit`], [`Error::DigestMismatch`].
pub async fn download(clients: &Clients, url: &str, digest: &Digest) -> Result<Bytes> {
    let parsed = reqwest::Url::parse(url).map_err(|error| Error::url(url, error.to_string()))?;
    let host = parsed.host_str().unwrap_or_default().to_owned();
    let unreachable = |error: reqwest::Error| Error::Unreachable { host: host.clone(), why: with_causes(&error) };
    let response = clients.http(&Network::default())?.get(parsed).send().await.and_then(reqwest::Response::error_for_status);
    let mut chunks = response.map_err(unreachable)?.bytes_stream();
    let mut content = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(unreachable)?;
        if content.len() + chunk.len() > DOWNLOAD_BYTES_MAX {
            return Err(Error::Limit(format!("the artifact at {host} exceeds DOWNLOAD_BYTES_MAX ({DOWNLOAD_BYTES_MAX} bytes)")));
        }
        content.extend_from_slice(&chunk);
    }
    let actual = Digest::of(&content);
    if actual != *digest {
        let (expected, actual) = (digest.to_string(), actual.to_string());
        return Err(Error::DigestMismatch { what: format!("the artifact at {host}"), expected, actual });
    }
    Ok(content.into())
}
