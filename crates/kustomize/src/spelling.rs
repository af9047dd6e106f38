//! What a value does not tell of its text: how an annotation that is no string was written, and which nulls are mere blanks.
//!
//! The reference keeps the text of every scalar. Two of its habits show: annotations are printed as they were written, and a
//! strategic merge drops `key:` where it keeps `key: null`. Texts are read a second time only where one of the two is there.

use object::Value;
use yaml::{Node, NodeKind};

use crate::merge::{Node as SchemaNode, Schema};
use crate::resource::scalar_text;

/// Steps from an object to one of its values; a list is entered by the element's position.
pub(crate) type Steps = Vec<Step>;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Into a field.
    Field(String),
    /// Into an element.
    Element(usize),
}

/// Null fields that say nothing about blanks: generators of manifests write them as `null`.
const ALWAYS_NULL: &str = "creationTimestamp";

/// The fields of `metadata` that hold texts.
const TEXT_FIELDS: [&str; 2] = ["labels", "annotations"];

/// How a label or annotation that is no string was written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// `labels` or `annotations`.
    pub field: &'static str,
    pub key: String,
    pub text: String,
    pub was_null: bool,
}

/// Whether an object's text has to be read again.
pub(crate) fn is_needed(object: &Value) -> bool {
    let texts = |field: &str| object.get("metadata").and_then(|metadata| metadata.get(field)).and_then(Value::as_object);
    let has_other = |field: &&str| texts(field).is_some_and(|texts| texts.values().any(|value| !value.is_string()));
    TEXT_FIELDS.iter().any(has_other) || has_null(object)
}

/// The labels and annotations that are no strings, as they were written.
pub(crate) fn written(object: &Value, node: &Node<'_>) -> Vec<Written> {
    let mut found = Vec::new();
    for field in TEXT_FIELDS {
        let values = object.get("metadata").and_then(|metadata| metadata.get(field)).and_then(Value::as_object);
        let nodes = node.get("metadata").and_then(|metadata| metadata.get(field));
        for (key, value) in values.into_iter().flatten().filter(|(_, value)| !value.is_string()) {
            if let Some(text) = nodes.and_then(|nodes| nodes.get(key)).and_then(Node::as_str) {
                found.push(Written { field, key: key.clone(), text: text.to_owned(), was_null: value.is_null() });
            }
        }
    }
    found
}

/// Makes the values of labels or annotations texts, as they were written; what holds none goes away.
pub(crate) fn make_texts(object: &mut Value, field: &str, written: &[Written]) {
    let Some(Value::Object(metadata)) = object.get_mut("metadata") else { return };
    let Some(values) = metadata.get_mut(field) else { return };
    let texts = values.as_object_mut().filter(|texts| !texts.is_empty());
    let Some(texts) = texts else {
        metadata.remove(field);
        return;
    };
    for (key, value) in texts.iter_mut().filter(|(_, value)| !value.is_string()) {
        let text = written.iter().find(|written| written.field == field && written.key == *key).map(|written| written.text.as_str());
        *value = text.map_or_else(|| scalar_text(value).into_owned(), str::to_owned).into();
    }
}

/// As [`settle_annotations`], where an object is read: what was written as nothing stays blank.
pub(crate) fn settle_read_annotations(object: &mut Value, written: &mut Vec<Written>) {
    let blanks: Vec<Written> = written.iter().filter(|written| written.text.is_empty()).cloned().collect();
    settle_annotations(object, written);
    if !blanks.is_empty() {
        restore_nulls(object, &blanks);
    }
}

/// Makes annotations texts for good, as the reference does when it writes its records beside them.
pub(crate) fn settle_annotations(object: &mut Value, written: &mut Vec<Written>) {
    if written.iter().any(|written| written.field == "annotations") {
        make_texts(object, "annotations", written);
        written.retain(|written| written.field != "annotations");
    }
}

/// Makes the annotations null again that were read as null.
pub(crate) fn restore_nulls(object: &mut Value, written: &[Written]) {
    let Some(Value::Object(annotations)) = object.pointer_mut("/metadata/annotations") else { return };
    for written in written.iter().filter(|written| written.was_null && written.field == "annotations") {
        annotations.insert(written.key.clone(), Value::Null);
    }
}

/// Gives annotations the text of what they mean, as JSON makes it of numbers.
pub(crate) fn read_annotations(object: &mut Value, written: &[Written]) {
    let Some(Value::Object(annotations)) = object.pointer_mut("/metadata/annotations") else { return };
    for written in written.iter().filter(|written| written.field == "annotations" && !written.was_null) {
        if let Some(value) = annotations.get_mut(&written.key).filter(|value| value.as_str() == Some(&written.text)) {
            *value = scalar_text(&crate::path::plain(&written.text)).into_owned().into();
        }
    }
}

/// Whether a path leads to one of these places.
pub(crate) fn is_one_of(places: &[Steps], segments: &[String]) -> bool {
    places.iter().any(|steps| is_way(steps, segments))
}

/// Whether a path leads the same way as these steps.
pub(crate) fn is_way(steps: &[Step], segments: &[String]) -> bool {
    let is_same = |(step, segment): (&Step, &String)| match step {
        Step::Field(name) => name == segment,
        Step::Element(at) => at.to_string() == *segment,
    };
    steps.len() == segments.len() && steps.iter().zip(segments).all(is_same)
}

/// Steps as a message shows them.
pub(crate) fn dotted(steps: &[Step]) -> String {
    let text = |step: &Step| match step {
        Step::Field(name) => name.clone(),
        Step::Element(at) => at.to_string(),
    };
    steps.iter().map(text).collect::<Vec<_>>().join(".")
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| if value.is_null() { key != ALWAYS_NULL } else { has_null(value) }),
        Value::Array(items) => items.iter().any(has_null),
        _ => false,
    }
}

/// Gives annotations the text they were written with.
pub(crate) fn restore_annotations(object: &mut Value, node: &Node<'_>) {
    let Some(Value::Object(annotations)) = object.pointer_mut("/metadata/annotations") else { return };
    let Some(written) = node.get("metadata").and_then(|metadata| metadata.get("annotations")) else { return };
    for (key, value) in annotations.iter_mut().filter(|(_, value)| !value.is_string()) {
        if let Some(text) = written.get(key).and_then(Node::as_str).filter(|text| !text.is_empty()) {
            *value = text.into();
        }
    }
}

/// The places of an object that are null because nothing was written there.
pub(crate) fn blanks(node: &Node<'_>) -> Vec<Steps> {
    let mut found = Vec::new();
    gather(node, &mut Vec::new(), &mut found);
    found
}

fn gather(node: &Node<'_>, at: &mut Steps, found: &mut Vec<Steps>) {
    match &node.kind {
        NodeKind::Scalar { text, style: yaml::ScalarStyle::Plain } if text.is_empty() && node.tag.is_none() => found.push(at.clone()),
        NodeKind::Scalar { .. } | NodeKind::Alias(_) => {}
        NodeKind::Mapping { pairs, .. } => {
            for (key, value) in pairs {
                at.push(Step::Field(key.as_str().unwrap_or_default().to_owned()));
                gather(value, at, found);
                at.pop();
            }
        }
        NodeKind::Sequence { items, .. } => {
            for (position, item) in items.iter().enumerate() {
                at.push(Step::Element(position));
                gather(item, at, found);
                at.pop();
            }
        }
    }
}

/// Takes the blank fields out that a strategic merge walks over: those below mappings and below lists that merge.
pub(crate) fn drop_blanks(object: &mut Value, blanks: &[Steps], schema: &Schema) {
    let root = schema.of_object(object);
    blanks.iter().filter(|steps| is_walked(root, steps)).for_each(|steps| drop_blank(object, steps));
}

/// Whether a strategic merge walks over a place: it does not go into lists that do not merge.
fn is_walked(root: Option<SchemaNode<'_>>, steps: &[Step]) -> bool {
    let mut node = root;
    for step in steps {
        match step {
            Step::Field(name) => node = node.and_then(|node| node.field(name)),
            Step::Element(_) if node.is_none_or(|node| node.merge_keys().is_none()) => return false,
            Step::Element(_) => node = node.and_then(SchemaNode::element),
        }
    }
    true
}

fn drop_blank(object: &mut Value, steps: &[Step]) {
    let Some((Step::Field(last), before)) = steps.split_last() else { return };
    if let Some(Value::Object(map)) = crate::path::step_into(object, before)
        && map.get(last).is_some_and(Value::is_null)
    {
        map.remove(last);
    }
}
