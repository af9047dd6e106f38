//! The kustomization at a path: the one that is there, or one made from the manifests below.

use crate::build::Ignored;
use crate::tree::join;
use crate::{Error, Tree};
use object::{Map, Value};
use serde_json::json;

/// The names a kustomization file may have, in the order of preference.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// Manifests that a generated kustomization may list.
const MANIFESTS_MAX: usize = 100_000;
/// Stands in for a namespace where there is nothing to build, since Kustomize refuses an empty kustomization.
const PLACEHOLDER_NAMESPACE: &str = "_placeholder";

/// A kustomization and the file it belongs into.
pub(crate) struct Found {
    pub file: String,
    pub kustomization: Map<String, Value>,
}

/// Finds the kustomization of the directory, or makes one without what is ignored.
pub(crate) fn generate(tree: &dyn Tree, directory: &str, ignored: Ignored<'_>) -> Result<Found, Error> {
    match kustomization_file(tree, directory) {
        Some(file) => read(tree, file),
        None => Ok(Found { file: join(directory, FILE_NAMES[0]), kustomization: make(tree, directory, ignored)? }),
    }
}

fn kustomization_file(tree: &dyn Tree, directory: &str) -> Option<String> {
    FILE_NAMES.iter().map(|name| join(directory, name)).find(|file| tree.read(file).is_some())
}

fn read(tree: &dyn Tree, file: String) -> Result<Found, Error> {
    let bytes = tree.read(&file).unwrap_or_default();
    let value = parse(&bytes).map_err(|why| Error::Kustomization { file: file.clone(), why })?;
    let mut kustomization = match value {
        Value::Object(map) => map.into_iter().map(|(key, value)| (canonical(key), value)).collect(),
        Value::Null => Map::new(),
        _ => return Err(Error::Kustomization { file, why: "a kustomization must be a mapping".to_owned() }),
    };
    let is_empty = kustomization.get("resources").and_then(Value::as_array).is_none_or(Vec::is_empty);
    if is_empty {
        // As above: something has to stand in it.
        kustomization.insert("buildMetadata".to_owned(), json!(["originAnnotations"]));
    }
    Ok(Found { file, kustomization })
}

/// A field that the spec or an ignore file changes, by its own name: Flux reads names in any case.
fn canonical(key: String) -> String {
    const CHANGED: [&str; 9] =
        ["resources", "components", "crds", "namespace", "namePrefix", "nameSuffix", "patches", "images", "buildMetadata"];
    CHANGED.iter().find(|name| name.eq_ignore_ascii_case(&key)).map_or(key, |name| (*name).to_owned())
}

fn parse(bytes: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    yaml::from_str(text).map_err(|error| error.to_string())
}

fn make(tree: &dyn Tree, directory: &str, ignored: Ignored<'_>) -> Result<Map<String, Value>, Error> {
    let mut resources = Vec::new();
    Scan { tree, ignored }.walk(directory, ".", &mut resources)?;
    let mut kustomization = Map::new();
    kustomization.insert("apiVersion".to_owned(), json!("kustomize.config.k8s.io/v1beta1"));
    kustomization.insert("kind".to_owned(), json!("Kustomization"));
    if resources.is_empty() {
        kustomization.insert("namespace".to_owned(), json!(PLACEHOLDER_NAMESPACE));
    } else {
        kustomization.insert("resources".to_owned(), json!(resources));
    }
    Ok(kustomization)
}

/// A walk over the manifests of a tree.
struct Scan<'a> {
    tree: &'a dyn Tree,
    ignored: Ignored<'a>,
}

impl Scan<'_> {
    /// Lists the manifests below `directory`, in the order of their names; a directory with its own kustomization counts as one.
    fn walk(&self, directory: &str, relative: &str, resources: &mut Vec<String>) -> Result<(), Error> {
        for entry in self.tree.list(directory) {
            let (path, name) = (join(directory, &entry.name), format!("{relative}/{}", entry.name));
            if entry.is_dir && kustomization_file(self.tree, &path).is_none() {
                self.walk(&path, &name, resources)?;
            } else if entry.is_dir {
                resources.push(name);
            } else if is_manifest(&name) && !(self.ignored)(&name, false) {
                check_manifest(self.tree, &path)?;
                resources.push(name);
            }
            if resources.len() > MANIFESTS_MAX {
                return Err(Error::Limit { what: "the number of manifests", limit: MANIFESTS_MAX });
            }
        }
        Ok(())
    }
}

fn is_manifest(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// Every document of a manifest has to be an object, or be empty.
fn check_manifest(tree: &dyn Tree, file: &str) -> Result<(), Error> {
    let fault = |why: String| Error::Manifest { file: file.to_owned(), why };
    let bytes = tree.read(file).unwrap_or_default();
    let text = std::str::from_utf8(&bytes).map_err(|error| fault(error.to_string()))?;
    let documents = yaml::parse(text, &yaml::Options::v3()).map_err(|error| fault(error.to_string()))?;
    for document in documents.iter().filter(|document| !document.value.is_null()) {
        what_is_missing(&document.value).map_or(Ok(()), |what| Err(fault(format!("line {}: {what}", document.line))))?;
    }
    Ok(())
}

fn what_is_missing(value: &Value) -> Option<&'static str> {
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
    let name = value.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Value::as_str);
    match (value, kind) {
        (Value::Object(_), "") => Some("Object 'Kind' is missing"),
        (Value::Object(_), kind) if kind.ends_with("List") => None,
        (Value::Object(_), _) if name.is_none_or(str::is_empty) => Some("missing metadata.name in object"),
        (Value::Object(_), _) => None,
        _ => Some("the document is no mapping"),
    }
}

#[cfg(test)]
mod tests {
    use super::generate;
    use kustomize::MemoryFiles;
    use serde_json::json;

    const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

    fn kustomization(files: &[(&str, &str)]) -> serde_json::Value {
        let files: MemoryFiles = files.iter().copied().collect();
        generate(&files, "/", &|_, _| false).map(|found| found.kustomization.into()).expect("the case has a kustomization")
    }

    #[test]
    fn manifests_are_listed_and_inner_kustomizations_count_as_one() {
        let files = [("b/x.yml", OBJECT), ("a.yaml", OBJECT), ("c/kustomization.yaml", ""), ("c/y.yaml", "broken: ["), ("z.txt", "")];
        assert_eq!(kustomization(&files)["resources"], json!(["./a.yaml", "./b/x.yml", "./c"]));
    }

    #[test]
    fn an_empty_directory_gets_a_placeholder() {
        assert_eq!(kustomization(&[("a.txt", "")])["namespace"], "_placeholder");
    }

    #[test]
    fn what_is_no_object_is_refused_with_its_line() {
        let files: MemoryFiles = [("a.yaml", "---\nkind: X\nmetadata: {name: a}\n---\nfoo: bar\n")].into_iter().collect();
        let error = generate(&files, "/", &|_, _| false).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("failed to decode Kubernetes YAML from /a.yaml: line 5: Object 'Kind' is missing"));
    }
}
