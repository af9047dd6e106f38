//! HelmRelease: install a chart and keep the release equal to what is asked for.
//!
//! Here are the spec and the defaults a controller needs; `actions.rs` holds the settings of each Helm action, `status.rs` what is
//! said about a release.

mod actions;
mod chart;
mod status;

pub use actions::*;
pub use chart::*;
pub use status::*;

use object::Value;

use crate::crd::{AGE, READY, STATUS};
use crate::duration::up_to_hours;
use crate::schema::{choice, max_length, min_length, pattern, shape, unformatted};
use crate::{
    CommonMetadata, Definition, DependencyReference, Duration, HealthCheckExpr, IgnoreRule, Image, KubeConfigReference, Patch, Resource,
    Spec, ValuesKind, names,
};

/// A HelmRelease object.
pub type HelmRelease = Resource<HelmReleaseSpec>;

/// Releases kept in the storage where the spec does not say; zero keeps all.
pub const HISTORY_MAX_DEFAULT: i64 = 5;
/// Longest Helm action where the spec does not say.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(300);
/// Key of a values reference where it names none.
const VALUES_KEY_DEFAULT: &str = "values.yaml";

shape! {
    /// A key of a ConfigMap or a Secret whose content is merged into the values.
    ValuesReference {
        required {
            /// Kind of the object.
            kind: ValuesKind;
            /// Name of the object.
            name: String [min_length(1), max_length(253)];
        }
        optional {
            /// Whether the content at targetPath is taken as it is, without the syntax of --set.
            literal: bool;
            /// Whether the object or its key may be absent.
            optional: bool;
            /// Path in the values the content goes to; the content is a whole document of values where it is absent.
            target_path: String [max_length(250), pattern(r"^([a-zA-Z0-9_\-.\\\/]|\[[0-9]{1,5}\])+$")];
            /// Key in the object; values.yaml where it is absent.
            values_key: String [max_length(253), pattern(r"^[\-._a-zA-Z0-9]+$")];
        }
    }
}

impl ValuesReference {
    /// Key in the object.
    pub fn values_key(&self) -> &str {
        if self.values_key.is_empty() { VALUES_KEY_DEFAULT } else { &self.values_key }
    }
}

choice! {
    /// What is done about a difference between release and cluster.
    DriftDetectionMode {
        /// It is corrected.
        Enabled = "enabled",
        /// It is reported.
        Warn = "warn",
        /// It is not looked for.
        #[default]
        Disabled = "disabled",
    }
}

shape! {
    /// Whether and how differences between release and cluster are looked for.
    DriftDetection {
        optional {
            /// Fields that others own.
            ignore: Vec<IgnoreRule>;
            /// What is done about a difference.
            mode: Option<DriftDetectionMode>;
        }
    }
}

choice! {
    /// How the wait for a release's objects is done.
    WaitStrategyName {
        /// By the same health checks as for a Kustomization.
        #[default]
        Poller = "poller",
        /// As Helm 3 did.
        Legacy = "legacy",
    }
}

shape! {
    /// How the wait for a release's objects is done.
    WaitStrategy {
        required {
            /// Name of the strategy.
            name: WaitStrategyName;
        }
    }
}

choice! {
    /// What post renderers see of the hooks.
    PostRenderStrategy {
        /// Nothing.
        NoHooks = "nohooks",
        /// Hooks and templates together.
        #[default]
        Combined = "combined",
        /// Hooks and templates one after the other.
        Separate = "separate",
    }
}

shape! {
    /// Changes to rendered objects by Kustomize.
    KustomizeRenderer {
        optional {
            /// Other names, tags or digests for images.
            images: Vec<Image>;
            /// Changes to objects.
            patches: Vec<Patch>;
        }
    }
}

shape! {
    /// One step over the rendered objects.
    PostRenderer {
        optional {
            /// Changes by Kustomize.
            kustomize: Option<KustomizeRenderer>;
        }
    }
}

shape! {
    /// What a HelmRelease asks for.
    HelmReleaseSpec {
        required {
            /// How often the release is compared although nothing seems to have changed.
            interval: Duration [up_to_hours()];
        }
        optional {
            /// The HelmChart that is made for the release.
            chart: Option<ChartTemplate>;
            /// A chart that is there already.
            chart_ref: Option<ChartReference>;
            /// Labels and annotations for every object.
            common_metadata: Option<CommonMetadata>;
            /// HelmReleases that must be ready first.
            depends_on: Vec<DependencyReference>;
            /// Whether and how differences between release and cluster are looked for.
            drift_detection: Option<DriftDetection>;
            /// Expressions that judge the health of kinds the usual checks do not know.
            health_check_exprs: Vec<HealthCheckExpr>;
            /// How the release is installed.
            install: Option<Install>;
            /// Another cluster to release to.
            kube_config: Option<KubeConfigReference>;
            /// Releases that are kept in the storage; zero keeps all.
            max_history: Option<i64> [unformatted()];
            /// Whether one client serves a whole pass.
            persistent_client: Option<bool>;
            /// What post renderers see of the hooks.
            post_render_strategy: Option<PostRenderStrategy>;
            /// Steps over the rendered objects, in order.
            post_renderers: Vec<PostRenderer>;
            /// Name of the release.
            release_name: String [min_length(1), max_length(53)];
            /// How a failed upgrade is rolled back.
            rollback: Option<Rollback>;
            /// ServiceAccount that the release is made as.
            service_account_name: String [min_length(1), max_length(253)];
            /// Namespace of the release's storage.
            storage_namespace: String [min_length(1), max_length(63)];
            /// Whether the release rests.
            suspend: bool;
            /// Namespace the release goes to.
            target_namespace: String [min_length(1), max_length(63)];
            /// Whether and how the release's tests are run.
            test: Option<Test>;
            /// How long one Helm action may take.
            timeout: Option<Duration> [up_to_hours()];
            /// How the release is uninstalled.
            uninstall: Option<Uninstall>;
            /// How the release is upgraded.
            upgrade: Option<Upgrade>;
            /// Values for the chart; they win over those of valuesFrom.
            values: Option<Value>;
            /// Objects with values for the chart; a later one wins.
            values_from: Vec<ValuesReference>;
            /// How the wait for the release's objects is done.
            wait_strategy: Option<WaitStrategy>;
        }
        rules {
            "(has(self.chart) && !has(self.chartRef)) || (!has(self.chart) && has(self.chartRef))" =>
                "either chart or chartRef must be set";
        }
    }
}

impl Spec for HelmReleaseSpec {
    type Status = HelmReleaseStatus;
    const DEFINITION: Definition = Definition {
        group: names::HELM_GROUP,
        version: "v2",
        kind: "HelmRelease",
        plural: "helmreleases",
        short: "hr",
        category: "fluxcd-appliers",
        about: "Installs a chart and keeps the release equal to what is asked for.",
        columns: &[AGE, READY, STATUS],
        starts_unobserved: true,
    };
}

impl HelmReleaseSpec {
    /// How long one Helm action may take.
    pub fn timeout(&self) -> std::time::Duration {
        self.timeout.unwrap_or(TIMEOUT_DEFAULT).get()
    }

    /// Releases that are kept in the storage; zero keeps all.
    pub fn max_history(&self) -> i64 {
        self.max_history.unwrap_or(HISTORY_MAX_DEFAULT)
    }
}
