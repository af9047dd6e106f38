//! Where two trees differ.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

/// Characters of a value that a message shows.
const SHOWN_MAX: usize = 400;

/// One place where the trees differ.
pub struct Difference {
    /// Its path, such as `body.metadata.name` or `body.items[0]`.
    pub path: String,
    real: Value,
    ours: Value,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    real {}\n    ours {}", self.path, cut(&self.real), cut(&self.ours))
    }
}

fn cut(value: &Value) -> String {
    value.to_string().chars().take(SHOWN_MAX).collect()
}

/// Every difference; lists of other lengths differ as a whole.
pub fn between(real: &Value, ours: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(String::new(), real, ours, &mut found);
    found
}

fn walk(path: String, real: &Value, ours: &Value, found: &mut Vec<Difference>) {
    match (real, ours) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys()).collect::<BTreeSet<_>>() {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let absent = Value::from("<absent>");
                walk(path, one.get(key).unwrap_or(&absent), other.get(key).unwrap_or(&absent), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                walk(format!("{path}[{at}]"), one, other, found);
            }
        }
        _ if real == ours => {}
        _ => found.push(Difference { path, real: real.clone(), ours: ours.clone() }),
    }
}
