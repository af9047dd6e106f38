//! The `ValueAddTransformer`: one value into fields, or into paths that fields hold.

use object::{Map, Value};

use super::namespace::{SetNamespace, Subjects};
use super::{Boxed, Context, Transformer, read_config};
use crate::error::{Error, ErrorKind};
use crate::field_spec::set_scalar;
use crate::fields::{Faults, Fields};
use crate::kustomization::{Selector, read_selector};
use crate::path;
use crate::resource::{Resource, scalar_text};
use crate::resources::Resources;
use crate::selector::select;

struct AddValue {
    value: String,
    targets: Vec<Target>,
}

struct Target {
    selector: Option<Selector>,
    field_path: String,
    position: i64,
}

impl Transformer for AddValue {
    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        for target in &self.targets {
            let positions = match &target.selector {
                Some(selector) => select(resources, selector)?,
                None => (0..resources.items().len()).collect(),
            };
            for at in positions {
                self.add(&mut resources.items_mut()[at], target)?;
            }
        }
        Ok(())
    }
}

impl AddValue {
    fn add(&self, resource: &mut Resource, target: &Target) -> Result<(), Error> {
        if target.field_path == "metadata/namespace" {
            return self.set_namespace(resource);
        }
        let segments = path::split(&target.field_path, '/');
        let mut value = &mut *resource.value;
        crate::budget::check_depth(segments.len())?;
        let segments: Vec<&String> = segments.iter().filter(|segment| !segment.is_empty()).collect();
        for (at, segment) in segments.iter().enumerate() {
            let map = match value {
                Value::Object(map) => map,
                // A null on the way stays.
                Value::Null => return Ok(()),
                other => return Err(crate::field_spec::wrong_kind("MappingNode", other)),
            };
            let missing = if at + 1 < segments.len() { Value::Object(Map::new()) } else { Value::Null };
            value = map.entry(segment.as_str()).or_insert(missing);
        }
        let added = insert_segment(&scalar_text(value), &self.value, target.position);
        set_scalar(value, added.into())
    }

    /// The namespace has its own rules: cluster-scoped kinds get none, subjects of role bindings follow.
    fn set_namespace(&self, resource: &mut Resource) -> Result<(), Error> {
        let set = SetNamespace { namespace: self.value.clone(), specs: Vec::new(), unset_only: false, subjects: Subjects::NamedDefault };
        let mut one = Resources::from(vec![std::mem::take(resource)]);
        let previous = one.items()[0].previous.clone();
        set.transform(&mut one)?;
        *resource = one.into_items().pop().expect("one resource went in");
        resource.previous = previous;
        Ok(())
    }
}

/// Puts a segment into a path at a position from 1; 0 replaces the path.
fn insert_segment(path: &str, segment: &str, position: i64) -> String {
    let Ok(position @ 1..) = usize::try_from(position) else { return segment.to_owned() };
    let is_absolute = path.starts_with('/');
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    segments.insert((position - 1).min(segments.len()), segment);
    format!("{}{}", if is_absolute { "/" } else { "" }, segments.join("/"))
}

fn read_target(value: &Value, path: &str, faults: &mut Faults) -> Target {
    let mut fields = Fields::new(value, path, faults);
    Target {
        selector: fields.part("selector", read_selector),
        field_path: fields.text("fieldPath"),
        position: fields.number("filePathPosition"),
    }
}

/// Makes the transformer from a configuration object.
pub(super) fn from_config(config: &Value, context: &Context<'_>) -> Result<Boxed, Error> {
    let (value, mut targets, file) =
        read_config(config, |fields| (fields.text("value"), fields.list("targets", read_target), fields.text("targetFilePath")))?;
    let mut value = value.trim().to_owned();
    if value.is_empty() {
        context.loader.root().rsplit('/').next().unwrap_or_default().clone_into(&mut value);
    }
    if !file.is_empty() {
        let text = context.loader.read_text(&file)?;
        let more = yaml::from_str(&text).map_err(|error| Error::new(ErrorKind::Malformed, error.to_string()).in_file(&file))?;
        targets.extend(read_config(&more, |fields| fields.list("targets", read_target))?);
    }
    check(&targets)?;
    Ok(Box::new(AddValue { value, targets }))
}

fn check(targets: &[Target]) -> Result<(), Error> {
    let faulty = |what: String| Err(Error::new(ErrorKind::Malformed, what));
    if targets.is_empty() {
        return faulty("must specify at least one target".to_owned());
    }
    for target in targets {
        if target.field_path.is_empty() {
            return faulty("fieldPath cannot be empty".to_owned());
        }
        if target.position < 0 {
            return faulty(format!("value of FilePathPosition ({}) cannot be negative", target.position));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_go_where_the_position_says() {
        for (path, position, expected) in [
            ("", 1, "PEACH"),
            ("/", 1, "/PEACH"),
            ("pie", 1, "PEACH/pie"),
            ("/pie", 1, "/PEACH/pie"),
            ("raw", 2, "raw/PEACH"),
            ("/a/nice/warm/pie", 4, "/a/nice/warm/PEACH/pie"),
            ("a", 99, "a/PEACH"),
            ("a", 0, "PEACH"),
        ] {
            assert_eq!(insert_segment(path, "PEACH", position), expected, "{path}");
        }
    }
}
