//! `sluice up --once` on a large directory: whether ten times as many Kustomizations take ten times as long, and no more.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::measurement::{Bench, Figures, number};
use crate::process::Program;
use crate::programs;

/// Arguments: Kustomizations (10000), four objects each. The API server is in the same process.
pub const BENCH: Bench =
    Bench { name: "scale", about: "seconds of each of n Kustomizations over those of each of n/10 with `sluice up --once`; [APPS]", run };

/// Kustomizations in one file of the directory.
const PER_FILE: usize = 100;
/// Longest time for everything to be Ready, in seconds.
const TIMEOUT: &str = "1200";

/// What each Kustomization applies.
const MANIFESTS: &str = r#"
{apiVersion: v1, kind: ServiceAccount, metadata: {name: "app-${INDEX}"}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: "app-${INDEX}"}, data: {name: "app-${INDEX}"}}
---
{apiVersion: v1, kind: Service, metadata: {name: "app-${INDEX}"}, spec: {selector: {app: "app-${INDEX}"}, ports: [{port: 80}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: "app-${INDEX}"}
spec:
  replicas: 0
  selector: {matchLabels: {app: "app-${INDEX}"}}
  template:
    metadata: {labels: {app: "app-${INDEX}"}}
    spec: {containers: [{name: app, image: "registry.example/app:1"}]}
"#;

fn run(arguments: &[String]) -> Result<Figures> {
    let apps = number(arguments, 0, 10_000)?.max(10);
    let (few, _) = measure(apps / 10, false)?;
    let (all, rss_mib) = measure(apps, true)?;
    println!("{} Kustomizations: {few:.2} s; {apps}: {all:.2} s", apps / 10);
    let more = format!(" objects={} seconds={all:.2} per_second={:.0}", apps * 4, apps as f64 / all);
    Ok(Figures { n: apps, ratio: (all / apps as f64) / (few / (apps / 10) as f64), rss_mib, more })
}

/// The seconds until everything is Ready and, where it is asked for, the peak of another run.
fn measure(apps: usize, is_weighed: bool) -> Result<(f64, f64)> {
    let sluice = programs::sluice()?;
    let folder = tempfile::tempdir()?;
    write(folder.path(), apps)?;
    let (fleet, kubeconfig) = (folder.path().join("fleet"), folder.path().join("kubeconfig"));
    let (fleet, kubeconfig) = (fleet.display().to_string(), kubeconfig.display().to_string());
    let words = ["up", &fleet, "--path", "cluster", "--once", "--timeout", TIMEOUT, "--kubeconfig-out", &kubeconfig];
    let up = Program { path: &sluice, arguments: words.map(str::to_owned).to_vec() };
    Ok((up.time()?.as_secs_f64(), if is_weighed { up.peak_mib()? } else { 0.0 }))
}

fn write(folder: &Path, apps: usize) -> Result<()> {
    let (cluster, app) = (folder.join("fleet/cluster"), folder.join("fleet/app"));
    fs::create_dir_all(&cluster)?;
    fs::create_dir_all(&app)?;
    fs::write(app.join("app.yaml"), MANIFESTS)?;
    for first in (0..apps).step_by(PER_FILE) {
        let text = (first..apps.min(first + PER_FILE)).fold(String::new(), |mut text, index| {
            writeln!(text, "---\n{}", kustomization(index)).expect("a String takes everything");
            text
        });
        fs::write(cluster.join(format!("apps-{first}.yaml")), text)?;
    }
    Ok(())
}

fn kustomization(index: usize) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: app-{index}, namespace: flux-system}}\n\
         spec:\n  interval: 1h\n  path: ./app\n  prune: true\n  wait: true\n  targetNamespace: default\n  \
         sourceRef: {{kind: GitRepository, name: flux-system}}\n  postBuild: {{substitute: {{INDEX: \"{index}\"}}}}"
    )
}
