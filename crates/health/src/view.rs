//! Reading an object's fields leniently: a field of a wrong type is an absent one.

use object::{Object, Value};

/// One condition as a controller wrote it.
#[derive(Clone, Copy, Debug)]
pub struct Condition<'a> {
    pub r#type: &'a str,
    pub status: &'a str,
    pub reason: &'a str,
    pub message: &'a str,
}

impl Condition<'_> {
    /// Whether it holds.
    pub fn is_true(&self) -> bool {
        self.status == "True"
    }

    /// Whether it does not hold.
    pub fn is_false(&self) -> bool {
        self.status == "False"
    }
}

/// A whole number under a dotted path.
pub fn int(object: &Object, path: &str) -> Option<i64> {
    object.get(path).and_then(Value::as_i64)
}

/// A whole number under a dotted path, zero where there is none.
pub fn count(object: &Object, path: &str) -> i64 {
    int(object, path).unwrap_or(0)
}

/// A text under a dotted path, empty where there is none.
pub fn text<'a>(object: &'a Object, path: &str) -> &'a str {
    object.get(path).and_then(Value::as_str).unwrap_or("")
}

/// A list under a dotted path, empty where there is none.
pub fn list<'a>(object: &'a Object, path: &str) -> &'a [Value] {
    object.get(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The conditions of an object, in their order.
pub fn conditions(object: &Object) -> impl Iterator<Item = Condition<'_>> {
    list(object, "status.conditions").iter().map(|condition| {
        let field = |name| condition.get(name).and_then(Value::as_str).unwrap_or("");
        Condition { r#type: field("type"), status: field("status"), reason: field("reason"), message: field("message") }
    })
}

/// The condition of one type.
pub fn condition<'a>(object: &'a Object, r#type: &str) -> Option<Condition<'a>> {
    conditions(object).find(|condition| condition.r#type == r#type)
}
