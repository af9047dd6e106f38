//! The ordered set of resources a build works on: no two with the same identity at the end of each step.

use std::collections::HashMap;

use object::{Map, Value};

use crate::budget::{Budget, weight};
use crate::error::Error;
use crate::id::Id;
use crate::resource::{Behavior, Resource, scalar_text};

/// Resources in order, with an index of identities that is made when needed and dropped on writing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resources {
    items: Vec<Resource>,
    /// Fingerprint of the current identity to position; `None` after a write.
    index: Option<HashMap<u64, usize>>,
    /// What was read and written to make them.
    pub budget: Budget,
}

impl Resources {
    /// The resources in order.
    pub fn items(&self) -> &[Resource] {
        &self.items
    }

    /// The resources for writing.
    pub fn items_mut(&mut self) -> &mut Vec<Resource> {
        self.index = None;
        &mut self.items
    }

    /// Takes the resources out.
    pub fn into_items(self) -> Vec<Resource> {
        self.items
    }

    /// Adds one resource at the end.
    pub fn append(&mut self, resource: Resource) -> Result<(), Error> {
        let fingerprint = resource.id().fingerprint();
        let items = &self.items;
        let index = self.index.get_or_insert_with(|| index_of(items));
        if let Some(at) = index.get(&fingerprint)
            && self.items[*at].id().is(&resource.id())
        {
            return Err(conflict(&self.items[*at], &resource));
        }
        index.insert(fingerprint, self.items.len());
        self.items.push(resource);
        Ok(())
    }

    /// Adds all resources at the end.
    pub fn append_all(&mut self, resources: impl IntoIterator<Item = Resource>) -> Result<(), Error> {
        resources.into_iter().try_for_each(|resource| self.append(resource))
    }

    /// Refuses two resources with one identity.
    pub fn check_unique(&mut self) -> Result<(), Error> {
        let items = std::mem::take(self.items_mut());
        self.append_all(items)
    }

    /// Drops what transformers deleted.
    pub fn drop_deleted(&mut self) {
        if self.items.iter().any(Resource::is_deleted) {
            self.items_mut().retain(|resource| !resource.is_deleted());
        }
    }

    /// Positions of the resources that have or had this identity.
    pub fn with_any_id(&self, wanted: impl Fn(&Id<'_>) -> bool) -> Vec<usize> {
        let live = self.items.iter().enumerate().filter(|(_, resource)| !resource.is_deleted());
        live.filter(|(_, resource)| resource.all_ids().any(|id| wanted(&id))).map(|(at, _)| at).collect()
    }

    /// The one resource that has or had this identity.
    pub fn one_with_any_id(&self, id: &Id<'_>) -> Result<usize, Error> {
        match self.with_any_id(|other| other.is(id)).as_slice() {
            [at] => Ok(*at),
            [] => Err(Error::build(format!("no matches for Id {id}; failed to find unique target for patch {id}"))),
            _ => Err(Error::build(format!("multiple matches for Id {id}; failed to find unique target for patch {id}"))),
        }
    }

    /// Adds a generated resource, or merges it into the one it names, as its behaviour says.
    pub fn absorb(&mut self, mut generated: Resource) -> Result<(), Error> {
        self.budget.spend(weight(&generated.value))?;
        let matches = {
            let id = generated.id();
            self.with_any_id(|other| other.is(&id))
        };
        match (matches.as_slice(), generated.behavior) {
            ([], Behavior::Merge | Behavior::Replace) => Err(nothing_to_merge(&generated)),
            ([], _) => self.append(generated),
            ([at], Behavior::Replace) => {
                inherit_metadata(&mut generated, &self.items[*at]);
                self.put(*at, generated)
            }
            ([at], Behavior::Merge) => {
                merge_into(&mut generated, &self.items[*at])?;
                self.put(*at, generated)
            }
            ([_], behavior) => Err(must_merge(&generated, behavior)),
            _ => Err(Error::build(format!("found multiple objects that could accept merge of {}", generated.id()))),
        }
    }

    /// Replaces the resource at a position; its identity must be found exactly there.
    fn put(&mut self, at: usize, resource: Resource) -> Result<(), Error> {
        let id = resource.id();
        let matches = self.items.iter().filter(|other| other.id().is(&id)).count();
        if matches != 1 || !self.items[at].id().is(&id) {
            return Err(Error::build(format!("in Replace: id matched {matches} resources: {id}")));
        }
        self.items_mut()[at] = resource;
        Ok(())
    }
}

impl From<Vec<Resource>> for Resources {
    fn from(items: Vec<Resource>) -> Resources {
        Resources { items, index: None, budget: Budget::default() }
    }
}

fn index_of(items: &[Resource]) -> HashMap<u64, usize> {
    items.iter().enumerate().map(|(at, resource)| (resource.id().fingerprint(), at)).collect()
}

fn conflict(first: &Resource, second: &Resource) -> Error {
    let id = second.id();
    let hint = match (&*first.place.file, &*second.place.file) {
        ("", _) | (_, "") => "give the two different names or namespaces, or remove one".to_owned(),
        (first_file, second_file) => {
            format!("it is in `{first_file}` and in `{second_file}`: remove one, or give the two different names or namespaces")
        }
    };
    let error = Error::build(format!("may not add resource with an already registered id: {id}")).hint(hint);
    error.in_file(&second.place.file).at_line(second.place.line)
}

fn nothing_to_merge(generated: &Resource) -> Error {
    let id = generated.id();
    Error::build(format!("id {id} does not exist; cannot merge or replace"))
        .hint("use behavior `create`, or name a resource that is there (its original or its current name)")
}

fn must_merge(generated: &Resource, behavior: Behavior) -> Error {
    let message = format!("id {} exists; can not use behavior: '{}', behavior must be merge or replace", generated.id(), behavior.as_str());
    Error::build(message).hint("set `behavior: merge` or `behavior: replace`, or choose another name")
}

/// Gives a generated resource the metadata and the memory of the one it replaces.
fn inherit_metadata(generated: &mut Resource, old: &Resource) {
    for field in ["labels", "annotations"] {
        let merged = merged_texts(old.texts(field), generated.texts(field));
        generated.set_texts(field, merged);
    }
    generated.set_name(&old.name());
    generated.set_namespace(&old.namespace());
    generated.previous.clone_from(&old.previous);
    generated.prefixes.clone_from(&old.prefixes);
    generated.suffixes.clone_from(&old.suffixes);
    generated.behavior = old.behavior;
    generated.needs_hash &= old.needs_hash;
    generated.read_by_vars.clone_from(&old.read_by_vars);
    generated.transformations.clone_from(&old.transformations);
}

fn merge_into(generated: &mut Resource, old: &Resource) -> Result<(), Error> {
    let is_secret = generated.api_version() == "v1" && generated.kind() == "Secret";
    let old_data = if is_secret { crate::generators::secret::data_with_string_data(old)? } else { data_of(old, "data") };
    inherit_metadata(generated, old);
    merge_data(generated, "data", &old_data);
    merge_data(generated, "binaryData", &data_of(old, "binaryData"));
    if old.origin.is_some() {
        generated.origin.clone_from(&old.origin);
    }
    Ok(())
}

/// One data field as texts.
fn data_of(resource: &Resource, field: &str) -> Map<String, Value> {
    let data = resource.value.get(field).and_then(Value::as_object).into_iter().flatten();
    data.map(|(key, value)| (key.clone(), Value::String(scalar_text(value).into_owned()))).collect()
}

fn merge_data(generated: &mut Resource, field: &str, old: &Map<String, Value>) {
    let mut merged = old.clone();
    merged.extend(data_of(generated, field));
    let map = crate::resource::mapping(&mut generated.value);
    if merged.is_empty() {
        map.remove(field);
    } else {
        map.insert(field.to_owned(), Value::Object(merged));
    }
}

fn merged_texts<'a, T: AsRef<str>>(
    first: impl Iterator<Item = (&'a str, T)>,
    second: impl Iterator<Item = (&'a str, T)>,
) -> Map<String, Value> {
    first.chain(second).map(|(key, value)| (key.to_owned(), Value::String(value.as_ref().to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Place;
    use serde_json::json;

    fn config_map(name: &str, data: Value) -> Resource {
        Resource::new(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}), Place::default())
    }

    #[test]
    fn two_resources_with_one_identity_are_refused() {
        let mut resources = Resources::default();
        resources.append(config_map("a", json!({}))).unwrap();
        let error = resources.append(config_map("a", json!({}))).unwrap_err();
        assert_eq!(error.message, "may not add resource with an already registered id: ConfigMap.v1.[noGrp]/a.[noNs]");
    }

    #[test]
    fn a_generated_resource_merges_into_the_one_it_names() {
        let mut resources = Resources::default();
        resources.append(config_map("a", json!({"x": "1", "y": "2"}))).unwrap();
        let generated = Resource { behavior: Behavior::Merge, ..config_map("a", json!({"y": "3"})) };
        resources.absorb(generated).unwrap();
        assert_eq!(resources.items()[0].value["data"], json!({"x": "1", "y": "3"}));
        assert!(resources.absorb(config_map("a", json!({}))).is_err());
        assert!(resources.absorb(Resource { behavior: Behavior::Replace, ..config_map("b", json!({})) }).is_err());
    }
}
