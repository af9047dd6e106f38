//! `sluice helm lint`: examines charts and says what is wrong with them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use helm::lint::{Finding, Severity, Subject};
use helm::{KubeVersion, RenderOptions, Values};

use super::host::Workstation;
use super::input::{Source, ValueFlags};
use crate::commands::Outcome;

#[derive(clap::Args)]
pub struct Lint {
    /// Folders or archives of charts
    #[arg(required = true)]
    charts: Vec<PathBuf>,
    #[command(flatten)]
    values: ValueFlags,
    /// Namespace of the release
    #[arg(short, long, default_value = "default", env = "HELM_NAMESPACE")]
    namespace: String,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Examine the charts inside the charts too
    #[arg(long)]
    with_subcharts: bool,
    /// Print warnings and errors only
    #[arg(long)]
    quiet: bool,
    /// Do not check values against schemas
    #[arg(long)]
    skip_schema_validation: bool,
    /// Kubernetes version that the chart sees
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
}

pub fn run(command: &Lint) -> Outcome {
    let values = command.values.values()?;
    let options = command.options()?;
    let mut charts = command.charts.clone();
    if command.with_subcharts {
        command.charts.iter().for_each(|path| add_subcharts(&path.join("charts"), &mut charts));
    }
    let results: Vec<Linted> = charts.iter().map(|path| command.lint(path, &values, &options)).collect();
    let count = |result: Linted| results.iter().filter(|found| **found == result).count();
    let failed = count(Linted::Failed);
    let summary = format!("{} chart(s) linted, {failed} chart(s) failed", charts.len());
    if failed > 0 {
        anyhow::bail!(summary);
    }
    if !command.quiet || count(Linted::Warned) > 0 {
        println!("{summary}");
    }
    Ok(ExitCode::SUCCESS)
}

/// How one chart fared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Linted {
    Passed,
    Warned,
    Failed,
}

/// The charts below a folder: folders with a Chart.yaml, and archives.
fn add_subcharts(folder: &Path, charts: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = entries.collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() {
            charts.extend(path.join("Chart.yaml").exists().then(|| path.clone()));
            add_subcharts(&path, charts);
        } else if is_archive(&path) {
            charts.push(path);
        }
    }
}

fn is_archive(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(".tgz") || path.ends_with(".tar.gz"))
}

impl Lint {
    fn options(&self) -> anyhow::Result<RenderOptions> {
        let mut options =
            RenderOptions { namespace: self.namespace.clone(), validate_schema: !self.skip_schema_validation, ..RenderOptions::default() };
        if let Some(text) = &self.kube_version {
            let version = KubeVersion::parse(text).map_err(|reason| anyhow::anyhow!("invalid kube version '{text}': {reason}"))?;
            options.capabilities.kube_version = version;
        }
        Ok(options)
    }

    /// Prints the findings about one chart.
    fn lint(&self, path: &Path, values: &Values, options: &RenderOptions) -> Linted {
        let (findings, unreadable) = match findings(path, values, options) {
            Ok(findings) => (findings, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let worst = findings.iter().map(|finding| finding.severity).max();
        let has_warned = unreadable.is_some() || worst > Some(Severity::Info);
        if !self.quiet || has_warned {
            println!("==> Linting {}", path.display());
            unreadable.iter().for_each(|error| println!("Error {error:#}"));
            let shown = findings.iter().filter(|finding| !self.quiet || finding.severity > Severity::Info);
            shown.for_each(|finding| println!("{finding}"));
            println!();
        }
        let tolerated = if self.strict { Severity::Info } else { Severity::Warning };
        match (has_warned, unreadable.is_some() || worst > Some(tolerated)) {
            (_, true) => Linted::Failed,
            (true, false) => Linted::Warned,
            (false, false) => Linted::Passed,
        }
    }
}

/// The findings about a chart; an error where there is no chart to look at.
fn findings(path: &Path, values: &Values, options: &RenderOptions) -> anyhow::Result<Vec<Finding>> {
    let source = if is_archive(path) {
        Source::open(path).context("unable to extract tarball")?
    } else {
        let chart_file = path.join("Chart.yaml");
        fs::metadata(&chart_file).with_context(|| format!("unable to check Chart.yaml file in chart: stat {}", chart_file.display()))?;
        Source::open(path)?
    };
    let files = source.files.as_slice();
    let folder = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let has_templates = folder.join("templates").exists() || files.iter().any(|file| file.name.starts_with("templates/"));
    let name = folder.display().to_string();
    let subject = Subject { name: &name, files, has_templates };
    let findings = helm::lint::lint(&subject, values, options, &Workstation);
    source.check().map(|()| findings)
}
