//! Transformer configuration out of the `crds` field: OpenAPI definitions whose extensions say which fields hold names.

use std::sync::Arc;

use object::Value;

use super::{BackReference, Config, List, Lists, merge_reference, merge_specs};
use crate::error::{Error, ErrorKind};
use crate::field_spec::FieldSpec;
use crate::id::Gvk;

/// Nesting of definitions that is followed.
const DEPTH_MAX: usize = 32;

/// Reads one file of definitions: type name to `{Schema: {properties: ...}}`.
pub(crate) fn from_crds(text: &str) -> Result<Config, Error> {
    let definitions = yaml::from_str(text).map_err(|error| Error::new(ErrorKind::Malformed, error.to_string()))?;
    if !definitions.is_object() && !definitions.is_null() {
        return Err(Error::new(ErrorKind::Malformed, "json: a file of definitions must be a mapping of type names"));
    }
    let mut lists = Lists::default();
    for (name, definition) in definitions.as_object().into_iter().flatten() {
        if looks_like_an_object(definition) {
            let kind = name.rsplit('.').next().unwrap_or_default();
            collect(&mut lists, &definitions, kind, name, &mut Vec::new())?;
        }
    }
    lists.sort();
    Ok(Config::Joined(Arc::new(lists)))
}

fn properties(definition: &Value) -> Option<&object::Map<String, Value>> {
    let schema = definition.get("Schema").or_else(|| definition.get("schema"))?;
    schema.get("properties")?.as_object()
}

fn looks_like_an_object(definition: &Value) -> bool {
    properties(definition).is_some_and(|fields| ["kind", "apiVersion", "metadata"].iter().all(|field| fields.contains_key(*field)))
}

fn collect(lists: &mut Lists, definitions: &Value, kind: &str, name: &str, path: &mut Vec<String>) -> Result<(), Error> {
    if path.len() > DEPTH_MAX {
        return Err(Error::new(ErrorKind::Limit, format!("definitions of {kind} are nested deeper than {DEPTH_MAX}")));
    }
    let Some(fields) = definitions.get(name).and_then(properties) else { return Ok(()) };
    for (field, property) in fields {
        path.push(field.clone());
        collect_field(lists, kind, property, path)?;
        if let Some(reference) = property.get("$ref").and_then(Value::as_str) {
            collect(lists, definitions, kind, reference, path)?;
        }
        path.pop();
    }
    Ok(())
}

fn collect_field(lists: &mut Lists, kind: &str, property: &Value, path: &[String]) -> Result<(), Error> {
    let spec = |path: &[String]| FieldSpec::new(Gvk { kind, ..Gvk::default() }, &path.join("/"), false);
    let extension = |name: &str| property.get(name).and_then(Value::as_str);
    for (name, list) in [
        ("x-kubernetes-annotation", List::CommonAnnotations),
        ("x-kubernetes-label-selector", List::CommonLabels),
        ("x-kubernetes-identity", List::NamePrefix),
    ] {
        if extension(name).is_some() {
            merge_specs(&mut lists.lists[list as usize], &[spec(path)])?;
        }
    }
    if let (Some(version), Some(target)) = (extension("x-kubernetes-object-ref-api-version"), extension("x-kubernetes-object-ref-kind")) {
        let name_key = extension("x-kubernetes-object-ref-name-key").unwrap_or("name");
        let path: Vec<String> = path.iter().cloned().chain([name_key.to_owned()]).collect();
        let reference =
            BackReference { group: String::new(), version: version.to_owned(), kind: target.to_owned(), referrers: vec![spec(&path)] };
        merge_reference(&mut lists.references, reference)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn references_in_extensions_become_fields() {
        let text = r##"{"x.Bee": {"Schema": {"properties": {"kind": {}, "apiVersion": {}, "metadata": {}, "spec": {"$ref": "x.BeeSpec"}}}},
            "x.BeeSpec": {"Schema": {"properties": {"secretRef": {
                "x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "Secret"}}}}}"##;
        let config = from_crds(text).unwrap();
        let references = config.references(&HashSet::new());
        let secret = references.iter().find(|reference| reference.kind == "Secret").unwrap();
        assert!(secret.referrers.iter().any(|spec| spec.kind == "Bee" && spec.path == "spec/secretRef/name"));
    }
}
