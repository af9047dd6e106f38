//! Who has to look again when something else changes: edges instead of polling.

use api::Kustomization;
use object::Object;
use runtime::{Key, Store};

use super::wish::dependency_key;

/// The Kustomizations that build from a source.
pub fn users_of_source(kustomizations: &Store, kind: &str, source: &Key) -> Vec<Key> {
    matching(kustomizations, |kustomization| {
        let reference = &kustomization.spec.source_ref;
        let namespace = if reference.namespace.is_empty() { &kustomization.metadata.namespace } else { &reference.namespace };
        reference.kind.as_str() == kind && reference.name == source.name && *namespace == source.namespace
    })
}

/// The Kustomizations that take variables from a ConfigMap or Secret.
pub fn users_of_variables(kustomizations: &Store, kind: &str, object: &Key) -> Vec<Key> {
    matching(kustomizations, |kustomization| {
        let references = kustomization.spec.post_build.iter().flat_map(|post_build| &post_build.substitute_from);
        let mut named = references.filter(|reference| reference.kind.as_str() == kind && reference.name == object.name);
        kustomization.metadata.namespace == object.namespace && named.next().is_some()
    })
}

/// The Kustomizations that wait for another.
pub fn dependents(kustomizations: &Store, of: &Key) -> Vec<Key> {
    matching(kustomizations, |kustomization| {
        kustomization.spec.depends_on.iter().any(|dependency| dependency_key(kustomization, dependency) == *of)
    })
}

fn matching(kustomizations: &Store, is_meant: impl Fn(&Kustomization) -> bool) -> Vec<Key> {
    let typed = |object: &Object| Kustomization::try_from(object.clone()).ok();
    let all = kustomizations.all();
    all.iter().filter(|object| typed(object).is_some_and(|kustomization| is_meant(&kustomization))).map(|object| Key::of(object)).collect()
}
