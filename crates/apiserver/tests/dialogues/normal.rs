//! The normal form of an answer: what is drawn or counted gets the name of its field, times and uids say that they are
//! such, and what a script kept is shown by its name again.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

/// Fields whose values are a server's own.
const DRAWN: [&str; 11] = [
    "resourceVersion",
    "uid",
    "continue",
    "clusterIP",
    "clusterIPs",
    "nodePort",
    "healthCheckNodePort",
    "token",
    "storageVersionHash",
    "description",
    "audiences",
];
/// Objects that only one of the servers makes: the certificate in each namespace.
const OWN_OBJECT: &str = "kube-root-ca.crt";
/// Names that are too short to be looked for in texts.
const KEPT_LENGTH_MIN: usize = 7;

static TIME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z").unwrap());
static UID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap());
static AGE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(\d+[smhdy])+$").unwrap());
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(10|172|192)(\.\d+){3}\b").unwrap());

/// The normal form of a tree.
pub fn normal(tree: &Value, kept: &BTreeMap<String, String>) -> Value {
    Normal { kept }.value(tree, "")
}

struct Normal<'a> {
    kept: &'a BTreeMap<String, String>,
}

impl Normal<'_> {
    fn value(&self, value: &Value, field: &str) -> Value {
        match value {
            Value::Object(map) => Value::Object(self.map(map)),
            Value::Array(items) => self.list(items, field),
            Value::Null => Value::Null,
            _ if DRAWN.contains(&field) && value != "None" => format!("<{field}>").into(),
            Value::String(text) if field == "cells" && AGE.is_match(text) => "<age>".into(),
            Value::String(text) => self.text(text).into(),
            other => other.clone(),
        }
    }

    fn map(&self, map: &Map<String, Value>) -> Map<String, Value> {
        map.iter().map(|(key, value)| (self.text(key), self.value(value, key))).collect()
    }

    fn list(&self, items: &[Value], field: &str) -> Value {
        let mut told: Vec<Value> = Vec::new();
        for item in items.iter().filter(|item| item["metadata"]["name"] != OWN_OBJECT && !is_idle_bookmark(item)) {
            let item = self.value(item, field);
            // A fault may be found by two passes of one server.
            if field != "causes" || !told.contains(&item) {
                told.push(item);
            }
        }
        // Which fault is told first says nothing.
        if field == "causes" {
            told.sort_by_key(Value::to_string);
        }
        told.into()
    }

    fn text(&self, text: &str) -> String {
        let named = self.kept.iter().filter(|(_, value)| value.len() >= KEPT_LENGTH_MIN);
        let text = named.fold(text.to_owned(), |text, (name, value)| text.replace(value.as_str(), &format!("{{{name}}}")));
        let text = TIME.replace_all(&text, "<time>");
        let text = UID.replace_all(&text, "<uid>");
        ADDRESS.replace_all(&text, "<address>").into_owned()
    }
}

/// A bookmark that only tells the time of the server; the one that ends the state counts.
fn is_idle_bookmark(event: &Value) -> bool {
    event["type"] == "BOOKMARK" && event["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"].is_null()
}
