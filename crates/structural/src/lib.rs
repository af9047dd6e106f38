//! Structural schemas of custom resources: defaulting, pruning, validation, CEL rules, pure.
//!
//! A [`Schema`] is compiled once for a version of a definition and used for many objects. Messages are those of
//! kube-apiserver. Refuses to be a JSON schema library: what Kubernetes forbids in definitions is refused at compile
//! time, and metadata is the server's. Begin with [`Schema`].

mod check;
mod defaults;
mod error;
mod formats;
mod lists;
mod node;
mod prune;
mod rules;
mod validate;

pub use error::{FieldError, Reason};
pub use node::Schema;
