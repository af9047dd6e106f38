//! YAML as Kubernetes tools read and write it: text to JSON values and back, with marks and limits.
//!
//! The reader accepts and refuses what Go's YAML libraries accept and refuse, because that is the language manifests are
//! written in; the writer prints what `sigs.k8s.io/yaml` prints. It refuses to be a general YAML toolkit: there is no
//! serde, no styles to choose beyond two, no schema. Begin with [`parse`], [`from_str`] and [`to_string`];
//! [`parse_nodes`] is for those who need to know where a value stands in the text.
//!
//! ```text
//! text -> scan (tokens) -> parse (events) -> values (JSON values)
//!                                         -> node   (nodes with marks)
//! value -> emit -> text
//! ```

mod chars;
mod cursor;
mod emit;
mod error;
mod float;
mod folded;
mod key_order;
mod node;
mod options;
mod parse;
mod resolve;
mod scan;
mod token;
mod values;

pub use emit::{Style as WriteStyle, WriteOptions, to_string, to_string_v3, to_string_with};
pub use error::{Error, Mark};
pub use node::{Node, NodeKind, parse_nodes};
pub use options::{Dialect, Limits, Options};
pub use serde_json::{Map, Value};
pub use token::ScalarStyle;
pub use values::{Document, from_str, from_str_with, parse};
