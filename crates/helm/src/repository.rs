//! A chart repository's index.yaml: which versions of which charts it offers, and which of them a constraint picks.
//!
//! Refuses to be: a download. The caller fetches the index, resolves the addresses against the repository's and checks digests.

use std::collections::BTreeMap;

use object::Value;

use crate::chart::Metadata;
use crate::decode::Fields;
use crate::limits::INDEX_BYTES_MAX;
use crate::{Error, Result};

/// The charts of a repository, each with its versions, newest first.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// When the repository wrote it, as written.
    pub generated: String,
    /// Versions by chart name.
    pub entries: BTreeMap<String, Vec<ChartVersion>>,
}

/// One packaged version of a chart.
#[derive(Clone, Debug, Default)]
pub struct ChartVersion {
    /// Chart.yaml of the version.
    pub metadata: Metadata,
    /// Where the archive is; relative to the repository or absolute.
    pub urls: Vec<String>,
    /// SHA-256 of the archive in hex, empty if the index does not say.
    pub digest: String,
    /// When it was made, as written.
    pub created: String,
}

impl Index {
    /// Reads an index in YAML or JSON. Entries that no chart could have are passed over; the index itself must have an `apiVersion`.
    pub fn parse(text: &str) -> Result<Index> {
        if text.len() > INDEX_BYTES_MAX {
            return Err(Error::Limit { name: "INDEX_BYTES_MAX", what: format!("an index of {} bytes", text.len()) });
        }
        if text.is_empty() {
            return Err(refuse("empty index.yaml file"));
        }
        let value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(_) => yaml::from_str(text).map_err(|error| refuse(format!("error converting YAML to JSON: {error}")))?,
        };
        let fields = Fields::of(&value, "repo.IndexFile").map_err(refuse)?.ok_or_else(|| refuse("no API version specified"))?;
        let mut entries = BTreeMap::new();
        for (name, versions) in fields.get("entries").and_then(Value::as_object).into_iter().flatten() {
            entries.insert(name.clone(), read_versions(versions)?);
        }
        if fields.text("apiVersion").map_err(refuse)?.is_empty() {
            return Err(refuse("no API version specified"));
        }
        Ok(Index { generated: fields.text("generated").map_err(refuse)?, entries })
    }

    /// The version of `chart` that `version` asks for: the exact text if there is one, else the newest that satisfies it as a
    /// constraint. An empty `version` asks for the newest release.
    pub fn choose(&self, chart: &str, version: &str) -> Result<&ChartVersion> {
        let versions = self.entries.get(chart).ok_or_else(|| refuse("no chart name found"))?;
        if versions.is_empty() {
            return Err(refuse("no chart version found"));
        }
        let wanted = if version.is_empty() { "*" } else { version };
        let constraint = semver::Constraint::parse(wanted).map_err(|error| refuse(error.to_string()))?;
        let exact = versions.iter().find(|candidate| candidate.metadata.version == version);
        let fitting = || {
            versions.iter().find(|candidate| {
                semver::Version::parse_lenient(&candidate.metadata.version).is_ok_and(|version| constraint.matches(&version))
            })
        };
        exact.or_else(fitting).ok_or_else(|| refuse(format!("no chart version found for {chart}-{version}")))
    }
}

/// The valid versions, newest first; versions that cannot be read go last.
fn read_versions(value: &Value) -> Result<Vec<ChartVersion>> {
    let mut versions = Vec::new();
    for item in value.as_array().into_iter().flatten() {
        versions.extend(read_version(item)?);
    }
    versions.sort_by_cached_key(|version| std::cmp::Reverse(semver::Version::parse_lenient(&version.metadata.version).ok()));
    Ok(versions)
}

fn read_version(value: &Value) -> Result<Option<ChartVersion>> {
    let Some(fields) = Fields::of(value, "repo.ChartVersion").map_err(refuse)? else { return Ok(None) };
    let mut metadata = Metadata::default();
    metadata.read(value).map_err(refuse)?;
    if metadata.api_version.is_empty() {
        metadata.api_version = "v1".into();
    }
    if metadata.validate().is_err() {
        return Ok(None);
    }
    Ok(Some(ChartVersion {
        metadata,
        urls: fields.texts("urls").map_err(refuse)?,
        digest: fields.text("digest").map_err(refuse)?,
        created: fields.text("created").map_err(refuse)?,
    }))
}

fn refuse(message: impl Into<String>) -> Error {
    Error::Index(message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.0.0, urls: [web-1.0.0.tgz]}\n  \
                         - {name: web, version: 1.2.0}\n  - {name: web, version: 2.0.0-rc.1}\n  - {name: web, version: nonsense}\n  - null\n";

    #[test]
    fn the_newest_fitting_release_is_chosen_and_exact_texts_first() {
        let index = Index::parse(INDEX).unwrap();
        let choose = |version: &str| index.choose("web", version).map(|found| found.metadata.version.clone()).ok();
        assert_eq!(choose(""), Some("1.2.0".into()));
        assert_eq!(choose("^1.0"), Some("1.2.0".into()));
        assert_eq!(choose("1.0.0"), Some("1.0.0".into()));
        assert_eq!(choose(">=1-0"), Some("2.0.0-rc.1".into()));
        assert_eq!(choose("3"), None);
        assert!(index.choose("other", "").is_err());
    }

    #[test]
    fn an_index_without_version_is_refused() {
        assert!(Index::parse("entries: {}").is_err());
        assert!(Index::parse("").is_err());
    }
}
