//! Settings of each Helm action: install, upgrade, test, rollback, uninstall.

use crate::Duration;
use crate::duration::up_to_hours;
use crate::schema::{choice, default, max_length, min_length, shape, unformatted};

choice! {
    /// What is done with the definitions a chart carries beside its templates.
    CrdsPolicy {
        /// Nothing.
        Skip = "Skip",
        /// New ones are created.
        #[default]
        Create = "Create",
        /// New ones are created, old ones replaced.
        CreateReplace = "CreateReplace",
    }
}

choice! {
    /// What follows a failed install or upgrade.
    ActionStrategyName {
        /// The failure is remediated, then tried again as often as retries allow.
        #[default]
        RemediateOnFailure = "RemediateOnFailure",
        /// The action is tried again without remediation.
        RetryOnFailure = "RetryOnFailure",
    }
}

shape! {
    /// What follows a failed install.
    InstallStrategy {
        required {
            /// Name of the strategy.
            name: ActionStrategyName;
        }
        optional {
            /// How soon the action is tried again; five minutes where it is absent.
            retry_interval: Option<Duration> [up_to_hours()];
        }
        rules {
            "!has(self.retryInterval) || self.name != 'RemediateOnFailure'" =>
                ".retryInterval cannot be set when .name is 'RemediateOnFailure'";
        }
    }
}

shape! {
    /// What follows a failed upgrade.
    UpgradeStrategy {
        required {
            /// Name of the strategy.
            name: ActionStrategyName;
        }
        optional {
            /// How soon the action is tried again; five minutes where it is absent.
            retry_interval: Option<Duration> [up_to_hours()];
        }
        rules {
            "!has(self.retryInterval) || self.name == 'RetryOnFailure'" =>
                ".retryInterval can only be set when .name is 'RetryOnFailure'";
        }
    }
}

shape! {
    /// How a failed install is remediated.
    InstallRemediation {
        optional {
            /// Whether failed tests count as no failure; as test.ignoreFailures says where it is absent.
            ignore_test_failures: Option<bool>;
            /// Whether the last failure is remediated when no try is left.
            remediate_last_failure: Option<bool>;
            /// Tries after the first; below zero there is no end.
            retries: i64 [unformatted()];
        }
    }
}

choice! {
    /// How a failed upgrade is undone.
    RemediationStrategy {
        /// By the last release that worked.
        #[default]
        Rollback = "rollback",
        /// By uninstalling.
        Uninstall = "uninstall",
    }
}

shape! {
    /// How a failed upgrade is remediated.
    UpgradeRemediation {
        optional {
            /// Whether failed tests count as no failure; as test.ignoreFailures says where it is absent.
            ignore_test_failures: Option<bool>;
            /// Whether the last failure is remediated when no try is left; true where there are retries.
            remediate_last_failure: Option<bool>;
            /// Tries after the first; below zero there is no end.
            retries: i64 [unformatted()];
            /// How the upgrade is undone.
            strategy: Option<RemediationStrategy>;
        }
    }
}

choice! {
    /// Whether the server merges what is applied.
    ServerSideApplyMode {
        /// Yes.
        Enabled = "enabled",
        /// No.
        Disabled = "disabled",
        /// As the release was installed.
        #[default]
        Auto = "auto",
    }
}

shape! {
    /// How a release is installed.
    Install {
        optional {
            /// What is done with the chart's definitions.
            crds: Option<CrdsPolicy>;
            /// Whether the target namespace is made where it is absent.
            create_namespace: bool;
            /// Whether hooks are left out.
            disable_hooks: bool;
            /// Whether objects go unchecked against the server's schema.
            disable_open_api_validation as "disableOpenAPIValidation": bool;
            /// Whether values go unchecked against the chart's schema.
            disable_schema_validation: bool;
            /// Whether objects that exist without an owner are left to fail.
            disable_take_ownership: bool;
            /// Whether objects are not waited for.
            disable_wait: bool;
            /// Whether Jobs are not waited for.
            disable_wait_for_jobs: bool;
            /// How a failure is remediated.
            remediation: Option<InstallRemediation>;
            /// Whether the name of a deleted release is used again.
            replace: bool;
            /// Whether the server merges what is applied; yes where it is absent.
            server_side_apply: Option<bool>;
            /// No longer read; crds says it.
            skip_crds as "skipCRDs": bool;
            /// What follows a failure.
            strategy: Option<InstallStrategy>;
            /// How long it may take.
            timeout: Option<Duration> [up_to_hours()];
        }
    }
}

choice! {
    /// What is done when the chart's name changes.
    ChartNameChangeStrategy {
        /// The release is upgraded in place.
        InPlaceUpdate = "InPlaceUpdate",
        /// The release is uninstalled and installed again.
        #[default]
        Reinstall = "Reinstall",
    }
}

shape! {
    /// How a release is upgraded.
    Upgrade {
        optional {
            /// What is done when the chart's name changes.
            chart_name_change_strategy: Option<ChartNameChangeStrategy>;
            /// Whether new objects go when the upgrade fails.
            cleanup_on_fail: bool;
            /// What is done with the chart's definitions.
            crds: Option<CrdsPolicy>;
            /// Whether hooks are left out.
            disable_hooks: bool;
            /// Whether objects go unchecked against the server's schema.
            disable_open_api_validation as "disableOpenAPIValidation": bool;
            /// Whether values go unchecked against the chart's schema.
            disable_schema_validation: bool;
            /// Whether objects that exist without an owner are left to fail.
            disable_take_ownership: bool;
            /// Whether objects are not waited for.
            disable_wait: bool;
            /// Whether Jobs are not waited for.
            disable_wait_for_jobs: bool;
            /// Whether objects are replaced; passed over where the server merges.
            force: bool;
            /// Whether the last release's values are kept under the new ones.
            preserve_values: bool;
            /// How a failure is remediated.
            remediation: Option<UpgradeRemediation>;
            /// Whether the server merges what is applied.
            server_side_apply: Option<ServerSideApplyMode>;
            /// What follows a failure.
            strategy: Option<UpgradeStrategy>;
            /// How long it may take.
            timeout: Option<Duration> [up_to_hours()];
        }
    }
}

shape! {
    /// Which tests are run.
    TestFilter {
        required {
            /// Name of the test.
            name: String [min_length(1), max_length(253)];
        }
        optional {
            /// Whether the test is left out.
            exclude: bool;
        }
    }
}

shape! {
    /// Whether and how a release's tests are run.
    Test {
        optional {
            /// Whether they are run after install and upgrade.
            enable: bool;
            /// Which tests are run; all where it is empty.
            filters: Vec<TestFilter>;
            /// Whether the release counts as ready when they fail.
            ignore_failures: bool;
            /// How long it may take.
            timeout: Option<Duration> [up_to_hours()];
        }
    }
}

shape! {
    /// How a failed upgrade is rolled back.
    Rollback {
        optional {
            /// Whether new objects go when the rollback fails.
            cleanup_on_fail: bool;
            /// Whether hooks are left out.
            disable_hooks: bool;
            /// Whether objects are not waited for.
            disable_wait: bool;
            /// Whether Jobs are not waited for.
            disable_wait_for_jobs: bool;
            /// Whether objects are replaced; passed over where the server merges.
            force: bool;
            /// No longer acted on.
            recreate: bool;
            /// Whether the server merges what is applied.
            server_side_apply: Option<ServerSideApplyMode>;
            /// How long it may take.
            timeout: Option<Duration> [up_to_hours()];
        }
    }
}

choice! {
    /// When the objects of a release's objects go.
    DeletionPropagation {
        /// After them.
        #[default]
        Background = "background",
        /// Before them.
        Foreground = "foreground",
        /// Never.
        Orphan = "orphan",
    }
}

shape! {
    /// How a release is uninstalled.
    Uninstall {
        optional {
            /// When the objects of the release's objects go.
            deletion_propagation: Option<DeletionPropagation> [default("background")];
            /// Whether hooks are left out.
            disable_hooks: bool;
            /// Whether it is not waited until the objects are gone.
            disable_wait: bool;
            /// Whether the release stays in the storage, marked as uninstalled.
            keep_history: bool;
            /// How long it may take.
            timeout: Option<Duration> [up_to_hours()];
        }
    }
}
