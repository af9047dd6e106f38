//! A request after its envelope is opened: who, what, with which options, and which answer is wanted.

use std::collections::HashMap;

use bytes::Bytes;
use http::{HeaderMap, header};
use serde_json::Value;

use crate::auth::User;
use crate::decode;
use crate::registry::Resolved;
use crate::route::Target;
use crate::status::Status;

/// Letters of a user agent that name a field manager.
const AGENT_LENGTH_MAX: usize = 128;
/// The field manager of clients that say nothing of themselves.
const UNKNOWN_MANAGER: &str = "unknown";

/// A request for objects.
#[derive(Clone, Debug)]
pub struct Call {
    /// The verb that authorization sees.
    pub verb: &'static str,
    /// What the path names.
    pub target: Target,
    /// Query parameters.
    pub query: Query,
    /// Who asks.
    pub user: User,
    /// How the answer is rendered.
    pub accept: Accept,
    /// Media type of the body without parameters.
    pub content_type: String,
    /// The body.
    pub body: Bytes,
    /// `User-Agent`.
    pub agent: String,
}

/// The rendering that a client asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accept {
    /// Whole objects.
    #[default]
    Object,
    /// Only metadata (`PartialObjectMetadata`, or its list).
    Partial,
    /// Rows and columns (`Table`).
    Table(Include),
}

/// What a row of a table says of its object beside the cells (`includeObject`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Include {
    /// Its metadata.
    #[default]
    Metadata,
    /// All of it.
    Object,
    /// Nothing.
    Nothing,
}

impl Call {
    /// The object's name, empty if the path names none.
    pub fn name(&self) -> &str {
        self.target.name.as_deref().unwrap_or_default()
    }

    /// The namespace of the path, empty if none.
    pub fn namespace(&self) -> &str {
        self.target.namespace.as_deref().unwrap_or_default()
    }

    /// Whether nothing is to be stored (`dryRun=All`).
    pub fn is_dry_run(&self) -> bool {
        self.query.get("dryRun").is_some_and(|value| value == "All")
    }

    /// The field manager: the parameter, or the user agent up to its first slash.
    pub fn manager(&self) -> String {
        if let Some(named) = self.query.text("fieldManager") {
            return named.to_owned();
        }
        let agent = self.agent.split('/').next().unwrap_or_default().chars().filter(|character| !character.is_control());
        let agent: String = agent.take(AGENT_LENGTH_MAX).collect();
        if agent.is_empty() { UNKNOWN_MANAGER.to_owned() } else { agent }
    }

    /// The body as a value, an object of `kind` as messages have it.
    pub fn value(&self, kind: &str) -> Result<Value, Status> {
        decode::body(self, kind)
    }

    /// The body as an object of a resource.
    pub fn object(&self, resolved: &Resolved) -> Result<Value, Status> {
        let kind = &resolved.resource.kind;
        if resolved.resource.is_custom() { decode::custom_body(self, kind) } else { decode::body(self, kind) }
    }
}

impl Accept {
    /// Picks the first rendering of an `Accept` header that we can write.
    pub fn parse(headers: &HeaderMap) -> Result<Accept, Status> {
        let Some(accept) = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()) else { return Ok(Accept::Object) };
        accept.split(',').find_map(|item| Accept::one(item.trim())).ok_or_else(Status::not_acceptable)
    }

    /// The same rendering with what the query wants of a table.
    pub fn with(self, query: &Query) -> Accept {
        match (self, query.get("includeObject")) {
            (Accept::Table(_), Some("Object")) => Accept::Table(Include::Object),
            (Accept::Table(_), Some("None")) => Accept::Table(Include::Nothing),
            (other, _) => other,
        }
    }

    fn one(item: &str) -> Option<Accept> {
        let mut parts = item.split(';').map(str::trim);
        if !matches!(parts.next(), Some("application/json" | "*/*" | "application/*" | "")) {
            return None;
        }
        let parameters: HashMap<&str, &str> = parts.filter_map(|part| part.split_once('=')).collect();
        match parameters.get("as").copied() {
            None => Some(Accept::Object),
            Some("Table") if parameters.get("v").is_none_or(|version| *version == "v1") => Some(Accept::Table(Include::default())),
            Some("PartialObjectMetadata" | "PartialObjectMetadataList") => Some(Accept::Partial),
            Some(_) => None,
        }
    }
}

/// Query parameters, each with its first value.
#[derive(Clone, Debug, Default)]
pub struct Query(HashMap<String, String>);

impl Query {
    /// Reads the part of a URL behind `?`.
    pub fn parse(text: &str) -> Query {
        let mut parameters = HashMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            parameters.entry(decode(&key.replace('+', " "))).or_insert_with(|| decode(&value.replace('+', " ")));
        }
        Query(parameters)
    }

    /// One parameter.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// One parameter, if it is not empty.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).filter(|value| !value.is_empty())
    }

    /// Whether a parameter is set and not false; any other text than `0` and `false` is true.
    pub fn flag(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| !matches!(value.to_ascii_lowercase().as_str(), "0" | "false"))
    }

    /// A parameter that is a number.
    pub fn number(&self, key: &str) -> Option<u64> {
        self.get(key)?.parse().ok()
    }
}

/// Undoes percent-encoding; a broken escape stays as it is.
pub fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        match escaped(rest) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn escaped(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(text: &'static str) -> Option<Accept> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, http::HeaderValue::from_static(text));
        Accept::parse(&headers).ok()
    }

    #[test]
    fn the_first_rendering_that_can_be_written_is_taken() {
        let kubectl = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
        assert_eq!(accept(kubectl), Some(Accept::Table(Include::Metadata)));
        assert_eq!(accept("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"), Some(Accept::Partial));
        assert_eq!(accept("application/vnd.kubernetes.protobuf,application/json"), Some(Accept::Object));
        assert_eq!(accept("application/vnd.kubernetes.protobuf"), None);
    }

    #[test]
    fn queries_are_decoded() {
        let query = Query::parse("labelSelector=app%3Dweb%2Ctier+in+%28a%29&watch=1&limit=5&x");
        assert_eq!(query.get("labelSelector"), Some("app=web,tier in (a)"));
        assert!(query.flag("watch") && query.flag("x") && !query.flag("y"));
        assert_eq!(query.number("limit"), Some(5));
    }
}
