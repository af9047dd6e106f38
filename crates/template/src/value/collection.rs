//! Slices, maps and structs: shared references, typed by what their elements are.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::methods::Methods;
use super::{Text, Value};

/// The element type of a slice or map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// `interface {}`.
    Any,
    /// `string`.
    Text,
    /// `int`.
    Int,
    /// `[]uint8`.
    Bytes,
    /// `[]interface {}`.
    List,
}

impl Element {
    /// Go's zero of the type: what a missing key of a map yields.
    pub fn zero(self) -> Value {
        match self {
            Self::Any => Value::Nil,
            Self::Text => Value::text(""),
            Self::Int => Value::int(0),
            Self::Bytes => Value::Bytes(Text::default()),
            Self::List => Value::List(Rc::new(List::nil(Self::Any))),
        }
    }
}

/// The parts of a named type: what `typeOf` prints and the methods it has.
#[derive(Clone)]
pub(crate) struct Named {
    pub name: &'static str,
    pub methods: Option<Rc<dyn Methods>>,
}

/// A slice. Clones of the `Rc` around it are the same slice.
pub struct List {
    element: Element,
    nil: bool,
    named: Option<Named>,
    items: RefCell<Vec<Value>>,
}

impl List {
    /// A `[]interface{}` of these items.
    pub fn new(items: Vec<Value>) -> Self {
        Self::typed(Element::Any, items)
    }

    /// A slice of the given element type; the caller vouches for the items.
    pub fn typed(element: Element, items: Vec<Value>) -> Self {
        Self { element, nil: false, named: None, items: RefCell::new(items) }
    }

    /// A nil slice: it prints as `[]` and converts to `null`.
    pub fn nil(element: Element) -> Self {
        Self { element, nil: true, named: None, items: RefCell::default() }
    }

    /// A slice of a named type such as `common.VersionSet`, with methods.
    pub fn named(name: &'static str, element: Element, items: Vec<Value>, methods: Option<Rc<dyn Methods>>) -> Self {
        Self { element, nil: false, named: Some(Named { name, methods }), items: RefCell::new(items) }
    }

    /// The element type.
    pub fn element(&self) -> Element {
        self.element
    }

    /// Whether this is a nil slice.
    pub fn is_nil(&self) -> bool {
        self.nil
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.items.borrow().len()
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.items.borrow().is_empty()
    }

    /// The item at `index`.
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items.borrow().get(index).cloned()
    }

    /// The items for reading. Do not run templates while holding this.
    pub fn items(&self) -> Ref<'_, Vec<Value>> {
        self.items.borrow()
    }

    pub(crate) fn items_mut(&self) -> RefMut<'_, Vec<Value>> {
        self.items.borrow_mut()
    }

    pub(crate) fn name(&self) -> Option<&Named> {
        self.named.as_ref()
    }
}

/// A map with string keys, kept in key order. Clones of the `Rc` around it are the same map.
pub struct Map {
    element: Element,
    nil: bool,
    named: Option<Named>,
    entries: Rc<Entries>,
}

/// Entries that may be made only when they are first looked at.
#[derive(Default)]
struct Entries {
    made: RefCell<BTreeMap<Text, Value>>,
    make: Cell<Option<Box<Make>>>,
}

/// Makes the entries of a map.
pub type Make = dyn FnOnce() -> BTreeMap<Text, Value>;

impl Entries {
    fn new(entries: BTreeMap<Text, Value>) -> Rc<Self> {
        Rc::new(Self { made: RefCell::new(entries), make: Cell::default() })
    }

    fn made(&self) -> &RefCell<BTreeMap<Text, Value>> {
        if let Some(make) = self.make.take() {
            *self.made.borrow_mut() = make();
        }
        &self.made
    }
}

impl Default for Map {
    fn default() -> Self {
        Self::typed(Element::Any, BTreeMap::new())
    }
}

impl Map {
    /// A map of the given element type; the caller vouches for the entries.
    pub fn typed(element: Element, entries: BTreeMap<Text, Value>) -> Self {
        Self { element, nil: false, named: None, entries: Entries::new(entries) }
    }

    /// A nil map: it reads as empty and cannot be written.
    pub fn nil(element: Element) -> Self {
        Self { element, nil: true, named: None, entries: Rc::default() }
    }

    /// A `map[string]interface{}` of these entries.
    pub fn from_entries(entries: impl IntoIterator<Item = (Text, Value)>) -> Self {
        Self::typed(Element::Any, entries.into_iter().collect())
    }

    /// A map of a named type such as `common.Values` or `engine.files`, with methods.
    pub fn named(name: &'static str, element: Element, entries: BTreeMap<Text, Value>, methods: Option<Rc<dyn Methods>>) -> Self {
        Self { element, nil: false, named: Some(Named { name, methods }), entries: Entries::new(entries) }
    }

    /// A map of a named type whose entries are made when it is first looked at.
    pub fn deferred(name: &'static str, element: Element, make: Box<Make>, methods: Rc<dyn Methods>) -> Self {
        let entries = Entries { made: RefCell::default(), make: Cell::new(Some(make)) };
        Self { element, nil: false, named: Some(Named { name, methods: Some(methods) }), entries: Rc::new(entries) }
    }

    /// The same map under another type, as a Go conversion gives it: what one writes the other shows.
    pub fn converted(&self, named: Option<(&'static str, Rc<dyn Methods>)>) -> Self {
        let named = named.map(|(name, methods)| Named { name, methods: Some(methods) });
        Self { element: self.element, nil: self.nil, named, entries: self.entries.clone() }
    }

    /// A map of the same type with other entries.
    pub(crate) fn with_entries(&self, entries: BTreeMap<Text, Value>) -> Self {
        Self { element: self.element, nil: false, named: self.named.clone(), entries: Entries::new(entries) }
    }

    /// The element type.
    pub fn element(&self) -> Element {
        self.element
    }

    /// Whether this is a nil map.
    pub fn is_nil(&self) -> bool {
        self.nil
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.made().borrow().len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.made().borrow().is_empty()
    }

    /// The entry of `key`.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.entries.made().borrow().get(key.as_bytes()).cloned()
    }

    /// Sets an entry; a nil map ignores it.
    pub fn set(&self, key: impl Into<Text>, value: Value) {
        if !self.nil {
            self.entries.made().borrow_mut().insert(key.into(), value);
        }
    }

    /// Removes an entry.
    pub fn unset(&self, key: &str) -> Option<Value> {
        self.entries.made().borrow_mut().remove(key.as_bytes())
    }

    /// The entries for reading, in key order. Do not run templates while holding this.
    pub fn entries(&self) -> Ref<'_, BTreeMap<Text, Value>> {
        self.entries.made().borrow()
    }

    /// The entries, unless a converted map still holds them.
    fn take_entries(&mut self) -> BTreeMap<Text, Value> {
        Rc::get_mut(&mut self.entries).map(|entries| std::mem::take(entries.made.get_mut())).unwrap_or_default()
    }

    pub(crate) fn entries_mut(&self) -> RefMut<'_, BTreeMap<Text, Value>> {
        self.entries.made().borrow_mut()
    }

    pub(crate) fn name(&self) -> Option<&Named> {
        self.named.as_ref()
    }
}

/// A struct, or a pointer to one: named fields in order, and methods.
pub struct Struct {
    /// Go's name of the type, such as `common.Capabilities`, without `*`.
    pub name: &'static str,
    /// Whether the value is a pointer to the struct.
    pub pointer: bool,
    /// Fields in declaration order; those that begin with a small letter only print.
    pub fields: Vec<(&'static str, Value)>,
    /// Its methods; a `String` method decides how it prints.
    pub methods: Option<Rc<dyn Methods>>,
}

impl Struct {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    /// See [`Methods::addressed_text`].
    pub(crate) fn addressed_text(&self, receiver: &Value) -> Option<String> {
        self.methods.as_ref()?.addressed_text(receiver)
    }

    /// What encoders see instead of the fields, where that differs.
    pub(crate) fn encoded(&self, receiver: &Value) -> Option<Value> {
        self.methods.as_ref()?.encoded(receiver)
    }
}

/// Nested collections are taken apart in a loop: dropping a chain of a million lists must not recurse.
fn take_apart(mut pending: Vec<Value>) {
    while let Some(value) = pending.pop() {
        match value {
            Value::List(list) => {
                if let Some(mut list) = Rc::into_inner(list) {
                    pending.append(list.items.get_mut());
                }
            }
            Value::Map(map) => {
                if let Some(mut map) = Rc::into_inner(map) {
                    pending.extend(map.take_entries().into_values());
                }
            }
            _ => {}
        }
    }
}

fn holds_collection(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

impl Drop for List {
    fn drop(&mut self) {
        let items = self.items.get_mut();
        if items.iter().any(holds_collection) {
            take_apart(std::mem::take(items));
        }
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        let entries = self.take_entries();
        if entries.values().any(holds_collection) {
            take_apart(entries.into_values().collect());
        }
    }
}
