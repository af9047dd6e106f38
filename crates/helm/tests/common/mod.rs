//! Reading charts from disk for tests, printing them as `helm template` does, and the shared cases.

#![allow(dead_code, clippy::unwrap_used)]

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use helm::{Capabilities, Chart, File, KubeVersion, RenderOptions, values};

/// The shared cases; none where they are not on this machine, with a line that says so.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases").join(path);
    if let Ok(path) = path.canonicalize() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not here", path.display());
    None
}

/// The chart in a folder.
pub fn chart(folder: &Path) -> helm::Result<Chart> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    Chart::from_tree(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.push(File::new(name, &std::fs::read(&path).unwrap()));
        }
    }
}

/// A tar with these entries, each with a type flag, gzipped.
pub fn archive(entries: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, kind, data) in entries {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", data.len()).as_bytes());
        header[156] = *kind;
        header[257..263].copy_from_slice(b"ustar\0");
        header[263..265].copy_from_slice(b"00");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        tar.extend_from_slice(&header);
        tar.extend_from_slice(data);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    gzip(&tar)
}

/// A text as gzip packs it.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The documents of a multi-document text as values, sorted by what they print; empty ones left out.
pub fn documents(text: &str) -> Vec<object::Value> {
    let documents = yaml::parse(text, &yaml::Options::default()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut values: Vec<object::Value> = documents.into_iter().map(|document| document.value).filter(|value| !value.is_null()).collect();
    values.sort_by_cached_key(ToString::to_string);
    values
}

/// What helm is asked for besides the chart.
#[derive(Debug, Default)]
pub struct Flags {
    /// The text of a values file.
    pub values: String,
    /// `--set` and its kin, in the order in which helm applies them.
    pub sets: Vec<(&'static str, String)>,
    /// `--kube-version`.
    pub kube_version: &'static str,
    /// `--api-versions`.
    pub api_versions: Vec<&'static str>,
    /// Flags without a value.
    pub switches: Vec<&'static str>,
}

impl Flags {
    /// As helm takes them, without the values file.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--kube-version".to_owned(), self.kube_version.to_owned()];
        for (flag, text) in &self.sets {
            arguments.extend([(*flag).to_owned(), text.clone()]);
        }
        for version in &self.api_versions {
            arguments.extend(["--api-versions".to_owned(), (*version).to_owned()]);
        }
        arguments.extend(self.switches.iter().map(|switch| (*switch).to_owned()));
        arguments
    }

    pub fn has(&self, switch: &str) -> bool {
        self.switches.contains(&switch)
    }
}

/// What `helm template` prints, made from what this crate gives.
pub fn printed(folder: &Path, flags: &Flags, host: &dyn template::Host) -> Result<String, String> {
    let mut values = values::load(&flags.values).map_err(|error| error.to_string())?;
    for (flag, text) in &flags.sets {
        // The door puts the flag before what is wrong with it.
        set(flag, text, &mut values).map_err(|error| match *flag {
            "--set-json" => format!("failed parsing --set-json data {text}"),
            flag => format!("failed parsing {flag} data: {error}"),
        })?;
    }
    let render = || {
        let chart = chart(folder)?;
        helm::check_installable(&chart)?;
        helm::render(&chart, &values, &options(flags), host)
    };
    let rendered = render().map_err(|error| error.to_string())?;
    let part = |source: &str, content: &str| format!("---\n# Source: {source}\n{content}\n");
    let crds = rendered.crds.iter().filter(|_| flags.has("--include-crds")).map(|crd| part(&crd.source, &crd.content()));
    let manifests: String = crds.chain(rendered.manifests.iter().map(|manifest| part(&manifest.source, &manifest.content))).collect();
    let hooks = rendered.hooks.iter().filter(|hook| !(flags.has("--no-hooks") || flags.has("--skip-tests") && hook.is_test()));
    let hooks: String = hooks.map(|hook| part(&hook.manifest.source, &hook.manifest.content)).collect();
    Ok(format!("{}\n{hooks}", manifests.trim()))
}

fn set(flag: &str, text: &str, values: &mut helm::Values) -> helm::Result<()> {
    use helm::values::set::{Mode, set};
    let mode = match flag {
        "--set" => Mode::Typed,
        "--set-string" => Mode::Text,
        "--set-literal" => Mode::Literal,
        _ if text.starts_with('{') => {
            values::merge(values, values::load(text)?);
            return Ok(());
        }
        _ => Mode::Json,
    };
    set(text, &mode, values)
}

fn options(flags: &Flags) -> RenderOptions {
    let mut capabilities = Capabilities { kube_version: KubeVersion::parse(flags.kube_version).unwrap(), ..Capabilities::default() };
    capabilities.api_versions.extend(flags.api_versions.iter().map(|version| (*version).to_owned()));
    RenderOptions {
        release_name: "r".into(),
        namespace: "test-ns".into(),
        capabilities,
        is_install: !flags.has("--is-upgrade"),
        is_upgrade: flags.has("--is-upgrade"),
        validate_schema: !flags.has("--skip-schema-validation"),
        ..RenderOptions::default()
    }
}
