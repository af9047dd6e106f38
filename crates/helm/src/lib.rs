//! Charts and values to objects and hooks, pure: Helm 4's engine without helm.
//!
//! ```text
//! files or archive -> Chart ─┐
//! -f, --set, valuesFrom -> Values ─┴─> render -> Rendered { manifests, hooks, crds, notes }
//! ```
//!
//! Refuses to be: a package manager with state. Releases, history and the cluster belong to the control room; this crate knows no
//! disk, network, clock, environment or process. The template language itself is the crate `template`.
//! Begin with [`Chart`], [`values::load`] and [`render()`].

mod beside;
pub mod chart;
mod coalesce;
mod decode;
pub mod dependencies;
mod documents;
mod error;
mod failure;
pub mod instance;
pub mod limits;
pub mod lint;
pub mod post_render;
#[cfg(feature = "provenance")]
pub mod provenance;
pub mod render;
pub mod repository;
pub mod schema;
pub mod show;
pub mod values;

pub use chart::{Chart, Crd, File};
pub use error::{Error, Result};
pub use post_render::PostRenderer;
pub use render::{Capabilities, Hook, HookEvent, KubeVersion, Manifest, RenderOptions, Rendered, check_installable, render, render_with};
pub use values::Values;
