//! Manifests and indexes: what an artifact is made of.

use std::collections::BTreeMap;

use artifact::Digest;
use serde::Deserialize;

use super::LayerSelector;
use crate::{Error, Result};

/// Media types we ask for.
pub(super) const ACCEPT: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json";
/// Bytes of a manifest.
pub(super) const MANIFEST_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// A piece of content and its digest.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    #[serde(default)]
    pub(super) media_type: String,
    digest: String,
    pub(super) size: u64,
    platform: Option<Platform>,
}

#[derive(Clone, Debug, Deserialize)]
struct Platform {
    os: String,
    architecture: String,
}

impl Descriptor {
    pub(super) fn digest(&self) -> Result<Digest> {
        self.digest.parse().map_err(|error| Error::Layer(format!("the manifest holds an unusable digest: {error}")))
    }

    fn is_default_platform(&self) -> bool {
        self.platform.as_ref().is_some_and(|platform| platform.os == "linux" && platform.architecture == "amd64")
    }
}

/// The manifest of one artifact.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    layers: Vec<Descriptor>,
    pub(super) annotations: BTreeMap<String, String>,
}

/// A manifest, or the list that leads to one.
#[derive(Debug)]
pub(super) enum Parsed {
    Manifest(Manifest),
    /// The manifest for linux/amd64, which is what Flux takes from an index.
    Index(Digest),
}

#[derive(Deserialize)]
struct Raw {
    layers: Option<Vec<Descriptor>>,
    manifests: Option<Vec<Descriptor>>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
}

/// Reads a manifest or an index.
pub(super) fn parse(json: &[u8]) -> Result<Parsed> {
    let raw: Raw = serde_json::from_slice(json).map_err(|error| Error::Layer(format!("the manifest cannot be read: {error}")))?;
    if let Some(manifests) = raw.manifests {
        let fitting = manifests.iter().find(|descriptor| descriptor.is_default_platform());
        let fitting = fitting.ok_or_else(|| Error::Layer("the index holds no manifest for linux/amd64".to_owned()))?;
        return Ok(Parsed::Index(fitting.digest()?));
    }
    Ok(Parsed::Manifest(Manifest { layers: raw.layers.unwrap_or_default(), annotations: raw.annotations.unwrap_or_default() }))
}

impl Manifest {
    /// The layer that the selector means.
    pub(super) fn layer(&self, selector: &LayerSelector) -> Result<&Descriptor> {
        let first = self.layers.first().ok_or_else(|| Error::Layer("no layers found in artifact".to_owned()))?;
        let Some(media_type) = &selector.media_type else { return Ok(first) };
        let found = self.layers.iter().find(|layer| layer.media_type == *media_type);
        found.ok_or_else(|| Error::Layer(format!("failed to find layer with media type '{media_type}' in artifact")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn the_first_layer_or_the_first_of_the_wanted_type_is_taken() {
        let json = format!(
            r#"{{"layers": [{{"mediaType": "a", "digest": "{DIGEST}", "size": 1}}, {{"mediaType": "b", "digest": "{DIGEST}", "size": 2}}], "annotations": {{"k": "v"}}}}"#
        );
        let Parsed::Manifest(manifest) = parse(json.as_bytes()).unwrap() else { panic!("no manifest") };
        let size = |media_type: Option<&str>| {
            let selector = LayerSelector { media_type: media_type.map(Into::into), ..LayerSelector::default() };
            manifest.layer(&selector).map(|layer| layer.size).ok()
        };
        assert_eq!((size(None), size(Some("b")), size(Some("c"))), (Some(1), Some(2), None));
        assert_eq!(manifest.annotations["k"], "v");
    }

    #[test]
    fn an_index_leads_to_linux_amd64_or_nowhere() {
        let json = |os: &str| {
            format!(r#"{{"manifests": [{{"digest": "{DIGEST}", "size": 1, "platform": {{"os": "{os}", "architecture": "amd64"}}}}]}}"#)
        };
        assert!(matches!(parse(json("linux").as_bytes()), Ok(Parsed::Index(digest)) if digest.as_str() == DIGEST));
        assert!(parse(json("windows").as_bytes()).is_err());
    }

    #[test]
    fn digests_of_other_algorithms_are_refused() {
        let json = r#"{"layers": [{"mediaType": "a", "digest": "md5:00", "size": 1}]}"#;
        let Parsed::Manifest(manifest) = parse(json.as_bytes()).unwrap() else { panic!("no manifest") };
        assert!(manifest.layer(&LayerSelector::default()).unwrap().digest().is_err());
    }
}
