//! The controllers: one module per kind, each pass the seven stages from resolve to report.
//!
//! ```text
//!   sources/ (git, oci) ──artifacts──> kustomization/ ──plan──> cluster
//!        ^                                   ^
//!        └──────── start: watches ───────────┴── applied: what we applied, as watches tell
//! ```
//!
//! Refuses to be: a place that knows how to fetch, render, plan or write; those are rooms above.
//! Begin with [`start`], then `kustomization/mod.rs`.

mod applied;
mod kinds;
mod kustomization;
mod options;
mod passing;
mod patience;
mod referrers;
mod secret;
mod sites;
mod sources;
mod start;
mod status;
mod tree_files;

pub use kinds::resource;
pub use kustomization::{ANNOUNCED_ANNOTATION, DEFAULT_NAMESPACE_ANNOTATION, Preview, Rendered, build_spec, preview, render, variables};
pub use options::Options;
pub use sources::{Content, Context as SourceContext, DIRECTORY_ANNOTATION, NewArtifact, publish, serve_artifacts};
pub use start::{Platform, Running, start};
pub use tree_files::{TreeFiles, filtered};
