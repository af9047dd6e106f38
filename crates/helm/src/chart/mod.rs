//! A chart in memory: metadata, default values, templates, files, subcharts.
//!
//! Refuses to be: a place on disk. A chart is made of files that somebody else read ([`Chart::from_tree`], [`Chart::from_files`])
//! or of an archive's bytes ([`Chart::from_archive`]). Once made it never changes; renders share it between threads.

mod archive;
mod file;
mod ignore;
mod load;
mod metadata;
mod parsed;

pub use archive::unpack;
pub use file::{File, Reader};
pub use ignore::{Rules, path_match};
pub use metadata::{Dependency, Lock, Maintainer, Metadata};
pub(crate) use parsed::ParsedSets;

use std::borrow::Cow;
use std::sync::Arc;

use template::Text;

use crate::Result;
use crate::values::Values;

/// A loaded chart.
#[derive(Debug)]
pub struct Chart {
    /// Chart.yaml, with what requirements.yaml adds in a v1 chart.
    pub metadata: Metadata,
    /// Chart.lock or requirements.lock.
    pub lock: Option<Lock>,
    /// values.yaml.
    pub values: Values,
    /// values.schema.json.
    pub schema: Option<Text>,
    /// templates/.
    pub templates: Vec<File>,
    /// Everything that has no place of its own: what `.Files` shows, crds/ included.
    pub files: Arc<Vec<File>>,
    /// charts/, by name of folder or archive.
    pub dependencies: Vec<Chart>,
    /// Every file as it came, for showing and packaging.
    pub raw: Vec<File>,
    pub(crate) parsed: ParsedSets,
}

/// A file of crds/.
#[derive(Clone, Debug)]
pub struct Crd {
    /// Path that starts with the chart's name, as `# Source:` shows it.
    pub source: String,
    file: File,
}

impl Crd {
    /// Content, unrendered.
    pub fn content(&self) -> Cow<'_, str> {
        self.file.text()
    }
}

impl Chart {
    /// A chart of a folder's files, with its .helmignore applied. Paths are relative to the folder.
    pub fn from_tree(files: Vec<File>) -> Result<Chart> {
        let rules = match files.iter().find(|file| file.name == ".helmignore") {
            Some(file) => Rules::parse(&file.text()).map_err(crate::Error::Load)?,
            None => Rules::default(),
        };
        load::from_files(files.into_iter().filter(|file| !rules.ignores(&file.name)).collect(), 0)
    }

    /// A chart of exactly these files.
    pub fn from_files(files: Vec<File>) -> Result<Chart> {
        load::from_files(files, 0)
    }

    /// A chart of a gzipped tar. .helmignore does not apply: packaging did that.
    pub fn from_archive(bytes: &[u8]) -> Result<Chart> {
        load::from_files(unpack(bytes)?, 0)
    }

    /// The chart's name.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Whether the chart only lends templates to others.
    pub fn is_library(&self) -> bool {
        self.metadata.kind.eq_ignore_ascii_case("library")
    }

    /// The manifest files of crds/, of this chart, then of its subcharts.
    pub fn crds(&self) -> Vec<Crd> {
        let mut crds = Vec::new();
        self.collect_crds(self.name(), &mut crds);
        crds
    }

    fn collect_crds(&self, path: &str, crds: &mut Vec<Crd>) {
        crds.extend(self.own_crds(path));
        for dependency in &self.dependencies {
            dependency.collect_crds(&format!("{path}/charts/{}", dependency.name()), crds);
        }
    }

    /// The manifest files of crds/ of this chart alone, under the path `path`.
    pub(crate) fn own_crds(&self, path: &str) -> impl Iterator<Item = Crd> {
        let files = self.files.iter().filter(|file| file.name.starts_with("crds/") && is_manifest(&file.name));
        files.map(move |file| Crd { source: format!("{path}/{}", file.name), file: file.clone() })
    }

    /// The first README, as `helm show readme` finds it.
    pub fn readme(&self) -> Option<&File> {
        const NAMES: [&str; 3] = ["readme.md", "readme.txt", "readme"];
        self.raw.iter().find(|file| NAMES.iter().any(|name| file.name.eq_ignore_ascii_case(name)))
    }

    /// How often the templates of this chart were parsed: once for each combination of subcharts that was rendered.
    pub fn parse_count(&self) -> usize {
        self.parsed.count()
    }

    /// A file by path, as it came.
    pub fn raw_file(&self, name: &str) -> Option<&File> {
        self.raw.iter().find(|file| file.name == name)
    }
}

fn is_manifest(name: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|ending| name.to_lowercase().ends_with(ending))
}
