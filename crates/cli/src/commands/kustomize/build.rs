//! `sluice kustomize build DIR`.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use kustomize::{Built, LoadRestrictor, Options, Reorder};

use crate::disk::Disk;

/// So much is gathered before it is written.
const WRITE_BYTES: usize = 64 << 10;
/// Threads for large builds; small ones take one.
const THREADS_MAX: usize = 2;

#[derive(clap::Args)]
pub struct Build {
    /// Directory that holds the kustomization.yaml
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Write to this file, or one file per object into this directory
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// Where files may be loaded from
    #[arg(long, value_enum, default_value = "LoadRestrictionsRootOnly")]
    load_restrictor: Restriction,
    /// Order of the objects where the Kustomization has no sortOptions
    #[arg(long, value_enum, default_value = "legacy")]
    reorder: Order,
    /// Add the label app.kubernetes.io/managed-by
    #[arg(long)]
    enable_managedby_label: bool,
    /// Refused: charts are rendered by `sluice helm template`
    #[arg(long)]
    enable_helm: bool,
    /// Refused: plugins never run
    #[arg(long)]
    enable_alpha_plugins: bool,
    /// Refused: plugins never run
    #[arg(long)]
    enable_exec: bool,
    #[command(flatten)]
    #[allow(dead_code, reason = "accepted and without effect")]
    ignored: Ignored,
}

/// Flags that only matter to plugins and charts: accepted, so that scripts keep working, and without effect.
#[derive(clap::Args)]
#[allow(dead_code, reason = "accepted and without effect")]
struct Ignored {
    #[arg(long, hide = true)]
    as_current_user: bool,
    #[arg(short, long, hide = true)]
    env: Vec<String>,
    #[arg(long, hide = true)]
    mount: Vec<String>,
    #[arg(long, hide = true)]
    network: bool,
    #[arg(long, hide = true)]
    network_name: Option<String>,
    #[arg(long, hide = true)]
    helm_command: Option<String>,
    #[arg(long, hide = true)]
    helm_api_versions: Vec<String>,
    #[arg(long, hide = true)]
    helm_kube_version: Option<String>,
    #[arg(long, hide = true)]
    helm_debug: bool,
    #[arg(long, hide = true)]
    stack_trace: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Restriction {
    #[value(name = "LoadRestrictionsRootOnly", alias = "rootOnly")]
    RootOnly,
    #[value(name = "LoadRestrictionsNone", alias = "none")]
    None,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Order {
    None,
    Legacy,
}

/// Builds and prints.
pub fn run(command: &Build) -> anyhow::Result<()> {
    refuse(command)?;
    let dir = root(&command.dir)?;
    let options = Options {
        load_restrictor: match command.load_restrictor {
            Restriction::RootOnly => LoadRestrictor::RootOnly,
            Restriction::None => LoadRestrictor::None,
        },
        reorder: match command.reorder {
            Order::None => Reorder::None,
            Order::Legacy => Reorder::Legacy,
        },
        add_managed_by_label: command.enable_managedby_label,
        threads_max: THREADS_MAX,
        ..Options::default()
    };
    let objects = kustomize::build_warned(&Disk::default(), &dir, &options, &mut |warning| eprintln!("{warning}"))?;
    write(&objects, command.output.as_deref())?;
    // The process ends here: the kernel takes the memory back faster than a walk through all the trees.
    std::mem::forget(objects);
    Ok(())
}

fn refuse(command: &Build) -> anyhow::Result<()> {
    if command.enable_helm {
        bail!(
            "--enable-helm: charts are not inflated while building overlays; render them with `sluice helm template` and list the output under `resources`"
        );
    }
    if command.enable_alpha_plugins || command.enable_exec {
        bail!("plugins never run: use built-in generators and transformers, or commit what the plugin makes");
    }
    Ok(())
}

/// The directory as an absolute path.
fn root(dir: &Path) -> anyhow::Result<String> {
    let text = dir.to_string_lossy();
    if text.contains("://") || text.starts_with("git@") || text.starts_with("github.com/") {
        bail!("`{text}` is remote: nothing is fetched while building; clone it, or make it a source of its own");
    }
    let absolute = std::path::absolute(dir).with_context(|| format!("cannot find `{text}`"))?;
    absolute.into_os_string().into_string().map_err(|_| anyhow::anyhow!("the path `{text}` is no UTF-8"))
}

fn write(objects: &[Built], output: Option<&Path>) -> anyhow::Result<()> {
    match output {
        Some(folder) if folder.is_dir() => {
            for (name, text) in kustomize::print_apart(objects) {
                write_file(&folder.join(name), &text)?;
            }
            Ok(())
        }
        Some(file) => write_file(file, &kustomize::print(objects)),
        None => print(objects),
    }
}

fn print(objects: &[Built]) -> anyhow::Result<()> {
    let mut output = BufWriter::with_capacity(WRITE_BYTES, std::io::stdout().lock());
    for text in kustomize::documents_beside(objects, THREADS_MAX) {
        output.write_all(text.as_bytes())?;
    }
    Ok(output.flush()?)
}

fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}
