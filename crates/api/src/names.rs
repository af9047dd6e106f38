//! Names on objects that others hold on to: annotations, labels, finalizers, field managers.
//!
//! Refuses to be: behaviour. Who honours a name, and when, is said where it is honoured.

/// Asks for a reconcile now; its value comes back as `status.lastHandledReconcileAt`.
pub const REQUESTED_AT: &str = "reconcile.fluxcd.io/requestedAt";
/// Asks for one forced release; counts only when equal to [`REQUESTED_AT`].
pub const FORCE_AT: &str = "reconcile.fluxcd.io/forceAt";
/// Asks for the failure counts to be cleared; counts only when equal to [`REQUESTED_AT`].
pub const RESET_AT: &str = "reconcile.fluxcd.io/resetAt";
/// Label that makes a ConfigMap or a Secret trigger those that refer to it, with the value [`WATCH_ENABLED`].
pub const WATCH: &str = "reconcile.fluxcd.io/watch";
/// The value of [`WATCH`] that counts.
pub const WATCH_ENABLED: &str = "Enabled";

/// Group of Kustomization, and prefix of its labels and annotations.
pub const KUSTOMIZE_GROUP: &str = "kustomize.toolkit.fluxcd.io";
/// Group of HelmRelease, and prefix of its labels and annotations.
pub const HELM_GROUP: &str = "helm.toolkit.fluxcd.io";
/// Group of the sources.
pub const SOURCE_GROUP: &str = "source.toolkit.fluxcd.io";
/// Group of ArtifactGenerator.
pub const EXTENSIONS_GROUP: &str = "source.extensions.fluxcd.io";

/// Owner label: name of the Kustomization that applied the object.
pub const KUSTOMIZATION_NAME: &str = "kustomize.toolkit.fluxcd.io/name";
/// Owner label: namespace of the Kustomization that applied the object.
pub const KUSTOMIZATION_NAMESPACE: &str = "kustomize.toolkit.fluxcd.io/namespace";
/// Owner label: name of the HelmRelease that made the object.
pub const HELM_RELEASE_NAME: &str = "helm.toolkit.fluxcd.io/name";
/// Owner label: namespace of the HelmRelease that made the object.
pub const HELM_RELEASE_NAMESPACE: &str = "helm.toolkit.fluxcd.io/namespace";

/// `disabled` keeps an object when it leaves the inventory.
pub const PRUNE: &str = "kustomize.toolkit.fluxcd.io/prune";
/// `disabled` leaves an object alone.
pub const RECONCILE: &str = "kustomize.toolkit.fluxcd.io/reconcile";
/// `Override`, `Merge`, `IfNotPresent` or `Ignore`: how an object is applied.
pub const SSA: &str = "kustomize.toolkit.fluxcd.io/ssa";
/// `enabled` replaces an object whose change the server refuses as immutable.
pub const FORCE: &str = "kustomize.toolkit.fluxcd.io/force";
/// `disabled` keeps variables in an object as they are.
pub const SUBSTITUTE: &str = "kustomize.toolkit.fluxcd.io/substitute";
/// `disabled` keeps an encrypted Secret as it is. Annotation only.
pub const DECRYPT: &str = "kustomize.toolkit.fluxcd.io/decrypt";
/// `disabled` excludes an object of a release from drift detection.
pub const DRIFT_DETECTION: &str = "helm.toolkit.fluxcd.io/driftDetection";
/// `disabled` suspends an ArtifactGenerator.
pub const GENERATOR_RECONCILE: &str = "source.extensions.fluxcd.io/reconcile";
/// Label on a generated ExternalArtifact: uid of its ArtifactGenerator.
pub const GENERATOR: &str = "source.extensions.fluxcd.io/generator";
/// The value that switches most of the names above.
pub const DISABLED: &str = "disabled";
/// The value that switches [`FORCE`] on.
pub const ENABLED: &str = "enabled";

/// Label that gives an object to one shard.
pub const SHARD_KEY: &str = "sharding.fluxcd.io/key";
/// Label that tells what a shard does.
pub const SHARD_ROLE: &str = "sharding.fluxcd.io/role";
/// Annotations with this prefix are copied into every event about the object.
pub const EVENT_PREFIX: &str = "event.toolkit.fluxcd.io/";
/// Label on every event that was reported about a change.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// Finalizer of every kind but ArtifactGenerator.
pub const FINALIZER: &str = "finalizers.fluxcd.io";
/// Finalizer of ArtifactGenerator.
pub const EXTENSIONS_FINALIZER: &str = "source.extensions.fluxcd.io/finalizer";

/// Field manager of the sources' status.
pub const SOURCE_MANAGER: &str = "source-controller";
/// Field manager of what a Kustomization applies.
pub const KUSTOMIZE_MANAGER: &str = "kustomize-controller";
/// Field manager of a Kustomization's own status.
pub const KUSTOMIZE_STATUS_MANAGER: &str = "gotk-kustomize-controller";
/// Field manager of what a HelmRelease applies and of its status.
pub const HELM_MANAGER: &str = "helm-controller";
/// Field manager with which a person keeps single fields from being taken back.
pub const CLIENT_SIDE_MANAGER: &str = "flux-client-side-apply";
