//! Reasons of conditions and events, word for word as the Flux API has them.
//!
//! Refuses to be: an enum. A reason read from a cluster may be any word; these are the ones written here.

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal;)*) => {
        $($(#[doc = $doc])+ pub const $name: &str = $word;)*

        /// Every reason, for tables and tests.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

reasons! {
    // Of every kind.
    /// The work was done.
    SUCCEEDED = "Succeeded";
    /// The work failed.
    FAILED = "Failed";
    /// The work goes on.
    PROGRESSING = "Progressing";
    /// The work failed and is tried again.
    PROGRESSING_WITH_RETRY = "ProgressingWithRetry";
    /// The object is suspended.
    SUSPENDED = "Suspended";
    /// Another object must be ready first.
    DEPENDENCY_NOT_READY = "DependencyNotReady";
    /// A path does not exist or leads out of its root.
    INVALID_PATH = "InvalidPath";
    /// A URL cannot be used.
    INVALID_URL = "InvalidURL";
    /// Plain connections are not allowed here.
    INSECURE_CONNECTIONS_DISALLOWED = "InsecureConnectionsDisallowed";
    /// The kind of connection is not supported.
    UNSUPPORTED_CONNECTION_TYPE = "UnsupportedConnectionType";
    /// The object refers to one it may not use.
    ACCESS_DENIED = "AccessDenied";
    /// A CEL expression does not compile.
    INVALID_CEL_EXPRESSION = "InvalidCELExpression";
    /// What the object asks for is switched off on this platform.
    FEATURE_GATE_DISABLED = "FeatureGateDisabled";
    /// The wait for health was ended by a newer revision.
    HEALTH_CHECK_CANCELED = "HealthCheckCanceled";

    // Of a Kustomization.
    /// The revision is applied and healthy.
    RECONCILIATION_SUCCEEDED = "ReconciliationSucceeded";
    /// The revision could not be applied.
    RECONCILIATION_FAILED = "ReconciliationFailed";
    /// The source's artifact could not be used.
    ARTIFACT_FAILED = "ArtifactFailed";
    /// Rendering failed.
    BUILD_FAILED = "BuildFailed";
    /// What was applied is not healthy.
    HEALTH_CHECK_FAILED = "HealthCheckFailed";
    /// Objects that left the inventory could not be deleted.
    PRUNE_FAILED = "PruneFailed";

    // Of the sources.
    /// The URL of a source cannot be used.
    URL_INVALID = "URLInvalid";
    /// Credentials are missing, wrong or refused.
    AUTHENTICATION_FAILED = "AuthenticationFailed";
    /// Git failed.
    GIT_OPERATION_FAILED = "GitOperationFailed";
    /// Git found nothing new.
    GIT_OPERATION_SUCCEEDED = "GitOperationSucceeded";
    /// The Git repository has no commit.
    EMPTY_GIT_REPOSITORY = "EmptyGitRepository";
    /// The provider's settings contradict each other.
    INVALID_PROVIDER_CONFIGURATION = "InvalidProviderConfiguration";
    /// A new revision is there.
    NEW_REVISION = "NewRevision";
    /// An included repository changed.
    INCLUDE_CHANGE = "IncludeChange";
    /// An included repository is not there.
    NOT_FOUND = "NotFound";
    /// An included repository has no artifact.
    NO_ARTIFACT = "NoArtifact";
    /// A path of an include leads out of its root.
    ILLEGAL_PATH = "IllegalPath";
    /// An include could not be copied.
    COPY_FAILURE = "CopyFailure";
    /// The mode of verification is unknown.
    INVALID_VERIFICATION_MODE = "InvalidVerificationMode";
    /// A signature could not be checked.
    VERIFICATION_ERROR = "VerificationError";
    /// The object to verify is not of the right type.
    INVALID_GIT_OBJECT = "InvalidGitObject";
    /// The tag's signature does not hold.
    INVALID_TAG_SIGNATURE = "InvalidTagSignature";
    /// The commit's signature does not hold.
    INVALID_COMMIT_SIGNATURE = "InvalidCommitSignature";
    /// A directory could not be made.
    DIRECTORY_CREATION_FAILED = "DirectoryCreationFailed";
    /// A file could not be looked at.
    STAT_OPERATION_FAILED = "StatOperationFailed";
    /// A file could not be read.
    READ_OPERATION_FAILED = "ReadOperationFailed";
    /// The archive could not be written.
    ARCHIVE_OPERATION_FAILED = "ArchiveOperationFailed";
    /// The status could not be written.
    PATCH_OPERATION_FAILED = "PatchOperationFailed";
    /// The exclusion rules cannot be read.
    SOURCE_IGNORE_ERROR = "SourceIgnoreError";
    /// The registry did not give the artifact.
    OCI_PULL_FAILED = "OCIArtifactPullFailed";
    /// The artifact's layer could not be used.
    OCI_LAYER_OPERATION_FAILED = "OCIArtifactLayerOperationFailed";
    /// The cache failed.
    CACHE_OPERATION_FAILED = "CacheOperationFailed";
    /// A bucket failed.
    BUCKET_OPERATION_FAILED = "BucketOperationFailed";
    /// A bucket was read.
    BUCKET_OPERATION_SUCCEEDED = "BucketOperationSucceeded";
    /// The token service's settings contradict the bucket's.
    INVALID_STS_CONFIGURATION = "InvalidSTSConfiguration";
    /// A Helm index could not be had.
    INDEXATION_FAILED = "IndexationFailed";
    /// A chart was pulled.
    CHART_PULL_SUCCEEDED = "ChartPullSucceeded";
    /// A chart was packaged.
    CHART_PACKAGE_SUCCEEDED = "ChartPackageSucceeded";
    /// A chart's source is not there.
    SOURCE_UNAVAILABLE = "SourceUnavailable";
    /// A chart's source has no artifact.
    NO_SOURCE_ARTIFACT = "NoSourceArtifact";
    /// A chart's source is of a kind that gives no charts.
    UNSUPPORTED_SOURCE_KIND = "UnsupportedSourceKind";
    /// A chart's name or version cannot be used.
    INVALID_CHART_REFERENCE = "InvalidChartReference";
    /// A chart could not be pulled.
    CHART_PULL_ERROR = "ChartPullError";
    /// A chart's version could not be changed.
    METADATA_PATCH_ERROR = "MetadataPatchError";
    /// A values file cannot be used.
    VALUES_FILES_ERROR = "ValuesFilesError";
    /// A chart's dependencies could not be had.
    DEPENDENCY_BUILD_ERROR = "DependencyBuildError";
    /// A chart could not be packaged.
    CHART_PACKAGE_ERROR = "ChartPackageError";
    /// A chart's signature does not hold.
    CHART_VERIFICATION_ERROR = "ChartVerificationError";
    /// A new chart is there.
    NEW_CHART = "NewChart";
    /// A lock could not be had.
    ACQUIRE_LOCK_FAILED = "AcquireLockFailed";

    // Of an ArtifactGenerator.
    /// A source could not be fetched.
    SOURCE_FETCH_FAILED = "SourceFetchFailed";
    /// The spec contradicts itself.
    VALIDATION_FAILED = "ValidationFailed";
    /// The generator is switched off by its annotation.
    RECONCILIATION_DISABLED = "ReconciliationDisabled";

    // Of a HelmRelease.
    /// The release was installed.
    INSTALL_SUCCEEDED = "InstallSucceeded";
    /// The release could not be installed.
    INSTALL_FAILED = "InstallFailed";
    /// The release was upgraded.
    UPGRADE_SUCCEEDED = "UpgradeSucceeded";
    /// The release could not be upgraded.
    UPGRADE_FAILED = "UpgradeFailed";
    /// The release's tests passed.
    TEST_SUCCEEDED = "TestSucceeded";
    /// The release's tests failed.
    TEST_FAILED = "TestFailed";
    /// The release was rolled back.
    ROLLBACK_SUCCEEDED = "RollbackSucceeded";
    /// The release could not be rolled back.
    ROLLBACK_FAILED = "RollbackFailed";
    /// The release was uninstalled.
    UNINSTALL_SUCCEEDED = "UninstallSucceeded";
    /// The release could not be uninstalled.
    UNINSTALL_FAILED = "UninstallFailed";
    /// The cluster differs from the release.
    DRIFT_DETECTED = "DriftDetected";
    /// The cluster is as the release says.
    NO_DRIFT_DETECTED = "NoDriftDetected";
    /// The chart's source is not ready.
    SOURCE_NOT_READY = "SourceNotReady";
    /// The values cannot be composed.
    VALUES_ERROR = "ValuesError";
    /// The chart's version could not be changed.
    CHART_MUTATE_ERROR = "ChartMutateError";
    /// The target cluster cannot be reached.
    REST_CLIENT_ERROR = "RESTClientError";
    /// Objects could not be managed.
    RESOURCE_MANAGER_ERROR = "ResourceManagerError";
    /// The release storage could not be reached.
    FACTORY_ERROR = "FactoryError";
    /// The release storage could not be set up.
    CONFIG_FACTORY_ERROR = "ConfigFactoryErr";
    /// The release's state cannot be told.
    STATE_ERROR = "StateError";
    /// The release could not be reconciled.
    RECONCILE_ERROR = "ReconcileError";
    /// A release is stuck half way.
    PENDING_RELEASE = "PendingRelease";
    /// The release's tests have not run yet.
    AWAITING_TESTS = "AwaitingTests";
    /// The release failed too often.
    RETRIES_EXCEEDED = "RetriesExceeded";
    /// There is no release to go back to.
    MISSING_ROLLBACK_TARGET = "MissingRollbackTarget";
    /// The release's inventory could not be made.
    INVENTORY_BUILD_FAILED = "InventoryBuildFailed";
    /// The target namespace could not be looked at.
    NAMESPACE_CHECK_SKIPPED = "NamespaceCheckSkipped";
    /// A HelmChart was made for the release.
    HELM_CHART_CREATED = "HelmChartCreated";
    /// The release's HelmChart was changed.
    HELM_CHART_CONFIGURED = "HelmChartConfigured";
    /// The release's HelmChart was deleted.
    HELM_CHART_DELETED = "HelmChartDeleted";
    /// The release's HelmChart could not be kept.
    HELM_CHART_SYNC_ERROR = "HelmChartSyncErr";
    /// Drift was corrected.
    DRIFT_CORRECTED = "DriftCorrected";
    /// Drift could not be corrected.
    DRIFT_CORRECTION_FAILED = "DriftCorrectionFailed";

    // Of events alone.
    /// A new artifact was stored.
    NEW_ARTIFACT = "NewArtifact";
    /// The artifact is that of the newest revision.
    ARTIFACT_UP_TO_DATE = "ArtifactUpToDate";
    /// The artifact's signature does not hold.
    ARTIFACT_VERIFICATION_FAILED = "ArtifactVerificationFailed";
    /// Old artifacts were removed.
    GARBAGE_COLLECTION_SUCCEEDED = "GarbageCollectionSucceeded";
    /// Old artifacts could not be removed.
    GARBAGE_COLLECTION_FAILED = "GarbageCollectionFailed";
    /// Fields were left out that their kinds do not know. Flux leaves them out too, and does not tell.
    UNKNOWN_FIELDS = "UnknownFields";
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_reason_is_listed_twice() {
        let mut words = super::ALL.to_vec();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), super::ALL.len());
    }
}
