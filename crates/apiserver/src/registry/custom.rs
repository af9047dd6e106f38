//! A resource as a CustomResourceDefinition describes it.

use serde_json::Value;

/// What a definition says of one version.
#[derive(Debug)]
pub struct Custom {
    /// `schema.openAPIV3Schema`, null if absent.
    pub schema: Value,
    /// The same schema, compiled for defaulting, pruning and validation.
    pub structural: Option<structural::Schema>,
    /// The same schema as types, for field ownership.
    pub catalog: schema::Catalog,
    /// `additionalPrinterColumns`.
    pub columns: Vec<Value>,
    /// `subresources.scale`, if served.
    pub scale: Option<ScalePaths>,
    /// `selectableFields`, as JSON paths such as `.spec.colour`.
    pub selectable_fields: Vec<String>,
    /// The warning for users of a deprecated version.
    pub deprecation: Option<String>,
}

/// Where the scale subresource finds its fields, as JSON paths such as `.spec.replicas`.
#[derive(Clone, Debug)]
pub struct ScalePaths {
    /// Wanted replicas.
    pub spec_replicas: String,
    /// Counted replicas.
    pub status_replicas: String,
    /// Selector in text form, if any.
    pub label_selector: Option<String>,
}
