//! Where a write happens, as far as rules ask.

use crate::options::Clock;
use crate::registry::{Registry, Resolved};
use crate::request::Validation;

/// Where a write happens.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// Every served resource.
    pub registry: &'a Registry,
    /// Where times come from.
    pub clock: &'a Clock,
    /// The resource at the version written.
    pub resolved: &'a Resolved,
    /// The subresource written to, if any.
    pub subresource: Option<&'a str>,
    /// What to do with unknown fields.
    pub validation: Validation,
}
