//! The shape of a type: scalars, lists with their topology, maps, objects with fields.
//!
//! A [`Catalog`] owns definitions; a [`Type`] is a small copyable handle that walks them. Refuses to be: mutable, or
//! complete (whatever a catalog does not know has [`Shape::Any`]).

use serde_json::Value;
use std::sync::OnceLock;

/// How many references may follow one another before a type counts as unknown.
const REFERENCES_MAX: usize = 16;

/// One place in a type: its shape and what is said about it there.
#[derive(Debug, Default)]
pub struct Node {
    /// What values look like.
    pub shape: Shape,
    /// The default of the field, if one is declared.
    pub default: Option<Value>,
    /// Whether null is a value of its own.
    pub nullable: bool,
    /// Whether a map or an object is owned as a whole.
    pub atomic: bool,
    /// The declared values, empty where any is allowed.
    pub values: Vec<Value>,
    /// How strategic merge patch treats this field.
    pub merge: Merge,
}

/// What strategic merge patch is told about a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// `patchStrategy` holds `merge`: lists are merged, not replaced.
    pub merge: bool,
    /// `patchStrategy` holds `retainKeys`.
    pub retain_keys: bool,
    /// `patchStrategy` holds `replace`.
    pub replace: bool,
    /// `patchMergeKey`.
    pub key: Option<Box<str>>,
}

/// What values of a type look like.
#[derive(Debug, Default)]
pub enum Shape {
    /// Nothing is known: any value.
    #[default]
    Any,
    /// One value.
    Scalar(Scalar),
    /// A list.
    List(Box<Node>, ListTopology),
    /// A map with any keys and one type of values.
    Map(Box<Node>),
    /// Named fields, sorted by name, and the type of all others (`None`: there are none).
    Object(Vec<Field>, Option<Box<Node>>),
    /// A definition of the same catalog.
    Definition(usize),
    /// A definition of the built-in catalog.
    Builtin(usize),
}

/// The scalar types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Scalar {
    String,
    Bytes,
    Time,
    MicroTime,
    Int32,
    Int64,
    Number,
    Bool,
    Quantity,
    IntOrString,
}

/// How a list is owned.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum ListTopology {
    /// As a whole.
    #[default]
    Atomic,
    /// By value.
    Set,
    /// By the values of these fields of its items.
    Map(Vec<String>),
}

/// A named field of an object.
#[derive(Debug)]
pub struct Field {
    /// Its JSON name.
    pub name: Box<str>,
    /// Whether it must be present.
    pub required: bool,
    /// Its type.
    pub node: Node,
}

/// Definitions by name.
#[derive(Debug, Default)]
pub struct Catalog {
    pub(crate) slots: Vec<Slot>,
}

/// A definition: its name and its node, parsed from `source` when first asked for.
#[derive(Debug)]
pub(crate) struct Slot {
    pub name: Box<str>,
    pub source: &'static str,
    pub node: OnceLock<Node>,
}

/// A type: a handle to a place in a catalog.
#[derive(Clone, Copy, Debug)]
pub struct Type<'a> {
    catalog: &'a Catalog,
    node: &'a Node,
}

static ANY: Node = Node {
    shape: Shape::Any,
    default: None,
    nullable: false,
    atomic: false,
    values: Vec::new(),
    merge: Merge { merge: false, retain_keys: false, replace: false, key: None },
};

static EMPTY: Catalog = Catalog { slots: Vec::new() };

impl Catalog {
    /// The definition with this name.
    pub fn get(&self, name: &str) -> Option<Type<'_>> {
        self.position(name).map(|position| self.at(position))
    }

    /// The names of all definitions, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().map(|slot| &*slot.name)
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.slots.binary_search_by(|slot| (*slot.name).cmp(name)).ok()
    }

    fn at(&self, position: usize) -> Type<'_> {
        let slot = &self.slots[position];
        Type { catalog: self, node: slot.node.get_or_init(|| crate::table::parse(self, slot.source)) }
    }
}

impl<'a> Type<'a> {
    /// The type of which nothing is known.
    pub fn any() -> Type<'static> {
        Type { catalog: &EMPTY, node: &ANY }
    }

    fn resolve(self) -> Type<'a> {
        let mut found = self;
        for _ in 0..REFERENCES_MAX {
            found = match found.node.shape {
                Shape::Definition(position) => found.catalog.at(position),
                Shape::Builtin(position) => crate::builtin().catalog().at(position),
                _ => return found,
            };
        }
        Type::any()
    }

    /// The shape, with references followed.
    pub fn shape(self) -> &'a Shape {
        &self.resolve().node.shape
    }

    /// Whether nothing is known of this type.
    pub fn is_any(self) -> bool {
        matches!(self.shape(), Shape::Any)
    }

    /// The type of a field: the declared one, or that of all other keys. `None` where such a key is unknown.
    pub fn field(self, name: &str) -> Option<Type<'a>> {
        let owner = self.resolve();
        match &owner.node.shape {
            Shape::Object(fields, rest) => match fields.binary_search_by(|field| (*field.name).cmp(name)) {
                Ok(position) => Some(owner.with(&fields[position].node)),
                Err(_) => rest.as_deref().map(|node| owner.with(node)),
            },
            Shape::Map(values) => Some(owner.with(values)),
            _ => None,
        }
    }

    /// As [`Type::field`], with [`Type::any`] for what is unknown.
    pub fn child(self, name: &str) -> Type<'a> {
        self.field(name).unwrap_or(Type::any())
    }

    /// The declared fields with their names and whether they are required.
    pub fn fields(self) -> impl Iterator<Item = (&'a str, bool, Type<'a>)> {
        let owner = self.resolve();
        let fields = if let Shape::Object(fields, _) = &owner.node.shape { fields.as_slice() } else { &[] };
        fields.iter().map(move |field| (&*field.name, field.required, owner.with(&field.node)))
    }

    /// The type of a list's items.
    pub fn items(self) -> Option<Type<'a>> {
        let owner = self.resolve();
        if let Shape::List(items, _) = &owner.node.shape { Some(owner.with(items)) } else { None }
    }

    /// The topology of a list.
    pub fn list(self) -> Option<&'a ListTopology> {
        if let Shape::List(_, topology) = self.shape() { Some(topology) } else { None }
    }

    /// Whether a map or object is owned as a whole.
    pub fn is_atomic(self) -> bool {
        self.node.atomic || self.resolve().node.atomic
    }

    /// Whether null is a value here.
    pub fn is_nullable(self) -> bool {
        self.node.nullable || self.resolve().node.nullable
    }

    /// The declared default.
    pub fn default(self) -> Option<&'a Value> {
        self.node.default.as_ref().or(self.resolve().node.default.as_ref())
    }

    /// The declared values; empty where any is allowed.
    pub fn values(self) -> &'a [Value] {
        &self.resolve().node.values
    }

    /// How strategic merge patch treats this field.
    pub fn merge(self) -> &'a Merge {
        &self.node.merge
    }

    /// The place itself, references not followed.
    pub fn node(self) -> &'a Node {
        self.node
    }

    /// The name of the definition that this place refers to, if it refers to one.
    pub fn reference(self) -> Option<&'a str> {
        match self.node.shape {
            Shape::Definition(position) => Some(&self.catalog.slots[position].name),
            Shape::Builtin(position) => Some(&crate::builtin().catalog().slots[position].name),
            _ => None,
        }
    }

    fn with(self, node: &'a Node) -> Type<'a> {
        Type { node, ..self }
    }
}
