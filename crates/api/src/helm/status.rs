//! What is so about a HelmRelease.

use std::collections::BTreeMap;

use crate::schema::{choice, max_length, min_length, shape, unformatted};
use crate::{Conditions, Duration, Inventory, Time};

choice! {
    /// What was last tried.
    ReleaseAction {
        /// An install.
        #[default]
        Install = "install",
        /// An upgrade.
        Upgrade = "upgrade",
    }
}

shape! {
    /// How one test went.
    TestHookStatus {
        optional {
            /// When it last ended.
            last_completed: Option<Time>;
            /// When it last began.
            last_started: Option<Time>;
            /// How it ended, in Helm's words.
            phase: String;
        }
    }
}

shape! {
    /// One release as it was made; a later change by somebody else shows in its digest.
    ReleaseSnapshot {
        required {
            /// Name of the chart.
            chart_name: String;
            /// Version of the chart.
            chart_version: String;
            /// Digest of the values.
            config_digest: String;
            /// Digest of the release.
            digest: String;
            /// When the release was first deployed.
            first_deployed: Time;
            /// When this version was deployed.
            last_deployed: Time;
            /// Name of the release.
            name: String;
            /// Namespace of the release.
            namespace: String;
            /// How it stands, in Helm's words.
            status: String;
            /// Version of the release, counted from one.
            version: i64 [unformatted()];
        }
        optional {
            /// What made it: install, upgrade, rollback, uninstall or uninstall-remediation.
            action: String;
            /// Version of the format the digest is computed over.
            api_version: String;
            /// Version of the application the chart carries.
            app_version: String;
            /// When it was uninstalled.
            deleted: Option<Time>;
            /// Digest of the OCI artifact the chart came in.
            oci_digest: String;
            /// Tests and how they went; absent where none were run.
            test_hooks: Option<BTreeMap<String, TestHookStatus>>;
        }
    }
}

shape! {
    /// What is so about a HelmRelease.
    HelmReleaseStatus {
        optional {
            /// What the controller says.
            conditions: Conditions;
            /// Failed passes since the last that worked.
            failures: i64;
            /// Namespace and name of the HelmChart that was made for the release.
            helm_chart: String;
            /// Releases that were made, newest first.
            history: Vec<ReleaseSnapshot>;
            /// Failed installs since the last that worked.
            install_failures: i64;
            /// What was applied.
            inventory: Option<Inventory>;
            /// Digest of the values that were last tried.
            last_attempted_config_digest: String;
            /// Generation that was last tried.
            last_attempted_generation: i64;
            /// What was last tried.
            last_attempted_release_action: Option<ReleaseAction>;
            /// How long that took.
            last_attempted_release_action_duration: Option<Duration>;
            /// Version of the chart that was last tried.
            last_attempted_revision: String;
            /// Digest of the OCI artifact that was last tried.
            last_attempted_revision_digest: String;
            /// No longer written; lastAttemptedConfigDigest says it.
            last_attempted_values_checksum: String;
            /// The last request for a forced release that was handled.
            last_handled_force_at: String;
            /// The last request for a reconcile that was handled.
            last_handled_reconcile_at: String;
            /// The last request to clear the failure counts that was handled.
            last_handled_reset_at: String;
            /// No longer written; history says it.
            last_release_revision: i64 [unformatted()];
            /// Digest of the common metadata of the last release that worked.
            observed_common_metadata_digest: String;
            /// Generation that was last reconciled.
            observed_generation: i64;
            /// Digest of the post renderers of the last release that worked.
            observed_post_renderers_digest: String;
            /// Namespace of the release's storage.
            storage_namespace: String [min_length(1), max_length(63)];
            /// Failed upgrades since the last that worked.
            upgrade_failures: i64;
        }
    }
}
