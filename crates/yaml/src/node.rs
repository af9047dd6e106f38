//! Nodes with their places: for those who point at a line, or change one scalar and leave every other byte alone.

use crate::parse::{Parser, Properties, ScalarText, Sink};
use crate::{Error, Mark, Options, ScalarStyle};
use std::borrow::Cow;

/// A node and where it stands. Aliases stay aliases.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'a> {
    /// What it is.
    pub kind: NodeKind<'a>,
    /// Its tag, core tags as `!!name`, when one is written.
    pub tag: Option<Cow<'a, str>>,
    /// Its anchor, without `&`.
    pub anchor: Option<&'a str>,
    /// Where it begins, anchor and tag included.
    pub start: Mark,
    /// Where it ends, quotes included; a block ends where the next thing begins.
    pub end: Mark,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind<'a> {
    /// Text, its quotes and escapes undone.
    Scalar {
        /// The text.
        text: Cow<'a, str>,
        /// How it is written.
        style: ScalarStyle,
    },
    /// A list.
    Sequence {
        /// Its items in order.
        items: Vec<Node<'a>>,
        /// Written between `[` and `]`.
        is_flow: bool,
    },
    /// A mapping, equal keys and merge keys kept.
    Mapping {
        /// Its keys and values in order.
        pairs: Vec<(Node<'a>, Node<'a>)>,
        /// Written between `{` and `}`.
        is_flow: bool,
    },
    /// The name of an anchor, without `*`.
    Alias(&'a str),
}

impl<'a> Node<'a> {
    /// The text of a scalar.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The keys and values of a mapping; none for anything else.
    pub fn pairs(&self) -> &[(Node<'a>, Node<'a>)] {
        match &self.kind {
            NodeKind::Mapping { pairs, .. } => pairs,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node<'a>] {
        match &self.kind {
            NodeKind::Sequence { items, .. } => items,
            _ => &[],
        }
    }

    /// The value of the last of a mapping's keys that reads `key`.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.pairs().iter().rev().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }
}

/// Reads every document of `text` as nodes. Scalars are not resolved, so neither tags nor equal keys are judged.
pub fn parse_nodes<'a>(text: &'a str, options: &Options) -> Result<Vec<Node<'a>>, Error> {
    let mut parser = Parser::new(text, options)?;
    let mut documents = Vec::new();
    let mut builder = Builder::default();
    while parser.document(&mut builder)?.is_some() {
        documents.extend(builder.root.take());
    }
    Ok(documents)
}

/// The line of the first key that reads `key` in the mapping that begins at `start`.
pub(crate) fn first_key_line(text: &str, options: &Options, start: Mark, key: &str) -> Option<u32> {
    let documents = parse_until(text, options);
    let mut nodes: Vec<&Node<'_>> = documents.iter().collect();
    while let Some(node) = nodes.pop() {
        if node.start == start
            && let Some((found, _)) = node.pairs().iter().find(|(name, _)| name.as_str() == Some(key))
        {
            return Some(found.start.line);
        }
        nodes.extend(node.items());
        nodes.extend(node.pairs().iter().map(|(_, value)| value));
    }
    None
}

/// Every document before the first fault.
fn parse_until<'a>(text: &'a str, options: &Options) -> Vec<Node<'a>> {
    let mut builder = Builder::default();
    let mut documents = Vec::new();
    if let Ok(mut parser) = Parser::new(text, options) {
        while let Ok(Some(_)) = parser.document(&mut builder) {
            documents.extend(builder.root.take());
        }
    }
    documents
}

#[derive(Default)]
struct Builder<'a> {
    frames: Vec<(Node<'a>, Option<Node<'a>>)>,
    root: Option<Node<'a>>,
}

impl<'a> Builder<'a> {
    fn put(&mut self, node: Node<'a>) {
        match self.frames.last_mut() {
            None => self.root = Some(node),
            Some((Node { kind: NodeKind::Mapping { pairs, .. }, .. }, key)) => match key.take() {
                None => *key = Some(node),
                Some(name) => pairs.push((name, node)),
            },
            Some((Node { kind: NodeKind::Sequence { items, .. }, .. }, _)) => items.push(node),
            Some(_) => unreachable!("only collections are opened"),
        }
    }

    fn open(&mut self, start: Mark, properties: Properties<'a>, kind: NodeKind<'a>) {
        self.frames.push((node(start, start, properties, kind), None));
    }
}

fn node<'a>(start: Mark, end: Mark, properties: Properties<'a>, kind: NodeKind<'a>) -> Node<'a> {
    Node { kind, tag: properties.tag, anchor: properties.anchor, start, end }
}

impl<'a> Sink<'a> for Builder<'a> {
    fn scalar(&mut self, start: Mark, properties: Properties<'a>, scalar: ScalarText<'a>) -> Result<(), Error> {
        let kind = NodeKind::Scalar { text: scalar.text, style: scalar.style };
        self.put(node(start, scalar.end, properties, kind));
        Ok(())
    }

    fn alias(&mut self, start: Mark, end: Mark, name: &'a str) -> Result<(), Error> {
        self.put(node(start, end, Properties::default(), NodeKind::Alias(name)));
        Ok(())
    }

    fn open_sequence(&mut self, start: Mark, properties: Properties<'a>, is_flow: bool) -> Result<(), Error> {
        self.open(start, properties, NodeKind::Sequence { items: Vec::new(), is_flow });
        Ok(())
    }

    fn open_mapping(&mut self, start: Mark, properties: Properties<'a>, is_flow: bool) -> Result<(), Error> {
        self.open(start, properties, NodeKind::Mapping { pairs: Vec::new(), is_flow });
        Ok(())
    }

    fn close(&mut self, end: Mark) -> Result<(), Error> {
        if let Some((mut node, _)) = self.frames.pop() {
            node.end = end;
            self.put(node);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::parse_nodes;
    use crate::Options;

    #[test]
    fn a_scalar_can_be_replaced_in_place() {
        let text = "spec:\n  image: \"app:1.0\" # {\"$imagepolicy\": \"flux:app\"}\n";
        let nodes = parse_nodes(text, &Options::default()).unwrap();
        let image = nodes[0].get("spec").and_then(|spec| spec.get("image")).unwrap();
        assert_eq!(image.as_str(), Some("app:1.0"));
        assert_eq!(&text[image.start.offset as usize..image.end.offset as usize], "\"app:1.0\"");
        assert_eq!((image.start.line, image.start.column), (2, 10));
    }

    #[test]
    fn equal_keys_and_aliases_are_kept() {
        let nodes = parse_nodes("a: &x 1\na: *x\n", &Options::default()).unwrap();
        assert_eq!(nodes[0].pairs().len(), 2);
        assert_eq!(nodes[0].pairs()[0].1.anchor, Some("x"));
    }
}
