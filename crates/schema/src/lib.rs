//! What is known of the built-in Kubernetes kinds: fields, merge keys, list types, defaults, scopes.
//!
//! One interface, [`Type`], covers the built-in kinds (a committed text table, read lazily), the schema of a custom
//! resource and a file of OpenAPI definitions. It refuses to be a validator: it knows shapes, not rules (`structural`
//! knows those). Begin with [`builtin`] and [`Type`]; the table's grammar is told in `table.rs`.

mod export;
mod kinds;
mod open;
mod strategic;
mod table;
mod types;

pub use export::{component, components};
pub use kinds::{Builtin, Kind, Subresource, builtin};
pub use strategic::{PatchError, strategic_merge};
pub use types::{Catalog, Field, ListTopology, Merge, Node, Scalar, Shape, Type};
