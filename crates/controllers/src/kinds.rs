//! The kinds as resources of a cluster, without discovery.

use api::{Resource as Typed, Spec};
use cluster::Resource;

/// Where objects of a kind of ours live.
pub fn resource<S: Spec>() -> Resource {
    let definition = Typed::<S>::definition();
    Resource::namespaced(&definition.api_version(), definition.kind, definition.plural)
}

/// ConfigMaps.
pub fn config_maps() -> Resource {
    Resource::namespaced("v1", "ConfigMap", "configmaps")
}

/// Secrets.
pub fn secrets() -> Resource {
    Resource::namespaced("v1", "Secret", "secrets")
}

/// ServiceAccounts.
pub fn service_accounts() -> Resource {
    Resource::namespaced("v1", "ServiceAccount", "serviceaccounts")
}

/// Definitions of custom resources.
pub fn definitions() -> Resource {
    Resource::cluster_scoped("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions")
}
