//! Flux's own layer over Kustomize, pure: a tree, a spec and variables in, the objects to apply out.
//!
//! ```text
//! Tree, Spec -> generate (a kustomization where none is) -> merge_spec -> kustomize::build
//!            -> substitute (each object) -> normalise (lists, kinds, defaults) -> metadata (owner, common) -> objects
//! ```
//!
//! It refuses to be: a reader of clusters (variables arrive read), a decrypter, a fetcher of remote bases.
//! Begin with [`build()`]; [`show()`] is the same build for a person's eyes, as `flux build` prints it; [`ignore`] stands apart: it is what sources use to choose the files of an artifact.

mod build;
mod bundle;
pub mod envsubst;
mod error;
mod generate;
mod glob;
pub mod ignore;
mod mask;
mod merge_spec;
mod metadata;
mod normalise;
mod show;
mod spec;
mod substitute;
mod tree;
mod typed;

pub use build::{Built, Variables, build};
pub use error::Error;
pub use merge_spec::is_local_relative;
pub use metadata::{OWNER_NAME_LABEL, OWNER_NAMESPACE_LABEL};
pub use normalise::{is_encrypted, normalise, read_objects};
pub use show::show;
pub use spec::{Image, Patch, Spec, SubstituteStrategy};
pub use substitute::substitute;
pub use tree::{Entry, Tree};
