//! Metrics with the names that Flux dashboards know.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets_range};
use prometheus_client::registry::Registry;

use crate::{Key, Next};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ObjectLabels {
    kind: String,
    name: String,
    namespace: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ResultLabels {
    controller: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct QueueLabels {
    name: &'static str,
}

/// All metrics of the process. Clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Families>);

struct Families {
    registry: Registry,
    duration: Family<ObjectLabels, Histogram, fn() -> Histogram>,
    reconciles: Family<ResultLabels, Counter>,
    depth: Family<QueueLabels, Gauge>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let duration = Family::new_with_constructor(buckets as fn() -> Histogram);
        let (reconciles, depth) = (Family::default(), Family::default());
        let mut registry = Registry::default();
        registry.register("gotk_reconcile_duration_seconds", "The duration in seconds of a reconciliation", duration.clone());
        registry.register("controller_runtime_reconcile", "Reconciliations by controller and result", reconciles.clone());
        registry.register("workqueue_depth", "Keys that wait in a work queue", depth.clone());
        Metrics(Arc::new(Families { registry, duration, reconciles, depth }))
    }
}

impl Metrics {
    /// Counts one reconcile.
    pub(crate) fn reconciled(&self, controller: &'static str, kind: &str, key: &Key, took: Duration, next: Next) {
        let labels = ObjectLabels { kind: kind.to_owned(), name: key.name.clone(), namespace: key.namespace.clone() };
        self.0.duration.get_or_create(&labels).observe(took.as_secs_f64());
        let result = match next {
            Next::OnChange => "success",
            Next::After(_) => "requeue_after",
            Next::Backoff => "error",
        };
        self.0.reconciles.get_or_create(&ResultLabels { controller, result }).inc();
    }

    /// Forgets an object that is gone.
    pub fn forget(&self, kind: &str, key: &Key) {
        let labels = ObjectLabels { kind: kind.to_owned(), name: key.name.clone(), namespace: key.namespace.clone() };
        self.0.duration.remove(&labels);
    }

    /// Says how many keys wait in a queue.
    pub fn queue_depth(&self, name: &'static str, depth: usize) {
        self.0.depth.get_or_create(&QueueLabels { name }).set(i64::try_from(depth).unwrap_or(i64::MAX));
    }

    /// Everything as OpenMetrics text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.0.registry).expect("writing to a string cannot fail");
        text
    }
}

/// Ten buckets from 10 ms to 30 min, as Flux has them.
fn buckets() -> Histogram {
    Histogram::new(exponential_buckets_range(0.01, 1800.0, 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reconcile_is_counted_under_the_names_that_dashboards_know() {
        let (metrics, key) = (Metrics::default(), Key::new("shop", "web"));
        metrics.reconciled("kustomization", "Kustomization", &key, Duration::from_millis(5), Next::Backoff);
        let text = metrics.text();
        assert!(text.contains(r#"gotk_reconcile_duration_seconds_count{kind="Kustomization",name="web",namespace="shop"} 1"#), "{text}");
        assert!(text.contains(r#"controller_runtime_reconcile_total{controller="kustomization",result="error"} 1"#), "{text}");
        metrics.forget("Kustomization", &key);
        assert!(!metrics.text().contains("shop"));
    }
}
