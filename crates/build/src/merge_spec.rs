//! The spec of a Flux Kustomization put into a kustomization file.

use crate::tree::join;
use crate::{Error, Image, Patch, Spec, Tree};
use object::{Map, Value};
use serde_json::json;

type Kustomization = Map<String, Value>;

/// Puts the spec into the kustomization of `directory`.
pub(crate) fn merge_spec(kustomization: &mut Kustomization, spec: &Spec, tree: &dyn Tree, directory: &str) -> Result<(), Error> {
    set(kustomization, "namespace", spec.target_namespace.as_deref());
    set(kustomization, "namePrefix", spec.name_prefix.as_deref());
    set(kustomization, "nameSuffix", spec.name_suffix.as_deref());
    append(kustomization, "patches", spec.patches.iter().map(patch).collect());
    append(kustomization, "components", components(spec, tree, directory)?);
    merge_images(kustomization, &spec.images);
    if !spec.build_metadata.is_empty() {
        kustomization.insert("buildMetadata".to_owned(), json!(spec.build_metadata));
    }
    Ok(())
}

fn set(kustomization: &mut Kustomization, field: &str, value: Option<&str>) {
    if let Some(value) = value {
        kustomization.insert(field.to_owned(), value.into());
    }
}

fn append(kustomization: &mut Kustomization, field: &str, values: Vec<Value>) {
    if !values.is_empty() {
        list(kustomization, field).extend(values);
    }
}

/// The list at `field`, empty if there was none.
fn list<'k>(kustomization: &'k mut Kustomization, field: &str) -> &'k mut Vec<Value> {
    let entry = kustomization.entry(field).or_insert_with(|| json!([]));
    if !entry.is_array() {
        *entry = json!([]);
    }
    entry.as_array_mut().expect("it has just been made a list")
}

fn patch(patch: &Patch) -> Value {
    match &patch.target {
        Some(target) => json!({"patch": patch.patch, "target": target}),
        None => json!({"patch": patch.patch}),
    }
}

fn components(spec: &Spec, tree: &dyn Tree, directory: &str) -> Result<Vec<Value>, Error> {
    let mut components = Vec::new();
    for path in &spec.components {
        if !is_local_relative(path) {
            return Err(Error::ComponentNotLocal { path: path.clone() });
        }
        let place = join(directory, path);
        let exists = tree.is_dir(&place) || tree.read(&place).is_some();
        if exists || !spec.ignore_missing_components {
            components.push(path.as_str().into());
        }
    }
    Ok(components)
}

/// Whether a path stays within the artifact: no URL, no Git shorthand, not absolute.
pub fn is_local_relative(path: &str) -> bool {
    const REMOTE: [&str; 8] = ["git::", "gh:", "ssh://", "https://", "http://", "git@", "github.com:", "github.com/"];
    let path = path.to_lowercase();
    let is_remote = REMOTE.iter().any(|prefix| path.len() > prefix.len() && path.starts_with(prefix));
    let local = path.strip_prefix("file://").unwrap_or(&path);
    !is_remote && !path.starts_with('/') && !local.starts_with('/')
}

fn merge_images(kustomization: &mut Kustomization, images: &[Image]) {
    for image in images {
        let list = list(kustomization, "images");
        match list.iter_mut().find(|entry| entry.get("name").and_then(Value::as_str) == Some(&image.name)) {
            Some(Value::Object(entry)) => merge_image(entry, image),
            _ => list.push(new_image(image)),
        }
    }
}

fn new_image(image: &Image) -> Value {
    let mut entry = Map::new();
    entry.insert("name".to_owned(), image.name.as_str().into());
    merge_image(&mut entry, image);
    entry.into()
}

/// Sets what the image sets. Tag and digest choose the version together, so setting one clears the other.
fn merge_image(entry: &mut Map<String, Value>, image: &Image) {
    set_unless_empty(entry, "newName", &image.new_name);
    if !(image.new_tag.is_empty() && image.digest.is_empty()) {
        entry.remove("newTag");
        entry.remove("digest");
        set_unless_empty(entry, "newTag", &image.new_tag);
        set_unless_empty(entry, "digest", &image.digest);
    }
}

fn set_unless_empty(entry: &mut Map<String, Value>, field: &str, value: &str) {
    if !value.is_empty() {
        entry.insert(field.to_owned(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::{is_local_relative, merge_spec};
    use crate::{Image, Patch, Spec};
    use kustomize::MemoryFiles;
    use serde_json::{Value, json};

    fn merged(kustomization: Value, spec: &Spec) -> Value {
        let files: MemoryFiles = [("apps/present/kustomization.yaml", "")].into_iter().collect();
        let Value::Object(mut map) = kustomization else { unreachable!("tests pass mappings") };
        merge_spec(&mut map, spec, &files, "/apps").expect("the case merges");
        map.into()
    }

    #[test]
    fn fields_are_set_and_lists_appended() {
        let patch = Patch { patch: "x".to_owned(), target: Some(json!({"kind": "Deployment"})) };
        let spec = Spec { target_namespace: Some("team".to_owned()), patches: vec![patch], ..Spec::default() };
        let expected = json!({"namespace": "team", "patches": [{"path": "p.yaml"}, {"patch": "x", "target": {"kind": "Deployment"}}]});
        assert_eq!(merged(json!({"namespace": "old", "patches": [{"path": "p.yaml"}]}), &spec), expected);
    }

    #[test]
    fn images_merge_field_by_field_and_versions_as_one() {
        let image = |new_name: &str, new_tag: &str| Image {
            name: "app".to_owned(),
            new_name: new_name.to_owned(),
            new_tag: new_tag.to_owned(),
            digest: String::new(),
        };
        let check = |image: Image, expected: Value| {
            let spec = Spec { images: vec![image], ..Spec::default() };
            assert_eq!(merged(json!({"images": [{"name": "app", "digest": "sha256:1"}]}), &spec)["images"][0], expected);
        };
        check(image("r/app", ""), json!({"name": "app", "newName": "r/app", "digest": "sha256:1"}));
        check(image("", "v2"), json!({"name": "app", "newTag": "v2"}));
    }

    #[test]
    fn missing_components_are_left_out_when_asked() {
        let components = vec!["present".to_owned(), "missing".to_owned()];
        let spec = Spec { components, ignore_missing_components: true, ..Spec::default() };
        assert_eq!(merged(json!({}), &spec)["components"], json!(["present"]));
        assert!(!is_local_relative("https://x/y") && !is_local_relative("/etc") && is_local_relative("../base"));
    }
}
