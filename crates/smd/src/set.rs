//! Sets of fields, and their FieldsV1 form.
//!
//! A set is a tree: a node says whether its own path is a member, and holds the nodes below. Refuses to know values or
//! types. Begin with [`FieldSet::from_json`].

use crate::children::Children;
use crate::element::{Element, ElementError};
use serde_json::{Map, Value};
use std::fmt;

/// How deep FieldsV1 may nest.
const DEPTH_MAX: usize = 500;

/// A set of paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSet {
    /// Whether the path that leads here is a member. Never so at the root of a set that was read from JSON.
    pub(crate) member: bool,
    pub(crate) below: Children<FieldSet>,
}

/// A path: elements from the root down.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Element>);

/// JSON that is no FieldsV1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// A key that is no element.
    #[error("fieldsV1 key: {0}")]
    Element(#[from] ElementError),
    /// A node that is neither a mapping nor null.
    #[error("fieldsV1: expected a mapping, found `{0}`")]
    NotAMapping(String),
    /// Deeper than 500 steps.
    #[error("fieldsV1 nests deeper than {DEPTH_MAX} steps")]
    TooDeep,
}

impl FieldSet {
    /// The set of these paths.
    pub fn of(paths: impl IntoIterator<Item = Path>) -> FieldSet {
        let mut set = FieldSet::default();
        for path in paths {
            set.insert(&path);
        }
        set
    }

    /// The set of these dotted paths of plain field names, such as `status` or `metadata.labels`.
    pub fn fields(paths: &[&str]) -> FieldSet {
        FieldSet::of(paths.iter().map(|path| Path(path.split('.').map(Element::field).collect())))
    }

    /// Reads FieldsV1.
    pub fn from_json(json: &Value) -> Result<FieldSet, SetError> {
        Ok(FieldSet { member: false, ..node(json, 0)? })
    }

    /// Writes FieldsV1.
    pub fn to_json(&self) -> Value {
        let below = self.below.iter().map(|(element, set)| (element.as_str().to_string(), set.node_json()));
        Value::Object(below.collect())
    }

    fn node_json(&self) -> Value {
        let mut map: Map<String, Value> = self.below.iter().map(|(element, set)| (element.as_str().to_string(), set.node_json())).collect();
        if self.member && !map.is_empty() {
            map.insert(".".into(), Value::Object(Map::new()));
        }
        Value::Object(map)
    }

    /// Whether no path is a member.
    pub fn is_empty(&self) -> bool {
        !self.member && self.below.iter().all(|(_, set)| set.is_empty())
    }

    /// The number of members.
    pub fn len(&self) -> usize {
        usize::from(self.member) + self.below.iter().map(|(_, set)| set.len()).sum::<usize>()
    }

    /// Adds a path.
    pub fn insert(&mut self, path: &Path) {
        let mut set = self;
        for element in &path.0 {
            set = set.below.entry(element.clone());
        }
        set.member = true;
    }

    /// Whether a path is a member.
    pub fn has(&self, path: &Path) -> bool {
        let mut set = self;
        for element in &path.0 {
            match set.below.get(element) {
                Some(found) => set = found,
                None => return false,
            }
        }
        set.member
    }

    /// Adds all members of another set.
    pub fn union_with(&mut self, other: &FieldSet) {
        self.member |= other.member;
        for (element, theirs) in other.below.iter() {
            self.below.entry(element.clone()).union_with(theirs);
        }
    }

    /// Whether every member is one of `other` too.
    pub fn is_subset(&self, other: &FieldSet) -> bool {
        let below = |(element, ours): (&Element, &FieldSet)| match other.below.get(element) {
            Some(theirs) => ours.is_subset(theirs),
            None => ours.is_empty(),
        };
        (!self.member || other.member) && self.below.iter().all(below)
    }

    /// The members that are in both sets.
    pub fn intersection(&self, other: &FieldSet) -> FieldSet {
        let both = |(element, ours): (&Element, &FieldSet)| {
            let found = ours.intersection(other.below.get(element)?);
            (!found.is_empty()).then(|| (element.clone(), found))
        };
        let below = self.below.iter().filter_map(both).collect();
        FieldSet { member: self.member && other.member, below }
    }

    /// Takes the members of another set away.
    pub fn subtract(&mut self, other: &FieldSet) {
        self.member &= !other.member;
        self.below.retain(|element, ours| {
            if let Some(theirs) = other.below.get(element) {
                ours.subtract(theirs);
            }
            ours.member || !ours.below.is_empty()
        });
    }

    /// Takes the members of another set away with everything below them.
    pub fn subtract_below(&mut self, other: &FieldSet) {
        self.below.retain(|element, ours| match other.below.get(element) {
            Some(theirs) if theirs.member => false,
            Some(theirs) => {
                ours.subtract_below(theirs);
                ours.member || !ours.below.is_empty()
            }
            None => true,
        });
    }

    /// The members below which there is no other.
    pub fn leaves(&self) -> FieldSet {
        let below = self.below.iter().map(|(element, set)| (element.clone(), set.leaves())).collect::<Children<FieldSet>>();
        FieldSet { member: self.member && below.is_empty(), below }
    }

    /// All members, sorted.
    pub fn paths(&self) -> Vec<Path> {
        let mut found = Vec::new();
        self.collect(&mut Path::default(), &mut found);
        found
    }

    fn collect(&self, path: &mut Path, found: &mut Vec<Path>) {
        if self.member {
            found.push(path.clone());
        }
        for (element, set) in self.below.iter() {
            path.0.push(element.clone());
            set.collect(path, found);
            path.0.pop();
        }
    }

    /// The sub-set under an element.
    pub(crate) fn child(&mut self, element: Element) -> &mut FieldSet {
        self.below.entry(element)
    }

    /// Drops what holds no member.
    pub(crate) fn tidy(&mut self) {
        self.below.retain(|_, set| {
            set.tidy();
            set.member || !set.below.is_empty()
        });
    }
}

fn node(json: &Value, depth: usize) -> Result<FieldSet, SetError> {
    let map = match json {
        _ if depth > DEPTH_MAX => return Err(SetError::TooDeep),
        Value::Null => return Ok(FieldSet::default()),
        Value::Object(map) => map,
        other => return Err(SetError::NotAMapping(other.to_string())),
    };
    let mut set = FieldSet { member: map.is_empty() || map.contains_key("."), below: Children::default() };
    for (key, value) in map.iter().filter(|(key, _)| *key != ".") {
        *set.below.entry(Element::parse(key)?) = node(value, depth + 1)?;
    }
    Ok(set)
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|element| element.fmt(f))
    }
}
