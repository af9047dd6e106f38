//! What the reference keeps in annotations of an object: read where an earlier build left it, and forgotten where a patch wipes it.

use object::Value;

use crate::resource::{Behavior, Previous, Resource};

const INTERNAL: &str = "internal.config.kubernetes.io/";
const ENABLED: &str = "enabled";
/// Reader annotations of the reference program's libraries; never part of the output.
const READER_ANNOTATIONS: [&str; 3] = ["config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id"];

impl Resource {
    /// Whether the reference keeps anything in annotations, so that there are some.
    pub fn has_records(&self) -> bool {
        let lists = [&self.prefixes, &self.suffixes, &self.read_by_vars];
        let is_generated = self.behavior != Behavior::Unspecified || self.needs_hash;
        is_generated || !self.previous.is_empty() || self.origin.is_some() || lists.iter().any(|list| !list.is_empty())
    }

    /// Forgets what the reference keeps in annotations, because a patch wiped them.
    pub fn forget(&mut self) {
        (self.previous, self.prefixes, self.suffixes, self.transformations) = Default::default();
        (self.origin, self.behavior, self.needs_hash) = (None, Behavior::Unspecified, false);
    }

    /// Reads the memory that an earlier build may have left in annotations, and takes it out of the object.
    pub fn take_internal_annotations(&mut self) {
        let has_any =
            self.metadata("annotations").and_then(Value::as_object).is_some_and(|annotations| annotations.keys().any(is_internal));
        if !has_any {
            return;
        }
        let Some(Value::Object(annotations)) = self.metadata_mut().get_mut("annotations") else { return };
        let internal: Vec<String> = annotations.keys().filter(|key| is_internal(key)).cloned().collect();
        let taken: Vec<(String, Value)> = internal.into_iter().filter_map(|key| annotations.remove_entry(&key)).collect();
        let lookup = |name: &str| {
            let value = taken.iter().find(|(key, _)| key.strip_prefix(INTERNAL) == Some(name)).map(|(_, value)| value);
            value.and_then(Value::as_str).unwrap_or_default()
        };
        self.prefixes = list(lookup("prefixes"));
        self.suffixes = list(lookup("suffixes"));
        self.behavior = Behavior::parse(lookup("generatorBehavior"));
        self.needs_hash = lookup("needsHashSuffix") == ENABLED;
        self.allow_name_change = lookup("allowNameChange") == ENABLED;
        self.allow_kind_change = lookup("allowKindChange") == ENABLED;
        let names = list(lookup("previousNames"));
        let namespaces = list(lookup("previousNamespaces"));
        let kinds = list(lookup("previousKinds"));
        let previous = names.into_iter().zip(namespaces).zip(kinds);
        self.previous = previous.map(|((name, namespace), kind)| Previous { kind, name, namespace }).collect();
    }
}

fn is_internal(key: impl AsRef<str>) -> bool {
    let key = key.as_ref();
    key.starts_with(INTERNAL) || READER_ANNOTATIONS.contains(&key)
}

fn list(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { text.split(',').map(str::to_owned).collect() }
}

#[cfg(test)]
mod tests {
    use crate::resource::{Place, Resource};
    use serde_json::json;

    #[test]
    fn memory_in_annotations_is_read_and_removed() {
        let value = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "sub-web", "annotations": {
            "keep": "me",
            "internal.config.kubernetes.io/previousKinds": "Service",
            "internal.config.kubernetes.io/previousNames": "web",
            "internal.config.kubernetes.io/previousNamespaces": "default",
        }}});
        let resource = Resource::new(value, Place::default());
        assert_eq!(resource.original_id().to_string(), "Service.v1.[noGrp]/web.default");
        assert_eq!(resource.texts("annotations").count(), 1);
    }
}
