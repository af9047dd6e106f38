//! The sources: kinds that fetch content and offer it as an [`Artifact`](crate::Artifact).

mod bucket;
mod external_artifact;
mod git_repository;
mod helm_chart;
mod helm_repository;
mod oci_repository;
mod verification;

pub use bucket::*;
pub use external_artifact::*;
pub use git_repository::*;
pub use helm_chart::*;
pub use helm_repository::*;
pub use oci_repository::*;
pub use verification::*;

/// Longest fetch where a source gives no timeout.
pub(crate) const TIMEOUT_DEFAULT: crate::Duration = crate::Duration::from_secs(60);
/// The same as the server writes it.
pub(crate) const TIMEOUT_DEFAULT_TEXT: &str = "60s";
