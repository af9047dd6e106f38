//! Dynamic Kubernetes objects: identity, labels, selectors and merge patch over plain JSON values.
//!
//! Refuses to be: typed. What a field of a Deployment means is `schema`'s business; what a Kustomization means is `api`'s.
//! Begin with [`Object`], then [`ObjectId`].

mod id;
mod json_kind;
mod merge;
mod selector;
mod sensitive;
mod value;

pub use id::{Gvk, ObjectId, ParseIdError};
pub use json_kind::json_kind;
pub use merge::merge_patch;
pub use selector::{ParseSelectorError, Requirement, Selector};
pub use sensitive::Sensitive;
pub use serde_json::{Map, Value};
pub use value::{NotAnObject, Object};
