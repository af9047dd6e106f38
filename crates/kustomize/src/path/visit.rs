//! Every place that a path means: found, and made where that is asked for.

use object::{Map, Value};

use super::{field_of, index, inside, plain, selector};
use crate::error::Error;
use crate::field_spec::wrong_kind;
use crate::resource::scalar_text;

/// What is made at the end of a path that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Create {
    /// Nothing.
    No,
    /// A scalar.
    Scalar,
    /// A mapping.
    Mapping,
    /// A list.
    List,
}

impl Create {
    /// What has the type of this value.
    pub fn like(value: &Value) -> Create {
        match value {
            Value::Object(_) => Create::Mapping,
            Value::Array(_) => Create::List,
            _ => Create::Scalar,
        }
    }

    /// An empty value for what comes before `next` in a path.
    fn empty_before(self, next: Option<&String>) -> Value {
        match next {
            Some(next) if next.starts_with('[') && next.ends_with(']') || index(next).is_some() => Value::Array(Vec::new()),
            Some(next) if !next.is_empty() => Value::Object(Map::new()),
            _ => match self {
                Create::Mapping => Value::Object(Map::new()),
                Create::List => Value::Array(Vec::new()),
                Create::Scalar | Create::No => Value::Null,
            },
        }
    }
}

/// What is done to each place a path means; answers through an error only.
pub(crate) type Visitor<'a> = &'a mut dyn FnMut(&mut Value) -> Result<(), Error>;

/// Calls `visit` for every place a path means, and says how many there were.
///
/// Selectors are unanchored regular expressions here, unlike in [`lookup`]; this is how the reference reads target paths.
pub(crate) fn visit(value: &mut Value, segments: &[String], create: Create, visit: Visitor<'_>) -> Result<usize, Error> {
    crate::budget::check_depth(segments.len())?;
    let Some((segment, rest)) = segments.split_first() else {
        visit(value)?;
        return Ok(1);
    };
    if let Some(at) = index(segment) {
        return visit_index(value, at, rest, create, visit);
    }
    if let Some((key, pattern)) = selector(segment)? {
        return visit_selected(value, key, pattern, rest, create, visit);
    }
    if segment == "*" {
        return visit_each(value, rest, create, visit);
    }
    visit_field(value, segment, rest, create, visit)
}

/// What is made below a null counts as found, and nothing is written.
const LOST: usize = 1;

fn visit_index(value: &mut Value, at: usize, rest: &[String], create: Create, f: Visitor<'_>) -> Result<usize, Error> {
    if value.is_null() && create != Create::No && at == 0 {
        return Ok(LOST);
    }
    let items = elements_mut(value)?;
    if create != Create::No && items.len() == at {
        items.push(create.empty_before(rest.first()));
    }
    let length = items.len();
    let missing = || Error::build(format!("index {at} specified but only {length} elements found"));
    visit(items.get_mut(at).ok_or_else(missing)?, rest, create, f)
}

fn visit_selected(value: &mut Value, key: &str, pattern: &str, rest: &[String], create: Create, f: Visitor<'_>) -> Result<usize, Error> {
    let matcher = crate::pattern::Pattern::unanchored(pattern)?;
    if value.is_null() {
        return Ok(if create == Create::No { 0 } else { LOST });
    }
    let items = elements_mut(value)?;
    let mut found = 0;
    for item in items.iter_mut() {
        let matches = field_of(item, key).is_some_and(|field| matcher.matches(&scalar_text(field)));
        if matches {
            found += visit(item, if key.is_empty() { &[] } else { rest }, create, f)?;
        }
    }
    if found > 0 || create == Create::No {
        return Ok(found);
    }
    let is_overwritten = rest.first().is_some_and(|field| field == key);
    items.push(new_element(key, if is_overwritten { Value::Null } else { plain(pattern) }));
    let item = items.last_mut().expect("was pushed one line above");
    visit(item, if key.is_empty() { &[] } else { rest }, create, f)
}

/// What a selector makes where nothing matches: a mapping with the key, or a scalar that is about to be written.
fn new_element(key: &str, value: Value) -> Value {
    if key.is_empty() { Value::Null } else { Value::Object(Map::from_iter([(key.to_owned(), value)])) }
}

fn visit_each(value: &mut Value, rest: &[String], create: Create, f: Visitor<'_>) -> Result<usize, Error> {
    elements_mut(value)?.iter_mut().try_fold(0, |found, item| Ok(found + visit(item, rest, create, f)?))
}

fn visit_field(value: &mut Value, name: &str, rest: &[String], create: Create, f: Visitor<'_>) -> Result<usize, Error> {
    let map = match value {
        Value::Object(map) => map,
        Value::Null => return Ok(if create == Create::No { 0 } else { LOST }),
        other => return Err(wrong_kind("MappingNode", other)),
    };
    if create != Create::No && !map.contains_key(name) {
        map.insert(name.to_owned(), create.empty_before(rest.first()));
    }
    let Some(field) = map.get_mut(name) else { return Ok(0) };
    if !rest.is_empty()
        && let Value::String(text) = field
    {
        // A path into the text of a scalar finds places in a copy: they count, and nothing is written.
        let mut inner = inside(text)?;
        return visit(&mut inner, rest, create, f);
    }
    visit(field, rest, create, f)
}

fn elements_mut(value: &mut Value) -> Result<&mut Vec<Value>, Error> {
    if value.is_null() {
        *value = Value::Array(Vec::new());
    }
    match value {
        Value::Array(items) => Ok(items),
        other => Err(wrong_kind("SequenceNode", other)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::split_fields;
    use super::*;
    use serde_json::json;

    #[test]
    fn every_place_is_visited_and_made_where_asked() {
        let mut value = json!({"a": [{"name": "x"}, {"name": "xy"}]});
        let mut set = |path: &str, create| {
            visit(&mut value, &split_fields(path), create, &mut |v| {
                *v = json!(1);
                Ok(())
            })
        };
        assert_eq!(set("a.[name=x].v", Create::Scalar).unwrap(), 2);
        assert_eq!(set("a.[name=z].v", Create::Scalar).unwrap(), 1);
        assert_eq!(set("a.*.w", Create::Scalar).unwrap(), 3);
        assert_eq!(set("b.c", Create::No).unwrap(), 0);
        assert_eq!(value["a"][2], json!({"name": "z", "v": 1, "w": 1}));
    }
}
