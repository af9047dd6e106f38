//! `sluice run`: the controllers against any cluster, under the flags of the reference.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use cluster::Cluster;
use controllers::{Options, Platform, serve_artifacts};
use runtime::{Backoff, Endpoints, LeaseOptions, Metrics};
use tokio_util::sync::CancellationToken;

use super::{Command, Outcome, define, parse};
use crate::gates;

pub const COMMAND: Command = Command { define: || define::<Run>("run", "Run the controllers against a cluster"), run };

#[derive(clap::Args)]
struct Run {
    /// The kubeconfig; without one, KUBECONFIG, ~/.kube/config or the service account of the Pod
    #[arg(long, env = "KUBECONFIG")]
    kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig
    #[arg(long)]
    context: Option<String>,
    /// Where metrics are served
    #[arg(long, env = "METRICS_ADDR", default_value = ":8080")]
    metrics_addr: String,
    /// Where /healthz and /readyz are served
    #[arg(long, default_value = ":9440")]
    health_addr: String,
    /// Where artifacts are stored
    #[arg(long, env = "STORAGE_PATH", default_value = "/data")]
    storage_path: PathBuf,
    /// Where artifacts are served
    #[arg(long, env = "STORAGE_ADDRESS", default_value = ":9090")]
    storage_addr: String,
    /// The address under which others reach the artifacts
    #[arg(long, env = "STORAGE_ADV_ADDR", default_value = "")]
    storage_adv_addr: String,
    /// How many objects of each kind are reconciled at a time
    #[arg(long, default_value_t = 4)]
    concurrent: usize,
    /// How many objects of one Kustomization are applied at a time
    #[arg(long, default_value_t = 8)]
    concurrent_ssa: usize,
    /// How long an object waits at most that depends on another
    #[arg(long, default_value = "30s")]
    requeue_dependency: api::Duration,
    /// The wait after the first failure of a source
    #[arg(long, default_value = "750ms")]
    min_retry_delay: api::Duration,
    /// The longest wait after failures of a source
    #[arg(long, default_value = "15m")]
    max_retry_delay: api::Duration,
    /// Spread of intervals, in percent
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(0..100))]
    interval_jitter_percentage: u8,
    /// Watch all namespaces; false means the one in RUNTIME_NAMESPACE
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    watch_all_namespaces: bool,
    /// Only objects with these labels
    #[arg(long, default_value = "")]
    watch_label_selector: String,
    /// ConfigMaps and Secrets with these labels wake those who refer to them
    #[arg(long, default_value = "reconcile.fluxcd.io/watch=Enabled")]
    watch_configs_label_selector: String,
    /// How long an artifact is kept that is no longer current
    #[arg(long, default_value = "60s")]
    artifact_retention_ttl: api::Duration,
    /// How many artifacts of one source are kept, the current one included
    #[arg(long, default_value_t = 2)]
    artifact_retention_records: usize,
    /// Refuse references to other namespaces
    #[arg(long)]
    no_cross_namespace_refs: bool,
    /// The ServiceAccount to impersonate where the spec names none
    #[arg(long)]
    default_service_account: Option<String>,
    /// A field manager whose fields are taken over; may be given several times
    #[arg(long)]
    override_manager: Vec<String>,
    /// Group/Kind pairs with a stage of their own, separated by commas
    #[arg(long, value_delimiter = ',')]
    custom_apply_stage_kinds: Vec<String>,
    /// Feature gates, such as ExternalArtifact=true,StrictPostBuildSubstitutions=false
    #[arg(long, default_value = "")]
    feature_gates: String,
    /// Lead only while holding a lease, so that several replicas can run
    #[arg(long)]
    enable_leader_election: bool,
    /// A lease that is not renewed for this long is free
    #[arg(long, default_value = "35s")]
    leader_election_lease_duration: api::Duration,
    /// Stop leading when the lease could not be renewed for this long
    #[arg(long, default_value = "30s")]
    leader_election_renew_deadline: api::Duration,
    /// How often the lease is tried for and renewed
    #[arg(long, default_value = "5s")]
    leader_election_retry_period: api::Duration,
    /// Remote bases are never fetched; the flag is taken for Flux's sake
    #[arg(long = "no-remote-bases")]
    _no_remote_bases: bool,
    /// The lowest level that is logged
    #[arg(long, default_value = "info", value_parser = ["trace", "debug", "info", "error"])]
    log_level: String,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    let flags = parse::<Run>(matches);
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(format!("{},kube=warn,hyper=warn", flags.log_level))
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(flags))
}

async fn serve(flags: Run) -> Outcome {
    let cluster = Cluster::connect(flags.kubeconfig.as_deref(), flags.context.as_deref()).await?;
    let (stop, metrics) = (CancellationToken::new(), Metrics::default());
    let stopping = stop.clone();
    tokio::spawn(async move {
        terminated().await;
        stopping.cancel();
    });
    let lease = match flags.enable_leader_election {
        true => tokio::select! {
            lease = runtime::hold(cluster.controller(), lease_options(&flags)) => Some(lease),
            () = stop.cancelled() => return Ok(ExitCode::SUCCESS),
        },
        false => None,
    };
    let platform = Platform {
        cluster,
        storage: flags.storage_path.clone(),
        advertised: advertised(&flags),
        metrics: metrics.clone(),
        options: options(&flags)?,
    };
    let running =
        controllers::start(platform, &stop).with_context(|| format!("cannot open --storage-path {}", flags.storage_path.display()))?;
    let is_ready = running.readiness();
    for address in [&flags.metrics_addr, &flags.health_addr] {
        let endpoints = Endpoints { metrics: metrics.clone(), is_ready: is_ready.clone() };
        let address = address_of(address)?;
        runtime::serve(endpoints, address, stop.clone()).await.with_context(|| format!("cannot listen on {address}"))?;
    }
    let address = address_of(&flags.storage_addr)?;
    serve_artifacts(running.sources.sources.artifacts().clone(), address, stop.clone())
        .await
        .with_context(|| format!("cannot listen on {address}"))?;
    let lost = lease.as_ref().map(runtime::Lease::lost).unwrap_or_default();
    tokio::select! { () = stop.cancelled() => {}, () = lost.cancelled() => stop.cancel() }
    running.finish().await;
    let is_lost = lost.is_cancelled();
    if let Some(lease) = lease {
        lease.release().await;
    }
    if is_lost { bail!("the lease was lost: another replica leads now") } else { Ok(ExitCode::SUCCESS) }
}

fn options(flags: &Run) -> anyhow::Result<Options> {
    let mut options = Options {
        concurrent: flags.concurrent,
        concurrent_apply: flags.concurrent_ssa,
        requeue_dependency: flags.requeue_dependency.get(),
        interval_jitter_percent: flags.interval_jitter_percentage,
        backoff: Backoff { min: flags.min_retry_delay.get(), max: flags.max_retry_delay.get() },
        namespace: namespace(flags)?,
        label_selector: flags.watch_label_selector.clone(),
        config_label_selector: flags.watch_configs_label_selector.clone(),
        artifacts: artifact::Options {
            retention_ttl: flags.artifact_retention_ttl.get(),
            retention_records_max: flags.artifact_retention_records,
            ..artifact::Options::default()
        },
        no_cross_namespace_refs: flags.no_cross_namespace_refs,
        default_service_account: flags.default_service_account.clone(),
        override_managers: flags.override_manager.clone(),
        custom_stage_kinds: flags.custom_apply_stage_kinds.clone(),
        ..Options::default()
    };
    gates::set(&mut options, &flags.feature_gates)?;
    Ok(options)
}

fn namespace(flags: &Run) -> anyhow::Result<String> {
    if flags.watch_all_namespaces {
        return Ok(String::new());
    }
    std::env::var("RUNTIME_NAMESPACE").context("--watch-all-namespaces=false needs RUNTIME_NAMESPACE")
}

/// The address that artifacts name: as given, else localhost with the port that is served.
fn advertised(flags: &Run) -> String {
    if !flags.storage_adv_addr.is_empty() {
        return flags.storage_adv_addr.clone();
    }
    let (host, port) = flags.storage_addr.rsplit_once(':').unwrap_or(("", "9090"));
    let host = match host {
        "" => "localhost".to_owned(),
        "0.0.0.0" => std::env::var("HOSTNAME").unwrap_or_else(|_| "localhost".into()),
        host => host.to_owned(),
    };
    format!("{host}:{port}")
}

/// `:8080` means every address of this machine.
fn address_of(text: &str) -> anyhow::Result<SocketAddr> {
    let full = if text.starts_with(':') { format!("[::]{text}") } else { text.replace("localhost", "127.0.0.1") };
    full.parse().with_context(|| format!("`{text}` is not HOST:PORT or :PORT"))
}

/// Each shard has a lease of its own, named after the labels that it watches.
fn lease_name(label_selector: &str) -> String {
    let digest = artifact::Digest::of(label_selector.as_bytes());
    let shard = if label_selector.is_empty() { String::new() } else { format!("-{}", &digest.hex()[..8]) };
    format!("sluice-leader-election{shard}")
}

fn lease_options(flags: &Run) -> LeaseOptions {
    let namespace = std::env::var("RUNTIME_NAMESPACE").unwrap_or_else(|_| "flux-system".into());
    let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "sluice".into());
    let holder = format!("{host}_{}_{}", std::process::id(), Duration::as_nanos(&std::time::UNIX_EPOCH.elapsed().unwrap_or_default()));
    LeaseOptions {
        duration: flags.leader_election_lease_duration.get(),
        renew_deadline: flags.leader_election_renew_deadline.get(),
        retry_period: flags.leader_election_retry_period.get(),
        ..LeaseOptions::new(&namespace, &lease_name(&flags.watch_label_selector), &holder)
    }
}

async fn terminated() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! { () = terminate => {}, _ = tokio::signal::ctrl_c() => {} }
}

#[cfg(test)]
mod tests {
    use super::lease_name;

    #[test]
    fn shards_do_not_wait_for_the_lease_of_one_another() {
        assert_eq!(lease_name(""), "sluice-leader-election");
        assert_eq!(lease_name("shard=a"), lease_name("shard=a"));
        assert_ne!(lease_name("shard=a"), lease_name("shard=b"));
    }
}
