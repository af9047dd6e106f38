//! Which rendering of an answer a client asks for.

use std::collections::HashMap;

use http::{HeaderMap, header};

use super::query::Query;
use crate::status::Status;

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
}
