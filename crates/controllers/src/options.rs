//! How the controllers run: what the flags of the reference set.

use std::time::Duration;

use api::names;
use runtime::Backoff;

/// Options of all controllers. The defaults are the reference's.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many objects of each kind are reconciled at a time. Default 4.
    pub concurrent: usize,
    /// How many objects of one Kustomization are applied at a time. Default 8 (the reference applies one after another).
    pub concurrent_apply: usize,
    /// How long an object waits that depends on another, at most; it runs at once when the other turns ready. Default 30 s.
    pub requeue_dependency: Duration,
    /// Spread of intervals, in percent. Default 5.
    pub interval_jitter_percent: u8,
    /// Backoff after failures of sources.
    pub backoff: Backoff,
    /// One namespace to watch, or all if empty.
    pub namespace: String,
    /// Only objects with these labels are reconciled; empty means all. This is how shards are made.
    pub label_selector: String,
    /// ConfigMaps and Secrets with these labels wake those who refer to them. Default `reconcile.fluxcd.io/watch=Enabled`.
    pub config_label_selector: String,
    /// How long artifacts that are not current are kept, in time and number.
    pub artifacts: artifact::Options,
    /// References to other namespaces are refused.
    pub no_cross_namespace_refs: bool,
    /// The ServiceAccount to impersonate where the spec names none.
    pub default_service_account: Option<String>,
    /// Field managers whose fields we take over.
    pub override_managers: Vec<String>,
    /// `Group/Kind` pairs with a stage of their own.
    pub custom_stage_kinds: Vec<String>,
    /// Kustomizations may use ExternalArtifacts.
    pub external_artifacts: bool,
    /// A dependency with a `readyExpr` must be Ready as well.
    pub additive_dependency_check: bool,
    /// A variable without a value and default is a failure.
    pub strict_substitution: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            concurrent: 4,
            concurrent_apply: 8,
            requeue_dependency: Duration::from_secs(30),
            interval_jitter_percent: 5,
            backoff: Backoff::default(),
            namespace: String::new(),
            label_selector: String::new(),
            config_label_selector: format!("{}={}", names::WATCH, names::WATCH_ENABLED),
            artifacts: artifact::Options::default(),
            no_cross_namespace_refs: false,
            default_service_account: None,
            override_managers: Vec::new(),
            custom_stage_kinds: Vec::new(),
            external_artifacts: true,
            additive_dependency_check: false,
            strict_substitution: true,
        }
    }
}
