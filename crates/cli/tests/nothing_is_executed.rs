//! Whole commands in a process that the kernel lets start no other program.
//!
//! The filter holds for the rest of the process, so this file has one test and runs the commands in its own process.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter_all_threads};

const FLEET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/fleet");

#[test]
fn the_fleet_becomes_ready_and_charts_render_where_execve_is_forbidden() {
    let folder = tempfile::tempdir().unwrap();
    write_chart(&folder.path().join("chart"));
    forbid_execve();
    let refused = Command::new("true").status().unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::PermissionDenied, "the filter does not hold");

    let path = |name: &str| folder.path().join(name).display().to_string();
    let up = ["up", FLEET, "--path", "./clusters/staging", "--once", "--timeout", "120", "--kubeconfig-out"];
    succeeds([up.as_slice(), &[&path("kubeconfig")]].concat());
    succeeds(vec!["kustomize", "build", &format!("{FLEET}/apps/staging"), "-o", &path("overlay.yaml")]);
    succeeds(vec!["helm", "template", "web", &path("chart"), "--output-dir", &path("rendered")]);
}

/// From here on every thread gets `EPERM` from `execve` and `execveat`.
fn forbid_execve() {
    let forbidden = [libc::SYS_execve, libc::SYS_execveat].map(|call| (call, Vec::new()));
    let architecture = std::env::consts::ARCH.try_into().unwrap();
    let refusal = SeccompAction::Errno(libc::EPERM as u32);
    let filter = SeccompFilter::new(forbidden.into_iter().collect(), SeccompAction::Allow, refusal, architecture).unwrap();
    let program: BpfProgram = filter.try_into().unwrap();
    apply_filter_all_threads(&program).unwrap();
}

fn succeeds(arguments: Vec<&str>) {
    let all = std::iter::once("sluice").chain(arguments.iter().copied()).map(OsString::from);
    assert_eq!(cli::main(all), ExitCode::SUCCESS, "sluice {}", arguments.join(" "));
}

fn write_chart(folder: &Path) {
    std::fs::create_dir_all(folder.join("templates")).unwrap();
    std::fs::write(folder.join("Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.0.0\n").unwrap();
    std::fs::write(folder.join("values.yaml"), "color: blue\n").unwrap();
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {color: {{ .Values.color }}}\n";
    std::fs::write(folder.join("templates/settings.yaml"), template).unwrap();
}
