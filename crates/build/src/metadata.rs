//! Labels and annotations that everything gets after the build.

use crate::Spec;
use object::Object;

/// The label that names the Kustomization that owns an object.
pub const OWNER_NAME_LABEL: &str = "kustomize.toolkit.fluxcd.io/name";
/// The label that names the namespace of the Kustomization that owns an object.
pub const OWNER_NAMESPACE_LABEL: &str = "kustomize.toolkit.fluxcd.io/namespace";

/// Sets the owner's labels, then the common labels and annotations, which win.
pub(crate) fn set_metadata(object: &mut Object, spec: &Spec) {
    object.set_label(OWNER_NAME_LABEL, &spec.name);
    object.set_label(OWNER_NAMESPACE_LABEL, &spec.namespace);
    spec.common_labels.iter().for_each(|(key, value)| object.set_label(key, value));
    spec.common_annotations.iter().for_each(|(key, value)| object.set_annotation(key, value));
}
