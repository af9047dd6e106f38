//! Overlays to objects: the Kustomize language, pure.
//!
//! Files in, objects out. No disk, no network, no clock, no process: a tree answers through [`Files`], charts and plugins are
//! refused, and what a repository would fetch is supplied by the caller as files. Begin with [`build()`]; inside, `target.rs`
//! holds the order of the steps.
//!
//! ```text
//! Files -> loader -> kustomization -+-> read, generators -> Resources -> transformers -> Resources -> build: names, vars, order
//!                                   +-> config (which fields)             merge (strategic merge)
//! ```

mod assign;
mod budget;
mod build;
mod cache;
mod config;
mod error;
mod field_spec;
mod fields;
mod files;
mod generators;
mod id;
mod json_patch;
mod kustomization;
mod lines;
mod loader;
mod marks;
mod merge;
mod misfits;
mod options;
mod origin;
mod parallel;
mod path;
mod pattern;
mod read;
mod read_ahead;
mod records;
mod replacement;
mod resource;
mod resources;
mod scope;
mod selector;
mod shared;
mod shared_value;
mod spelling;
mod steps;
mod structured;
mod target;
mod transformers;
mod untyped;
mod watch;

pub use build::{Built, Warn, build, build_cached, build_warned, documents, documents_beside, print, print_apart};
pub use cache::{Cache, Work};
pub use error::{Error, ErrorKind, Errors, Fault};
pub use files::{Files, MemoryFiles};
pub use options::{Limits, LoadRestrictor, Options, Reorder};
pub use shared_value::SharedValue;
