//! Go's text/template and the function library that Helm charts use, pure.
//!
//! A [`Set`] is parsed once and shared between threads; a [`Render`] runs its templates over [`Value`]s with the
//! reference semantics of Go (maps are shared, `set` changes them for every holder). Everything outside the text, the
//! clock, random bytes, keys, the cluster, comes through [`Host`]. The crate knows no charts, no files and no network.
//! Begin reading at `exec/mod.rs`; one file per function family lies under `functions/`.

pub mod error;
pub mod exec;
pub mod functions;
mod helm_message;
pub mod host;
pub mod limits;
pub mod parse;
pub mod value;

pub use error::{Error, ErrorKind, Fault};
pub use exec::{MissingKey, Options, ParsedFile, Render, Set, execute, without_no_value};
pub use functions::{FAMILIES, Function, Functions};
pub use host::{Certificate, CertificateRequest, Host, KeyKind, KeySource, Keys, Sealed};
pub use limits::Limits;
pub use value::{Element, List, Map, Methods, Param, Signature, Struct, Text, Time, Value};
