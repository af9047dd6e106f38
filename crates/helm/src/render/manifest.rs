//! What templates printed, cut into documents and sorted: manifests in install order, hooks apart.
//!
//! Refuses to be: a check of objects. A document needs no kind here; it only has to be YAML.

use std::collections::BTreeMap;

use object::Value;

use super::RenderOptions;
use super::order::rank;
use crate::decode::Fields;
use crate::documents::{is_partial, split};
use crate::{Error, Result, beside};

/// So many bytes of documents are worth a thread: reading them takes longer than starting one.
const THREAD_BYTES: usize = 16 << 10;

/// One document of one template.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The template it came from.
    pub source: String,
    /// The text as rendered.
    pub content: String,
    /// The document as a value; null for a text of comments only, and where [`RenderOptions::keep_values`] is off.
    pub value: Value,
    /// `kind`, empty if absent.
    pub kind: String,
    /// `metadata.name`, empty if absent.
    pub name: String,
}

/// A manifest that is applied at a certain event instead of with the others.
#[derive(Clone, Debug)]
pub struct Hook {
    /// The manifest.
    pub manifest: Manifest,
    /// When it runs; empty is not possible.
    pub events: Vec<HookEvent>,
    /// Order among hooks of one event, lowest first.
    pub weight: i64,
    /// When it is deleted, as written: `before-hook-creation`, `hook-succeeded`, `hook-failed`.
    pub delete_policies: Vec<String>,
    /// When its logs are shown, as written.
    pub output_log_policies: Vec<String>,
}

/// When a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HookEvent {
    /// Before the first install.
    PreInstall,
    /// After the first install.
    PostInstall,
    /// Before uninstall.
    PreDelete,
    /// After uninstall.
    PostDelete,
    /// Before an upgrade.
    PreUpgrade,
    /// After an upgrade.
    PostUpgrade,
    /// Before a rollback.
    PreRollback,
    /// After a rollback.
    PostRollback,
    /// On request.
    Test,
}

impl HookEvent {
    fn parse(text: &str) -> Option<HookEvent> {
        Some(match text.trim().to_lowercase().as_str() {
            "pre-install" => HookEvent::PreInstall,
            "post-install" => HookEvent::PostInstall,
            "pre-delete" => HookEvent::PreDelete,
            "post-delete" => HookEvent::PostDelete,
            "pre-upgrade" => HookEvent::PreUpgrade,
            "post-upgrade" => HookEvent::PostUpgrade,
            "pre-rollback" => HookEvent::PreRollback,
            "post-rollback" => HookEvent::PostRollback,
            "test" | "test-success" => HookEvent::Test,
            _ => return None,
        })
    }
}

impl Hook {
    /// Whether it runs on request only.
    pub fn is_test(&self) -> bool {
        self.events.contains(&HookEvent::Test)
    }
}

/// Cuts and sorts the rendered files, given by name. Partials and blank files are passed over; hooks of unknown events are dropped.
pub fn sort(files: &BTreeMap<String, String>) -> Result<(Vec<Manifest>, Vec<Hook>)> {
    sort_with(files, &RenderOptions::default())
}

/// As [`sort`], with as many threads as the options allow where there is enough text for them.
pub(super) fn sort_with(files: &BTreeMap<String, String>, options: &RenderOptions) -> Result<(Vec<Manifest>, Vec<Hook>)> {
    let files = files.iter().filter(|(name, _)| !is_partial(name));
    let documents: Vec<(&str, &str)> =
        files.flat_map(|(source, text)| split(text).into_iter().map(|document| (source.as_str(), document))).collect();
    let bytes: usize = documents.iter().map(|(_, document)| document.len()).sum();
    let threads = options.threads_max.min(bytes / THREAD_BYTES);
    let work = |(source, document): &(&str, &str)| read(source, document, options.keep_values);
    let ((), read) = beside::map(&documents, threads, work, || Ok(()))?;
    let mut manifests = Vec::new();
    let mut hooks = Vec::new();
    for document in read {
        let (manifest, annotations) = document?;
        match annotations.get("helm.sh/hook") {
            None => manifests.push(manifest),
            Some(events) => hooks.extend(hook(manifest, events, &annotations)),
        }
    }
    manifests.sort_by(|left, right| rank(&left.kind).cmp(&rank(&right.kind)));
    hooks.sort_by(|left, right| rank(&left.manifest.kind).cmp(&rank(&right.manifest.kind)));
    Ok((manifests, hooks))
}

fn read(source: &str, content: &str, keep_value: bool) -> Result<(Manifest, BTreeMap<String, String>)> {
    let refuse = |message: String| Error::Manifest { path: source.to_owned(), message };
    // The line break that a release puts behind each document is part of what is applied.
    let value = yaml::from_str(&format!("{content}\n")).map_err(|error| refuse(format!("error converting YAML to JSON: {error}")))?;
    let (kind, name, annotations) = head(&value).map_err(refuse)?;
    let value = if keep_value { value } else { Value::Null };
    Ok((Manifest { source: source.to_owned(), content: content.to_owned(), value, kind, name }, annotations))
}

/// How Go writes the type of the metadata that Helm reads.
const SIMPLE_METADATA: &str = r#"struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }"#;

/// Kind, name and annotations; refuses what no object may hold there.
fn head(value: &Value) -> Result<(String, String, BTreeMap<String, String>), String> {
    let nothing = || (String::new(), String::new(), BTreeMap::new());
    let Some(fields) = Fields::of(value, "util.SimpleHead")? else { return Ok(nothing()) };
    fields.text("apiVersion")?;
    let kind = fields.text("kind")?;
    let Some(metadata) = fields.get("metadata") else { return Ok((kind, String::new(), BTreeMap::new())) };
    let Some(metadata) = fields.inner(metadata, "metadata.", SIMPLE_METADATA)? else { return Ok(nothing()) };
    let annotations = metadata.text_map("annotations")?.unwrap_or_default();
    Ok((kind, metadata.text("name")?, annotations.into_iter().collect()))
}

fn hook(manifest: Manifest, events: &str, annotations: &BTreeMap<String, String>) -> Option<Hook> {
    let events: Vec<HookEvent> = events.split(',').map(HookEvent::parse).collect::<Option<_>>()?;
    let words = |name: &str| -> Vec<String> {
        let words = annotations.get(name).into_iter().flat_map(|text| text.split(','));
        words.map(|word| word.trim().to_lowercase()).collect()
    };
    let weight = annotations.get("helm.sh/hook-weight").and_then(|text| text.parse().ok()).unwrap_or(0);
    Some(Hook {
        events,
        weight,
        delete_policies: words("helm.sh/hook-delete-policy"),
        output_log_policies: words("helm.sh/hook-output-log-policy"),
        manifest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_at_the_start_of_a_line_separates_even_with_text_behind_it() {
        assert_eq!(split("\n---\na: 1\n---b: 2\n--- # c\n---\n\n"), ["a: 1\n", "b: 2\n", "# c\n"]);
        assert_eq!(split("a: 1\n ---\n"), ["a: 1\n ---\n"]);
        assert_eq!(split("------\na"), ["---\na"]);
    }

    #[test]
    fn hooks_stand_apart_with_weight_and_policies() {
        let text = "kind: Job\nmetadata:\n  name: a\n  annotations: {helm.sh/hook: \"pre-install, Test\", helm.sh/hook-weight: -5, \
                    helm.sh/hook-delete-policy: hook-succeeded}\n";
        let (manifests, hooks) = sort(&BTreeMap::from([("c/templates/a.yaml".to_owned(), text.to_owned())])).unwrap();
        assert!(manifests.is_empty());
        assert_eq!((hooks[0].weight, hooks[0].is_test(), hooks[0].delete_policies[0].as_str()), (-5, true, "hook-succeeded"));
    }

    #[test]
    fn a_document_that_is_no_mapping_is_refused() {
        let error = sort(&BTreeMap::from([("c/templates/a.yaml".to_owned(), "just text".to_owned())])).unwrap_err();
        assert!(error.to_string().starts_with("YAML parse error on c/templates/a.yaml: "), "{error}");
    }
}
