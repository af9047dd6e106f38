//! Random trees that go wide: few objects of many kinds, and a handful of features each, every field of the language among them.
//!
//! Where `trees.rs` stacks the common fields, this one reaches the rare ones. Begin with [`tree`]; a feature is one line in
//! [`FEATURES`] and one function that adds it to a [`Folder`].

mod config;
mod objects;
mod patches;
mod plugins;
mod style;
mod values;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::random::Random;

/// What one Kustomization is made of while it is drawn.
pub struct Folder<'a> {
    random: &'a mut Random,
    path: &'static str,
    fields: Map<String, Value>,
    files: &'a mut BTreeMap<String, String>,
    /// The objects that a patch can see, as they were written.
    visible: Vec<Value>,
}

/// Adds something to a Kustomization.
type Feature = fn(&mut Folder<'_>);

/// Everything that a Kustomization may ask for.
const FEATURES: &[Feature] = &[
    config::names,
    config::namespace,
    config::labels,
    config::common_labels,
    config::annotations,
    config::images,
    config::replicas,
    config::generators,
    config::generators,
    config::generator_options,
    config::build_metadata,
    config::configurations,
    config::crds,
    config::openapi,
    patches::strategic,
    patches::strategic,
    patches::strategic,
    patches::json,
    patches::json,
    patches::older,
    values::replacements,
    values::replacements,
    values::replacements,
    values::replacements,
    values::vars,
    values::vars,
    plugins::transformers,
    plugins::transformers,
    plugins::transformers,
    plugins::generators,
    plugins::validators,
];

/// The tree of a seed; the root is `/overlay`.
pub fn tree(seed: u64) -> BTreeMap<String, String> {
    let random = &mut Random::new(seed ^ 0x5EED);
    let mut files = BTreeMap::new();
    let mut visible = folder(random, "/base", &mut files, &[], Vec::new());
    let mut bases = vec!["../base"];
    if random.once_in(3) {
        let below = if random.once_in(2) { vec!["../base"] } else { Vec::new() };
        let seen = if below.is_empty() { Vec::new() } else { std::mem::take(&mut visible) };
        bases = if below.is_empty() { vec!["../base", "../middle"] } else { vec!["../middle"] };
        visible.extend(folder(random, "/middle", &mut files, &below, seen));
    }
    folder(random, "/overlay", &mut files, &bases, visible);
    files
}

fn folder(
    random: &mut Random,
    path: &'static str,
    files: &mut BTreeMap<String, String>,
    bases: &[&str],
    visible: Vec<Value>,
) -> Vec<Value> {
    let mut folder = Folder { random, path, fields: Map::new(), files, visible };
    for base in bases {
        folder.push(if path == "/middle" { "bases" } else { "resources" }, (*base).into());
    }
    folder.resources();
    folder.features(if path == "/overlay" { 4 } else { 2 });
    if path == "/overlay" {
        folder.sort_options();
        folder.components();
    }
    folder.finish()
}

impl Folder<'_> {
    /// Appends to a list of the Kustomization.
    fn push(&mut self, field: &str, value: Value) {
        self.fields.entry(field).or_insert_with(|| json!([])).as_array_mut().unwrap().push(value);
    }

    /// Writes a file with a name of its own beside the Kustomization, and answers the name.
    fn write(&mut self, stem: &str, text: String) -> String {
        let name = (0..).map(|at| format!("{stem}{at}.yaml")).find(|name| !self.files.contains_key(&format!("{}/{name}", self.path)));
        let name = name.unwrap();
        self.files.insert(format!("{}/{name}", self.path), text);
        name
    }

    fn resources(&mut self) {
        for _ in 0..=self.random.below(2) {
            let objects: Vec<Value> = (0..=self.random.below(2)).map(|_| objects::new(self.random)).collect();
            let text = style::documents(self.random, &objects);
            let name = self.write("r", text);
            self.push("resources", name.into());
            self.visible.extend(objects);
        }
    }

    fn features(&mut self, most: usize) {
        for _ in 0..self.random.below(most + 1) {
            FEATURES[self.random.below(FEATURES.len())](self);
        }
    }

    fn sort_options(&mut self) {
        if self.random.once_in(6) {
            let first = json!(["Secret", "Deployment", "Planet"]);
            let legacy = json!({"orderFirst": first, "orderLast": ["Service", "ConfigMap", "Namespace"]});
            let options = [json!({"order": "fifo"}), json!({"order": "legacy"}), json!({"order": "legacy", "legacySortOptions": legacy})];
            self.fields.insert("sortOptions".into(), options[self.random.below(3)].clone());
        }
    }

    /// A component, sometimes with one inside.
    fn components(&mut self) {
        if !self.random.once_in(3) {
            return;
        }
        let nested = self.random.once_in(3);
        for (path, inner) in [("/inner", None), ("/component", Some("../inner"))] {
            if path == "/inner" && !nested {
                continue;
            }
            let mut part =
                Folder { random: self.random, path, fields: Map::new(), files: self.files, visible: std::mem::take(&mut self.visible) };
            part.fields.insert("apiVersion".into(), "kustomize.config.k8s.io/v1alpha1".into());
            part.fields.insert("kind".into(), "Component".into());
            if let Some(inner) = inner.filter(|_| nested) {
                part.push("components", inner.into());
            }
            if part.random.once_in(2) {
                part.resources();
            }
            part.features(3);
            self.visible = part.finish();
        }
        self.push("components", "../component".into());
    }

    /// Writes the Kustomization and answers what can be seen in it.
    fn finish(self) -> Vec<Value> {
        let name = self.random.one(&["kustomization.yaml", "kustomization.yaml", "kustomization.yml", "Kustomization"]);
        let mut fields = self.fields;
        if fields.is_empty() {
            fields.insert("namePrefix".into(), "only-".into());
        }
        let text = style::document(self.random, &Value::Object(fields));
        self.files.insert(format!("{}/{name}", self.path), text);
        self.visible
    }

    /// An object that can be seen.
    fn seen(&mut self) -> Value {
        if self.visible.is_empty() {
            return objects::new(self.random);
        }
        let at = self.random.below(self.visible.len());
        self.visible[at].clone()
    }

    /// An object of a kind that can be seen.
    fn seen_of(&mut self, kinds: &[&str]) -> Option<Value> {
        let of = |object: &&Value| kinds.contains(&object["kind"].as_str().unwrap_or_default());
        let all: Vec<&Value> = self.visible.iter().filter(of).collect();
        let at = if all.is_empty() { return None } else { self.random.below(all.len()) };
        Some(all[at].clone())
    }
}
