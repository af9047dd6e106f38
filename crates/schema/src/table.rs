//! The reader of `data/types.txt`, which `cargo xtask gen schema` writes.
//!
//! A line is `name%annotation… field[!]:type%annotation… …`, sorted by name; `!` marks a required field. A type is a
//! letter (`s` string, `y` bytes, `t` time, `u` micro time, `i` int32, `l` int64, `n` number, `b` bool, `q` quantity,
//! `x` int-or-string, `*` anything), `[type]`, `{type}` or the name of a definition. Annotations: `atomic`, `set`,
//! `map(keys)` for topology, `merge`, `retainKeys`, `key(name)` for strategic merge, `=json` for a default.
//! Refuses to be lenient: the table is ours, so a line it cannot read reads as unknown, and a test reads them all.

use crate::types::{Catalog, Field, ListTopology, Merge, Node, Scalar, Shape, Slot};
use std::sync::OnceLock;

const TYPES: &str = include_str!("../data/types.txt");

/// The built-in definitions; each is parsed when first asked for. Cost: one pass over the lines.
pub(crate) fn catalog() -> Catalog {
    Catalog { slots: TYPES.lines().map(slot).collect() }
}

fn slot(line: &'static str) -> Slot {
    let head = line.split(' ').next().unwrap_or(line);
    let name = head.split('%').next().unwrap_or(head);
    Slot { name: name.into(), source: line, node: OnceLock::new() }
}

/// Parses one line.
pub(crate) fn parse(catalog: &Catalog, line: &str) -> Node {
    let mut words = line.split(' ');
    let head = words.next().unwrap_or("");
    let mut fields: Vec<Field> = words.filter_map(|word| field(catalog, word)).collect();
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    let rest = fields.is_empty().then(|| Box::new(Node::default()));
    let mut node = Node { shape: Shape::Object(fields, rest), ..Node::default() };
    annotate(&mut node, head.split('%').skip(1));
    node
}

fn field(catalog: &Catalog, word: &str) -> Option<Field> {
    let (name, rest) = word.split_once(':')?;
    let (code, annotations) = rest.split_once('%').unwrap_or((rest, ""));
    let mut node = Node { shape: shape(catalog, code), ..Node::default() };
    annotate(&mut node, annotations.split('%').filter(|annotation| !annotation.is_empty()));
    Some(Field { name: name.trim_end_matches('!').into(), required: name.ends_with('!'), node })
}

fn shape(catalog: &Catalog, code: &str) -> Shape {
    if let Some(items) = code.strip_prefix('[') {
        let items = Node { shape: shape(catalog, items.trim_end_matches(']')), ..Node::default() };
        return Shape::List(Box::new(items), ListTopology::Atomic);
    }
    if let Some(values) = code.strip_prefix('{') {
        let values = values.strip_suffix('}').unwrap_or(values);
        return Shape::Map(Box::new(Node { shape: shape(catalog, values), ..Node::default() }));
    }
    scalar(code).map_or_else(|| catalog.position(code).map_or(Shape::Any, Shape::Definition), Shape::Scalar)
}

fn scalar(code: &str) -> Option<Scalar> {
    Some(match code {
        "s" => Scalar::String,
        "y" => Scalar::Bytes,
        "t" => Scalar::Time,
        "u" => Scalar::MicroTime,
        "i" => Scalar::Int32,
        "l" => Scalar::Int64,
        "n" => Scalar::Number,
        "b" => Scalar::Bool,
        "q" => Scalar::Quantity,
        "x" => Scalar::IntOrString,
        _ => return None,
    })
}

fn annotate<'a>(node: &mut Node, annotations: impl Iterator<Item = &'a str>) {
    for annotation in annotations {
        if let Some(default) = annotation.strip_prefix('=') {
            node.default = serde_json::from_str(default).ok();
        } else if let Some(keys) = argument(annotation, "map") {
            topology(node, ListTopology::Map(keys.split(',').map(str::to_string).collect()));
        } else if let Some(key) = argument(annotation, "key") {
            node.merge.key = Some(key.into());
        } else {
            mark(node, annotation);
        }
    }
}

fn mark(node: &mut Node, annotation: &str) {
    match annotation {
        "set" => topology(node, ListTopology::Set),
        "atomic" => node.atomic = true,
        "merge" => node.merge = Merge { merge: true, ..node.merge.clone() },
        "retainKeys" => node.merge.retain_keys = true,
        "replace" => node.merge.replace = true,
        _ => {}
    }
}

fn argument<'a>(annotation: &'a str, name: &str) -> Option<&'a str> {
    annotation.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')
}

fn topology(node: &mut Node, found: ListTopology) {
    if let Shape::List(_, topology) = &mut node.shape {
        *topology = found;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Type;

    #[test]
    fn every_word_of_the_table_is_understood() {
        let catalog = catalog();
        for line in TYPES.lines() {
            for word in line.split(' ').skip(1) {
                let parsed = field(&catalog, word).unwrap_or_else(|| panic!("{word} in {line}"));
                let known = word.split(':').nth(1).is_some_and(|code| code.starts_with('*')) || !matches!(parsed.node.shape, Shape::Any);
                assert!(known, "{word} in {line}");
            }
        }
    }

    #[test]
    fn names_are_sorted_so_that_they_can_be_searched() {
        let catalog = catalog();
        assert!(catalog.names().is_sorted());
    }

    #[test]
    fn a_port_knows_its_keys_and_its_default_protocol() {
        let ports = deployment().child("spec").child("template").child("spec").child("containers").items().unwrap().child("ports");
        assert_eq!(ports.list(), Some(&ListTopology::Map(vec!["containerPort".into(), "protocol".into()])));
        assert_eq!(ports.items().unwrap().child("protocol").default(), Some(&"TCP".into()));
        assert_eq!(ports.merge().key.as_deref(), Some("containerPort"));
    }

    #[test]
    fn a_selector_is_atomic_by_its_definition() {
        assert!(deployment().child("spec").child("selector").is_atomic());
        assert!(!deployment().child("spec").is_atomic());
    }

    fn deployment() -> Type<'static> {
        crate::builtin().type_of("apps", "v1", "Deployment").unwrap()
    }
}
