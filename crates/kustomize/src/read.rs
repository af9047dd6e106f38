//! Text to resources: documents, lists of objects taken apart, what is no object refused.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use object::Value;
use yaml::Node;

use crate::error::{Error, ErrorKind, Errors};
use crate::resource::{Place, Resource, scalar_text};
use crate::spelling;

/// Reads every object of a text; empty documents are skipped, `...List` objects with `items` become their items.
///
/// Errors: the first fault of a text that is no YAML, else the faults of all its documents.
pub(crate) fn resources(text: &str, file: &str) -> Result<Vec<Resource>, Errors> {
    let file: Arc<str> = file.into();
    let text = &*split(text).map_err(|error| error.in_file(&file))?;
    let documents = yaml::parse(text, &yaml::Options::kustomize()).map_err(|error| malformed(&error, &file))?;
    let mut queue: VecDeque<(Value, usize)> = documents.into_iter().map(|document| (document.value, document.line)).collect();
    unwrap_single_list(&mut queue);
    queue.retain(|(value, _)| !is_empty(value));
    let faults = queue.iter().filter_map(|(value, line)| Some(check(value).err()?.in_file(&file).at_line(*line)));
    Errors::check(faults.collect())?;
    let mut spellings = spellings(text, &queue);
    let mut resources = Vec::with_capacity(queue.len());
    while let Some((value, line)) = queue.pop_front() {
        let place = Place { file: file.clone(), line };
        match expand(value, line, &mut queue).map_err(|error| error.in_file(&file).at_line(line))? {
            Some(value) => resources.push(spelled(value, place, spellings.remove(&line))),
            None => continue,
        }
    }
    Ok(resources)
}

/// The text, if the reference can split it into documents: it looks for lines that begin with `---` and reads what stands between
/// them one by one, so nothing but a comment may stand on such a line, no directive before it, and a byte order mark behind it.
fn split(text: &str) -> Result<Cow<'_, str>, Error> {
    const SEPARATOR: &str = "\n---";
    const MARK: char = '\u{feff}';
    let malformed = |what: String, line: usize| Err(Error::new(ErrorKind::Malformed, what).at_line(line));
    if text.starts_with('%') || text.contains("\n%") {
        check_directives(text)?;
    }
    let mut has_mark = false;
    for (at, _) in text.match_indices(SEPARATOR) {
        let Some((content, rest)) = text[at + SEPARATOR.len()..].split_once('\n') else { break };
        let content = content.trim();
        if !content.is_empty() && !content.starts_with('#') {
            let line = text[..at].matches('\n').count() + 2;
            return malformed(format!("invalid document separator: ---{content}"), line);
        }
        has_mark |= rest.starts_with(MARK);
    }
    Ok(if has_mark { Cow::Owned(text.replace(&format!("\n{MARK}"), "\n")) } else { Cow::Borrowed(text) })
}

/// Refuses directives: the reference cuts them off from their document.
fn check_directives(text: &str) -> Result<(), Error> {
    let mut is_first = true;
    for (at, line) in text.lines().enumerate() {
        if is_first && line.starts_with('%') {
            let what = "MalformedYAMLError: yaml: line 1: did not find expected <document start>";
            return Err(Error::new(ErrorKind::Malformed, what).at_line(at + 1).hint("take the line with `%` out"));
        }
        // Of two separators in a row the second belongs to the document behind it.
        is_first = line.starts_with("---") && !is_first;
    }
    Ok(())
}

/// The nodes of the documents, by line, if an object's value does not tell enough. Objects inside lists have none.
fn spellings<'a>(text: &'a str, queue: &VecDeque<(Value, usize)>) -> BTreeMap<usize, Node<'a>> {
    let is_list = |value: &Value| self::text(value.get("kind")).ends_with("List");
    if !queue.iter().any(|(value, _)| !is_list(value) && spelling::is_needed(value)) {
        return BTreeMap::new();
    }
    let nodes = yaml::parse_nodes(text, &yaml::Options::v3()).unwrap_or_default();
    let lines = queue.iter().filter(|(value, _)| !is_list(value)).map(|(_, line)| *line);
    let lines: BTreeSet<usize> = lines.collect();
    nodes.into_iter().map(|node| (node.start.line as usize, node)).filter(|(line, _)| lines.contains(line)).collect()
}

fn spelled(mut value: Value, place: Place, node: Option<Node<'_>>) -> Resource {
    let Some(node) = node.filter(|node| is_of(node, &value) && spelling::is_needed(&value)) else { return Resource::new(value, place) };
    let written = spelling::written(&value, &node);
    spelling::restore_annotations(&mut value, &node);
    Resource { blanks: spelling::blanks(&node), written, ..Resource::new(value, place) }
}

/// Whether a node is this object, and not the list that held it.
fn is_of(node: &Node<'_>, value: &Value) -> bool {
    node.get("kind").and_then(Node::as_str) == value.get("kind").and_then(Value::as_str)
}

fn malformed(error: &yaml::Error, file: &str) -> Error {
    let message =
        if file.is_empty() { format!("MalformedYAMLError: {error}") } else { format!("MalformedYAMLError: {error} in File: {file}") };
    Error::new(ErrorKind::Malformed, message).in_file(file).at_line(error.line)
}

/// A text of one document that is a `List` or `ResourceList` stands for its items.
fn unwrap_single_list(queue: &mut VecDeque<(Value, usize)>) {
    let [(value, line)] = queue.make_contiguous() else { return };
    let is_list = matches!(value.get("kind").and_then(Value::as_str), Some("List" | "ResourceList"));
    if !is_list || (value.get("items").is_none() && value.get("functionConfig").is_none()) {
        return;
    }
    let line = *line;
    let items = match value.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    queue.clear();
    queue.extend(items.into_iter().map(|item| (item, line)));
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// An object has a kind, and a name unless it is a list.
pub(crate) fn check(value: &Value) -> Result<(), Error> {
    let api_version = text(value.get("apiVersion"));
    let kind = text(value.get("kind"));
    let metadata = |field: &str| text(value.get("metadata").and_then(|metadata| metadata.get(field)));
    let name = metadata("name");
    let faulty = |what: &str, hint: &str| Err(Error::new(ErrorKind::Malformed, what).hint(hint));
    if api_version.is_empty() && kind.is_empty() && name.is_empty() && value.get("metadata").is_none_or(is_empty) {
        return faulty("missing Resource metadata", "every document is an object with `apiVersion`, `kind` and `metadata.name`");
    }
    let shown = format!("{{{{{api_version} {kind}}} {{{{{name} {}}} map[] map[]}}}}", metadata("namespace"));
    if kind.is_empty() {
        return faulty(&format!("missing kind in object {shown}"), "add `kind`");
    }
    if name.is_empty() && !kind.ends_with("List") {
        return faulty(&format!("missing metadata.name in object {shown}"), "add `metadata.name`");
    }
    Ok(())
}

fn text(value: Option<&Value>) -> Cow<'_, str> {
    value.map(scalar_text).unwrap_or_default()
}

/// A list of objects goes to the end of the queue; anything else comes back.
fn expand(mut value: Value, line: usize, queue: &mut VecDeque<(Value, usize)>) -> Result<Option<Value>, Error> {
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !kind.ends_with("List") {
        return Ok(Some(value));
    }
    let items = match value.get_mut("items").map(Value::take) {
        None => return Ok(Some(value)),
        Some(Value::Null) => return Ok(None),
        Some(Value::Array(items)) => items,
        Some(other) => {
            let found = if other.is_object() { "map[string]interface {}" } else { "string" };
            return Err(Error::new(ErrorKind::Malformed, format!("expected array in {kind}/items, but found {found}")));
        }
    };
    for item in items.into_iter().filter(|item| !is_empty(item)) {
        check(&item)?;
        queue.push_back((item, line));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        resources(text, "f.yaml").unwrap().iter().map(|resource| resource.name().into_owned()).collect()
    }

    #[test]
    fn documents_and_lists_become_objects() {
        assert_eq!(names("---\n---\nkind: A\nmetadata: {name: a}\n---\nkind: B\nmetadata: {name: b}\n"), ["a", "b"]);
        let list = "apiVersion: v1\nkind: List\nitems:\n- {kind: A, metadata: {name: a}}\n- {kind: BList, items: [{kind: B, metadata: {name: b}}]}\n";
        assert_eq!(names(list), ["a", "b"]);
        assert!(names("apiVersion: v1\nkind: AList\nitems:\n").is_empty());
    }

    #[test]
    fn what_is_no_object_is_refused_with_its_line() {
        for (text, message) in [
            ("kind: A\nmetadata: {name: a}\n---\nkind: B\n", "missing metadata.name"),
            ("metadata: {name: a}\n", "missing kind"),
            ("- a\n", "missing Resource metadata"),
            ("a: [\n", "MalformedYAMLError"),
        ] {
            let error = resources(text, "f.yaml").unwrap_err().into_first();
            assert!(error.message.contains(message) && error.file == "f.yaml" && error.line > 0, "{error}");
        }
    }
}
