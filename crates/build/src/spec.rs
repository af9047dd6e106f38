//! What a Flux Kustomization says about rendering, as plain data. The controller maps the API type to it.

use object::Value;
use std::collections::BTreeMap;

/// What to build and what to change on the way.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// The name of the Kustomization, for the owner labels.
    pub name: String,
    /// The namespace of the Kustomization, for the owner labels.
    pub namespace: String,
    /// Sets the namespace of everything.
    pub target_namespace: Option<String>,
    /// Stands before every name.
    pub name_prefix: Option<String>,
    /// Stands behind every name.
    pub name_suffix: Option<String>,
    /// Appended to the patches of the kustomization file.
    pub patches: Vec<Patch>,
    /// Appended to the components of the kustomization file; paths within the tree.
    pub components: Vec<String>,
    /// Leaves out components that are not there instead of failing.
    pub ignore_missing_components: bool,
    /// Merged field by field with the images of the kustomization file.
    pub images: Vec<Image>,
    /// Replaces `buildMetadata` when not empty.
    pub build_metadata: Vec<String>,
    /// Labels of everything, set after the build; they win.
    pub common_labels: BTreeMap<String, String>,
    /// Annotations of everything, set after the build; they win.
    pub common_annotations: BTreeMap<String, String>,
    /// When to look for variables.
    pub substitute_strategy: SubstituteStrategy,
    /// Lets a variable that is not set and has no default become empty text instead of failing. Flux's default is to fail.
    pub allows_unset_variables: bool,
}

/// When to look for variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SubstituteStrategy {
    /// When at least one variable is given.
    #[default]
    WithVariables,
    /// Always, so that defaults in the manifests take hold.
    Always,
}

/// A patch and what it is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// A strategic merge patch or a JSON 6902 patch, as YAML text.
    pub patch: String,
    /// The selector as in the API: group, version, kind, name, namespace, labelSelector, annotationSelector.
    pub target: Option<Value>,
}

/// How to change an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// The name to look for.
    pub name: String,
    /// The name to put; empty keeps the name.
    pub new_name: String,
    /// The tag to put; empty keeps the tag.
    pub new_tag: String,
    /// The digest to put, which wins over the tag.
    pub digest: String,
}
