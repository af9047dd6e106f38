//! Kustomize patches and images over what a chart rendered: the `postRenderers` of a HelmRelease.
//!
//! Refuses to be: a program that somebody else wrote. Helm pipes manifests through any executable; here a post-renderer is a function.
//! Documents keep the name of the template they came from by an annotation that goes away again afterwards.

use std::collections::BTreeMap;

use object::{Map, Value};

use crate::documents::{is_partial, split};
use crate::{Error, Result};

/// The annotation that Helm uses to find a document's file again.
const FILE: &str = "postrenderer.helm.sh/postrender-filename";

/// A change to everything that was rendered: documents in, documents out. An error is what the user reads.
pub type PostRenderer<'a> = dyn Fn(Vec<Value>) -> std::result::Result<Vec<Value>, String> + 'a;

/// Strategic-merge or JSON 6902 patches and image changes, both as a kustomization.yaml holds them.
pub fn kustomize(patches: &[Value], images: &[Value]) -> impl Fn(Vec<Value>) -> std::result::Result<Vec<Value>, String> + use<> {
    let kustomization = serde_json::json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["rendered.yaml"],
        "patches": patches,
        "images": images,
    });
    move |documents| {
        let texts: Vec<String> = documents.iter().map(yaml::to_string).collect();
        let files = [("/kustomization.yaml", yaml::to_string(&kustomization)), ("/rendered.yaml", texts.join("---\n"))];
        let files: kustomize::MemoryFiles = files.into_iter().collect();
        let built = kustomize::build(&files, "/", &kustomize::Options::default()).map_err(|errors| errors.to_string())?;
        Ok(built.into_iter().map(|object| object.value.into_value()).collect())
    }
}

/// Sends every document of the rendered files, hooks included, through `post`, and puts the answers back under their files' names.
pub(crate) fn run(files: &BTreeMap<String, String>, post: &PostRenderer<'_>) -> Result<BTreeMap<String, String>> {
    let mut documents = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| !is_partial(name)) {
        for document in split(text) {
            let value = yaml::from_str(document).map_err(|error| Error::PostRender(format!("parsing {name}: {error}")))?;
            documents.extend(marked(value, name));
        }
    }
    let answers = post(documents).map_err(Error::PostRender)?;
    let mut rendered: BTreeMap<String, String> = BTreeMap::new();
    for (number, mut answer) in answers.into_iter().enumerate() {
        let name = unmark(&mut answer).unwrap_or_else(|| format!("generated-by-postrender-{number}.yaml"));
        let text = rendered.entry(name).or_default();
        text.push_str(if text.is_empty() { "" } else { "---\n" });
        text.push_str(&yaml::to_string(&answer));
    }
    Ok(rendered)
}

/// The document with its file's name; nothing for a document that is no mapping.
fn marked(mut document: Value, name: &str) -> Option<Value> {
    let metadata = entry(document.as_object_mut()?, "metadata")?;
    entry(metadata, "annotations")?.insert(FILE.into(), name.into());
    Some(document)
}

/// Takes the file's name off; an annotations mapping that held nothing else goes too.
fn unmark(document: &mut Value) -> Option<String> {
    let metadata = document.get_mut("metadata")?.as_object_mut()?;
    let annotations = metadata.get_mut("annotations")?.as_object_mut()?;
    let name = annotations.remove(FILE)?.as_str().map(str::to_owned);
    if annotations.is_empty() {
        metadata.remove("annotations");
    }
    name
}

/// The mapping under `key`, made where there is none or null.
fn entry<'a>(map: &'a mut Map<String, Value>, key: &str) -> Option<&'a mut Map<String, Value>> {
    let value = map.entry(key).or_insert(Value::Null);
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patches_and_images_change_documents_which_keep_their_files() {
        let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, template: {spec: \
                          {containers: [{name: web, image: \"nginx:1\"}]}}}\n";
        let files = BTreeMap::from([("c/templates/a.yaml".to_owned(), format!("{deployment}---\n# nothing\n"))]);
        let patch = json!({"target": {"kind": "Deployment"}, "patch": "- {op: replace, path: /spec/replicas, value: 3}"});
        let post = kustomize(&[patch], &[json!({"name": "nginx", "newTag": "2"})]);
        let rendered = run(&files, &post).unwrap();
        let value = yaml::from_str(&rendered["c/templates/a.yaml"]).unwrap();
        assert_eq!(value["spec"]["replicas"], 3);
        assert_eq!(value["spec"]["template"]["spec"]["containers"][0]["image"], "nginx:2");
        assert_eq!(value["metadata"], json!({"name": "web"}));
    }

    #[test]
    fn a_patch_without_a_target_is_refused() {
        let files = BTreeMap::from([("c/templates/a.yaml".to_owned(), "apiVersion: v1\nkind: A\nmetadata: {name: a}\n".to_owned())]);
        let post = kustomize(&[json!({"patch": "not: [a patch"})], &[]);
        assert!(matches!(run(&files, &post), Err(Error::PostRender(_))));
    }
}
