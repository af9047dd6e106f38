//! What a chart imports from the values of its subcharts.
//!
//! Helm lays imported tables over each other without copying them, so a later import also writes into the subchart that an
//! earlier one came from. Charts see that, so tables are shared here too while imports run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use object::Value;

use super::{Values, merge_tables};

/// A value whose tables are shared.
#[derive(Clone)]
enum Node {
    Leaf(Value),
    Table(Table),
}

type Table = Rc<RefCell<BTreeMap<String, Node>>>;

/// The values of one chart and its subcharts, and what was imported so far.
pub(crate) struct Imports {
    values: Table,
    imported: Table,
}

impl Imports {
    pub fn new(values: Values) -> Imports {
        Imports { values: table(values), imported: Table::default() }
    }

    /// Imports the table under the dotted path `from` into the path `to`; `.` is the root. What is no table is passed over.
    pub fn import(&self, from: &str, to: &str) {
        let mut found = self.values.clone();
        for key in from.split('.') {
            let next = match found.borrow().get(key) {
                Some(Node::Table(next)) => next.clone(),
                _ => return,
            };
            found = next;
        }
        // Helm hands out an empty table as a new one, so what is laid over it does not reach the subchart.
        if found.borrow().is_empty() {
            found = Table::default();
        }
        let steps = if to == "." { Vec::new() } else { to.rsplit('.').collect() };
        let nested =
            steps.into_iter().fold(found, |inner, key| Rc::new(RefCell::new(BTreeMap::from([(key.to_owned(), Node::Table(inner))]))));
        lay_over(&self.imported, &nested);
    }

    /// The values with the imports under them.
    pub fn finish(self) -> Values {
        let mut values = plain(&self.values);
        merge_tables(&mut values, plain(&self.imported));
        values
    }
}

/// Lays `over` on `under`: `over` takes what it lacks, and its nulls reach into `under`.
fn lay_over(over: &Table, under: &Table) {
    if Rc::ptr_eq(over, under) {
        return;
    }
    let hidden: Vec<String> = over.borrow().iter().filter(|(_, node)| is_null(node)).map(|(key, _)| key.clone()).collect();
    under.borrow_mut().extend(hidden.into_iter().map(|key| (key, Node::Leaf(Value::Null))));
    let below: Vec<(String, Node)> = under.borrow().iter().map(|(key, node)| (key.clone(), node.clone())).collect();
    for (key, below) in below {
        let own = over.borrow().get(&key).cloned();
        match (own, below) {
            (None, below) => {
                over.borrow_mut().insert(key, below);
            }
            (Some(Node::Table(own)), Node::Table(below)) => lay_over(&own, &below),
            _ => {}
        }
    }
}

fn is_null(node: &Node) -> bool {
    matches!(node, Node::Leaf(Value::Null))
}

fn table(values: Values) -> Table {
    let nodes = values.into_iter().map(|(key, value)| match value {
        Value::Object(inner) => (key, Node::Table(table(inner))),
        other => (key, Node::Leaf(other)),
    });
    Rc::new(RefCell::new(nodes.collect()))
}

fn plain(table: &Table) -> Values {
    let value = |node: &Node| match node {
        Node::Leaf(value) => value.clone(),
        Node::Table(inner) => Value::Object(plain(inner)),
    };
    table.borrow().iter().map(|(key, node)| (key.clone(), value(node))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_import_writes_into_the_table_that_an_earlier_one_brought() {
        let values = crate::values::load("{one: {exports: {data: {a: 1}}}, two: {exports: {data: {b: 2}}}}").unwrap();
        let imports = Imports::new(values);
        imports.import("one.exports", ".");
        imports.import("two.exports", ".");
        let expected = "{data: {a: 1, b: 2}, one: {exports: {data: {a: 1, b: 2}}}, two: {exports: {data: {b: 2}}}}";
        assert_eq!(imports.finish(), crate::values::load(expected).unwrap());
    }
    #[test]
    fn an_empty_table_is_imported_as_a_new_one() {
        let values = crate::values::load("{one: {global: {}, exports: {data: {a: 1}}}}").unwrap();
        let imports = Imports::new(values);
        imports.import("one.global", "data");
        imports.import("one.exports", ".");
        let expected = "{data: {a: 1}, one: {global: {}, exports: {data: {a: 1}}}}";
        assert_eq!(imports.finish(), crate::values::load(expected).unwrap());
    }
}
