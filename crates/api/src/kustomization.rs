//! Kustomization: render manifests of a source and keep the cluster equal to them.

use std::collections::BTreeMap;

use crate::crd::{AGE, READY, STATUS};
use crate::duration::up_to_hours;
use crate::schema::{choice, default, max_length, min_length, shape};
use crate::{
    CommonMetadata, Conditions, Definition, DependencyReference, Duration, HealthCheckExpr, History, IgnoreRule, Image, Inventory,
    KubeConfigReference, LocalObjectReference, ObjectReference, Patch, Resource, Spec, ValuesKind, names,
};

/// A Kustomization object.
pub type Kustomization = Resource<KustomizationSpec>;

/// Shortest time a pass may take before it is given up, whatever the interval.
const TIMEOUT_MIN: std::time::Duration = std::time::Duration::from_secs(30);

choice! {
    /// Kinds of source a Kustomization renders from.
    KustomizationSourceKind {
        /// An OCIRepository.
        OCIRepository = "OCIRepository",
        /// A GitRepository.
        #[default]
        GitRepository = "GitRepository",
        /// A Bucket.
        Bucket = "Bucket",
        /// An ExternalArtifact.
        ExternalArtifact = "ExternalArtifact",
    }
}

shape! {
    /// Where the manifests come from.
    KustomizationSourceReference {
        required {
            /// Kind of the source.
            kind: KustomizationSourceKind;
            /// Name of the source.
            name: String;
        }
        optional {
            /// Group and version of the source.
            api_version: String;
            /// Namespace of the source; that of the Kustomization where it is absent.
            namespace: String;
        }
    }
}

choice! {
    /// What becomes of the applied objects when the Kustomization is deleted.
    DeletionPolicy {
        /// As spec.prune says.
        #[default]
        MirrorPrune = "MirrorPrune",
        /// They are deleted.
        Delete = "Delete",
        /// They are deleted, and the Kustomization goes when they are gone.
        WaitForTermination = "WaitForTermination",
        /// They stay.
        Orphan = "Orphan",
    }
}

choice! {
    /// Where an object came from, written as annotations.
    BuildMetadata {
        /// The file an object was read from.
        #[default]
        OriginAnnotations = "originAnnotations",
        /// The transformers that changed an object.
        TransformerAnnotations = "transformerAnnotations",
    }
}

choice! {
    /// Providers of decryption.
    DecryptionProvider {
        /// SOPS.
        #[default]
        Sops = "sops",
    }
}

shape! {
    /// How secrets in the manifests are decrypted.
    Decryption {
        required {
            /// Format of the encryption.
            provider: DecryptionProvider;
        }
        optional {
            /// Secret with the private keys.
            secret_ref: Option<LocalObjectReference>;
            /// ServiceAccount whose workload identity may decrypt.
            service_account_name: String;
        }
    }
}

choice! {
    /// When variables are substituted.
    SubstituteStrategy {
        /// When there is at least one variable.
        #[default]
        WithVariables = "WithVariables",
        /// Always, so that defaults written in the manifests count.
        Always = "Always",
    }
}

shape! {
    /// A ConfigMap or a Secret whose keys are variables.
    SubstituteReference {
        required {
            /// Kind of the object.
            kind: ValuesKind;
            /// Name of the object.
            name: String [min_length(1), max_length(253)];
        }
        optional {
            /// Whether the object may be absent.
            optional: bool [default(false)];
        }
    }
}

shape! {
    /// What is done to the rendered manifests.
    PostBuild {
        optional {
            /// Variables and their values; they win over those of substituteFrom.
            substitute: BTreeMap<String, String>;
            /// Objects whose keys are variables; a later one wins.
            substitute_from: Vec<SubstituteReference>;
            /// When variables are substituted.
            substitute_strategy: Option<SubstituteStrategy>;
        }
    }
}

shape! {
    /// What a Kustomization asks for.
    KustomizationSpec {
        required {
            /// How often the cluster is compared although nothing seems to have changed.
            interval: Duration [up_to_hours()];
            /// Whether objects that leave the manifests are deleted.
            prune: bool;
            /// Where the manifests come from.
            source_ref: KustomizationSourceReference;
        }
        optional {
            /// Where an object came from, written as annotations on it.
            build_metadata: Vec<BuildMetadata>;
            /// Labels and annotations for every object.
            common_metadata: Option<CommonMetadata>;
            /// Directories of components to add, relative to the path.
            components: Vec<String>;
            /// How secrets in the manifests are decrypted.
            decryption: Option<Decryption>;
            /// What becomes of the applied objects when this one is deleted.
            deletion_policy: Option<DeletionPolicy>;
            /// Kustomizations that must be ready first.
            depends_on: Vec<DependencyReference>;
            /// Whether objects are deleted and made again when a change is refused as immutable.
            force: bool [default(false)];
            /// Expressions that judge the health of kinds the usual checks do not know.
            health_check_exprs: Vec<HealthCheckExpr>;
            /// Objects whose health is waited for.
            health_checks: Vec<ObjectReference>;
            /// Fields of applied objects that others own.
            ignore: Vec<IgnoreRule>;
            /// Whether components that are absent are passed over.
            ignore_missing_components: bool;
            /// Other names, tags or digests for images.
            images: Vec<Image>;
            /// Another cluster to apply to.
            kube_config: Option<KubeConfigReference>;
            /// Text in front of every name.
            name_prefix: String [min_length(1), max_length(200)];
            /// Text behind every name.
            name_suffix: String [min_length(1), max_length(200)];
            /// Changes to rendered objects.
            patches: Vec<Patch>;
            /// Directory in the source; its root where it is absent.
            path: String;
            /// What is done to the rendered manifests.
            post_build: Option<PostBuild>;
            /// How soon a failed pass is tried again; the interval where it is absent.
            retry_interval: Option<Duration> [up_to_hours()];
            /// ServiceAccount that objects are applied as.
            service_account_name: String;
            /// Whether the Kustomization rests.
            suspend: bool;
            /// Namespace for every object that has one.
            target_namespace: String [min_length(1), max_length(63)];
            /// How long a pass may take; the interval less 30 seconds where it is absent, never under 30 seconds.
            timeout: Option<Duration> [up_to_hours()];
            /// Whether the health of every applied object is waited for; healthChecks are then passed over.
            wait: bool;
        }
    }
}

shape! {
    /// What is so about a Kustomization.
    KustomizationStatus {
        optional {
            /// What the controller says.
            conditions: Conditions;
            /// What was done lately.
            history: History;
            /// What was applied.
            inventory: Option<Inventory>;
            /// Origin of the revision that was last applied.
            last_applied_origin_revision: String;
            /// Revision that was last applied with success.
            last_applied_revision: String;
            /// Revision that was last tried.
            last_attempted_revision: String;
            /// The last request for a reconcile that was handled.
            last_handled_reconcile_at: String;
            /// Generation that was last reconciled.
            observed_generation: i64;
        }
    }
}

impl Spec for KustomizationSpec {
    type Status = KustomizationStatus;
    const DEFINITION: Definition = Definition {
        group: names::KUSTOMIZE_GROUP,
        version: "v1",
        kind: "Kustomization",
        plural: "kustomizations",
        short: "ks",
        category: "fluxcd-appliers",
        about: "Renders the manifests of a source and keeps a cluster equal to them.",
        columns: &[AGE, READY, STATUS],
        starts_unobserved: true,
    };
}

impl KustomizationSpec {
    /// How long a pass may take.
    pub fn timeout(&self) -> std::time::Duration {
        let fallback = || self.interval.get().saturating_sub(TIMEOUT_MIN);
        self.timeout.map_or_else(fallback, Duration::get).max(TIMEOUT_MIN)
    }

    /// How soon a failed pass is tried again.
    pub fn retry_interval(&self) -> std::time::Duration {
        self.retry_interval.unwrap_or(self.interval).get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_has_at_least_thirty_seconds() {
        let spec = |interval: u64, timeout: Option<u64>| KustomizationSpec {
            interval: Duration::from_secs(interval),
            timeout: timeout.map(Duration::from_secs),
            ..KustomizationSpec::default()
        };
        for (interval, timeout, expected) in [(60, None, 30), (10, None, 30), (600, None, 570), (600, Some(120), 120), (600, Some(5), 30)] {
            assert_eq!(spec(interval, timeout).timeout().as_secs(), expected);
        }
    }
}
