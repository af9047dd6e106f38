//! `sluice helm lint`: examines charts and says what is wrong with them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use helm::lint::{Finding, Severity};
use helm::{KubeVersion, RenderOptions, Values};

use super::host::Workstation;
use super::input::{self, ValueFlags};
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
    let failed = command.charts.iter().filter(|path| !command.lint(path, &values, &options)).count();
    let summary = format!("{} chart(s) linted, {failed} chart(s) failed", command.charts.len());
    if failed > 0 {
        anyhow::bail!(summary);
    }
    println!("{summary}");
    Ok(ExitCode::SUCCESS)
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

    /// Prints the findings about one chart; says whether it passed.
    fn lint(&self, path: &Path, values: &Values, options: &RenderOptions) -> bool {
        let findings = match input::files(path) {
            Ok(files) => helm::lint::lint(&files, values, options, &Workstation),
            Err(error) => vec![Finding { severity: Severity::Error, path: String::new(), message: format!("{error:#}") }],
        };
        let shown = |finding: &&Finding| !self.quiet || finding.severity > Severity::Info;
        if !self.quiet || findings.iter().any(|finding| finding.severity > Severity::Info) {
            println!("==> Linting {}", path.display());
            findings.iter().filter(shown).for_each(|finding| println!("{finding}"));
            println!();
        }
        let tolerated = if self.strict { Severity::Info } else { Severity::Warning };
        findings.iter().all(|finding| finding.severity <= tolerated)
    }
}
