//! What a Kustomization refers to.

use api::{DependencyReference, Kustomization, ValuesKind};
use object::Object;
use runtime::Key;

use crate::referrers::Thing;

/// The kind of a dependency.
pub const KIND: &str = "Kustomization";

/// The key of a dependency; its namespace is ours unless it says otherwise.
pub fn dependency_key(kustomization: &Kustomization, dependency: &DependencyReference) -> Key {
    Key::new(or_own(kustomization, &dependency.namespace), dependency.name.as_str())
}

/// The key of the source.
pub fn source_key(kustomization: &Kustomization) -> Key {
    let reference = &kustomization.spec.source_ref;
    Key::new(or_own(kustomization, &reference.namespace), reference.name.as_str())
}

fn or_own<'a>(kustomization: &'a Kustomization, namespace: &'a str) -> &'a str {
    if namespace.is_empty() { &kustomization.metadata.namespace } else { namespace }
}

/// Everything that a Kustomization refers to, and whose change is a reason to look again.
pub fn things(object: &Object) -> Vec<Thing> {
    let Ok(kustomization) = Kustomization::try_from(object) else { return Vec::new() };
    let spec = &kustomization.spec;
    let own = kustomization.metadata.namespace.as_str();
    let variables = spec.post_build.iter().flat_map(|post_build| &post_build.substitute_from);
    let variables = variables.map(|reference| (reference.kind.as_str(), Key::new(own, reference.name.as_str())));
    let kubeconfig = spec.kube_config.iter().filter_map(|reference| reference.secret_ref.as_ref());
    let kubeconfig = kubeconfig.map(|reference| (ValuesKind::Secret.as_str(), Key::new(own, reference.name.as_str())));
    let dependencies = spec.depends_on.iter().map(|dependency| (KIND, dependency_key(&kustomization, dependency)));
    let source = (spec.source_ref.kind.as_str(), source_key(&kustomization));
    std::iter::once(source).chain(variables).chain(kubeconfig).chain(dependencies).collect()
}
