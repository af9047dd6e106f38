//! Leader election on a `coordination.k8s.io/v1` Lease, as Flux's controllers do it.

use std::time::Duration;

use cluster::{Client, Resource};
use object::Object;
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Times and names of a lease.
#[derive(Clone, Debug)]
pub struct LeaseOptions {
    /// Namespace of the Lease.
    pub namespace: String,
    /// Name of the Lease, such as `sluice-leader-election`.
    pub name: String,
    /// Who we are; unique for each process.
    pub holder: String,
    /// A lease that is not renewed for this long is free. Default 35 s.
    pub duration: Duration,
    /// We stop leading when we could not renew for this long. Default 30 s.
    pub renew_deadline: Duration,
    /// How often we try. Default 5 s.
    pub retry_period: Duration,
}

impl LeaseOptions {
    /// Flux's times.
    pub fn new(namespace: &str, name: &str, holder: &str) -> LeaseOptions {
        LeaseOptions {
            namespace: namespace.into(),
            name: name.into(),
            holder: holder.into(),
            duration: Duration::from_secs(35),
            renew_deadline: Duration::from_secs(30),
            retry_period: Duration::from_secs(5),
        }
    }
}

/// A lease that is held. It is given back by [`Lease::release`], and lost when [`Lease::lost`] is cancelled.
pub struct Lease {
    client: Client,
    options: LeaseOptions,
    lost: CancellationToken,
}

/// What was last seen of the Lease: its state and when, by our clock, it changed.
struct Observed {
    state: String,
    since: Instant,
}

/// Waits until the lease is ours, then keeps it.
pub async fn hold(client: Client, options: LeaseOptions) -> Lease {
    let mut observed = None;
    while !try_hold(&client, &options, &mut observed).await {
        tokio::time::sleep(options.retry_period).await;
    }
    let lost = CancellationToken::new();
    tokio::spawn(keep(client.clone(), options.clone(), lost.clone()));
    Lease { client, options, lost }
}

impl Lease {
    /// Cancelled when another holder may have taken over.
    pub fn lost(&self) -> CancellationToken {
        self.lost.clone()
    }

    /// Gives the lease back, so that another can take it at once.
    pub async fn release(self) {
        self.lost.cancel();
        let patch = json!({"spec": {"holderIdentity": "", "leaseDurationSeconds": 1}});
        let resource = resource();
        let released = self.client.merge(&resource, &self.options.namespace, &self.options.name, &patch, "sluice").await;
        if let Err(error) = released {
            tracing::debug!(%error, "lease not given back; it runs out by itself");
        }
    }
}

async fn keep(client: Client, options: LeaseOptions, lost: CancellationToken) {
    let (mut renewed, mut observed) = (Instant::now(), None);
    while renewed.elapsed() < options.renew_deadline {
        tokio::select! { () = lost.cancelled() => return, () = tokio::time::sleep(options.retry_period) => {} }
        if try_hold(&client, &options, &mut observed).await {
            renewed = Instant::now();
        }
    }
    tracing::error!(lease = options.name, "lease lost: it could not be renewed in time");
    lost.cancel();
}

/// Takes or renews the lease, if it is ours or free. A conflict means that somebody else was faster.
async fn try_hold(client: &Client, options: &LeaseOptions, observed: &mut Option<Observed>) -> bool {
    let resource = resource();
    let written = match client.find(&resource, &options.namespace, &options.name).await {
        Ok(None) => client.create(&resource, &lease(options, None)).await,
        Ok(Some(live)) if is_ours_or_free(&live, options, observed) => client.update(&resource, &lease(options, Some(&live))).await,
        Ok(Some(_)) => return false,
        Err(error) => Err(error),
    };
    written.inspect_err(|error| tracing::debug!(%error, lease = options.name, "lease not written")).is_ok()
}

/// A foreign lease is free when its state did not change, by our clock, for as long as it is valid.
fn is_ours_or_free(live: &Object, options: &LeaseOptions, observed: &mut Option<Observed>) -> bool {
    let holder = live.get("spec.holderIdentity").and_then(|holder| holder.as_str()).unwrap_or_default();
    if holder.is_empty() || holder == options.holder {
        return true;
    }
    let state = live.resource_version().to_owned();
    match observed {
        Some(seen) if seen.state == state => seen.since.elapsed() > options.duration,
        _ => {
            *observed = Some(Observed { state, since: Instant::now() });
            false
        }
    }
}

fn lease(options: &LeaseOptions, live: Option<&Object>) -> Object {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
    let text = |path: &str| live.and_then(|live| live.get(path)).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let is_ours = text("spec.holderIdentity") == options.holder;
    let transitions = live.and_then(|live| live.get("spec.leaseTransitions")).and_then(|count| count.as_i64()).unwrap_or(0);
    let mut metadata = json!({"namespace": options.namespace, "name": options.name});
    if let Some(live) = live {
        metadata["resourceVersion"] = live.resource_version().into();
    }
    let lease = json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": metadata,
        "spec": {
            "holderIdentity": options.holder,
            "leaseDurationSeconds": options.duration.as_secs(),
            "acquireTime": if is_ours { text("spec.acquireTime") } else { now.clone() },
            "renewTime": now,
            "leaseTransitions": if is_ours { transitions } else { transitions + 1 },
        },
    });
    Object::new(lease).expect("it has an apiVersion and a kind")
}

fn resource() -> Resource {
    Resource::namespaced("coordination.k8s.io/v1", "Lease", "leases")
}
