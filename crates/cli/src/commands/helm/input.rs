//! Charts and values from disk and from flags.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, anyhow, bail};
use helm::limits::{ARCHIVE_BYTES_MAX, CHART_BYTES_MAX, CHART_DEPTH_MAX, CHART_FILES_MAX};
use helm::values::set::{Mode, set};
use helm::values::{decoded_map, load, merge};
use helm::{Chart, File, Values};
use serde_json::Value;
use template::Text;

/// Folders inside each other that are read; a link that leads back into itself ends here.
const FOLDER_DEPTH_MAX: usize = 2 * CHART_DEPTH_MAX;

/// The size of the first buffer for a file, which most of a chart fit.
const READ_BYTES: usize = 16 << 10;

/// The flags that give values, in helm's order of precedence from low to high.
#[derive(clap::Args)]
pub struct ValueFlags {
    /// Values from a YAML file, or `-` for standard input (can be given more than once)
    #[arg(short = 'f', long = "values", value_name = "FILE", value_delimiter = ',')]
    files: Vec<String>,
    /// Values as JSON: an object, or key=json
    #[arg(long, value_name = "JSON")]
    set_json: Vec<String>,
    /// Values as key=value,key.inner=value
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Values that stay text
    #[arg(long, value_name = "KEY=TEXT")]
    set_string: Vec<String>,
    /// Values that are the content of files
    #[arg(long, value_name = "KEY=PATH")]
    set_file: Vec<String>,
    /// One value that is the rest of the argument, as it is
    #[arg(long, value_name = "KEY=TEXT")]
    set_literal: Vec<String>,
}

impl ValueFlags {
    /// All values, later flags over earlier ones.
    pub fn values(&self) -> anyhow::Result<Values> {
        let mut values = Values::new();
        for path in &self.files {
            let document = load(&read_text(path)?).with_context(|| format!("failed to parse {path}"))?;
            merge(&mut values, document);
        }
        for text in &self.set_json {
            set_json(text, &mut values).map_err(|_| anyhow!("failed parsing --set-json data {text}"))?;
        }
        let read = |path: &str| read_text(path).map_err(|error| format!("{error:#}"));
        let flags = [
            ("--set", &self.set, Mode::Typed),
            ("--set-string", &self.set_string, Mode::Text),
            ("--set-file", &self.set_file, Mode::File(&read)),
            ("--set-literal", &self.set_literal, Mode::Literal),
        ];
        for (flag, lines, mode) in &flags {
            for line in *lines {
                set(line, mode, &mut values).map_err(|error| anyhow!("failed parsing {flag} data: {error}"))?;
            }
        }
        Ok(values)
    }
}

fn set_json(text: &str, values: &mut Values) -> anyhow::Result<()> {
    if !text.trim().starts_with('{') {
        return Ok(set(text, &Mode::Json, values)?);
    }
    match serde_json::from_str(text.trim())? {
        Value::Object(map) => merge(values, decoded_map(map)),
        _ => bail!("not a JSON object"),
    }
    Ok(())
}

fn read_text(path: &str) -> anyhow::Result<String> {
    if path.trim() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    if path.starts_with("http://") || path.starts_with("https://") {
        bail!("{path}: values are read from files only; download it first");
    }
    let bytes = fs::read(path).with_context(|| format!("open {path}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A chart on disk. A folder's files are listed at once and read when somebody needs them.
pub struct Source {
    /// The files of the chart, without those that .helmignore leaves out.
    pub files: Vec<File>,
    disk: Arc<Disk>,
}

impl Source {
    /// The chart in a folder or archive.
    pub fn open(path: &Path) -> anyhow::Result<Source> {
        if path.to_str().is_some_and(|path| path.contains("://")) {
            bail!("{}: charts are read from folders and archives only; download it first", path.display());
        }
        let metadata = fs::metadata(path).with_context(|| format!("path {:?} not found", path.display().to_string()))?;
        if metadata.is_dir() {
            let disk = Arc::new(Disk::new(path));
            return Ok(Source { files: tree(path, &disk)?, disk });
        }
        if metadata.len() > ARCHIVE_BYTES_MAX as u64 {
            bail!("limit ARCHIVE_BYTES_MAX passed: {} has {} bytes", path.display(), metadata.len());
        }
        Source::archive(&fs::read(path)?)
    }

    /// The chart in the bytes of an archive.
    pub fn archive(bytes: &[u8]) -> anyhow::Result<Source> {
        Ok(Source { files: helm::chart::unpack(bytes)?, disk: Arc::new(Disk::new(Path::new(""))) })
    }

    /// The chart that the files make.
    pub fn chart(&mut self) -> anyhow::Result<Chart> {
        let chart = Chart::from_files(std::mem::take(&mut self.files));
        self.check()?;
        Ok(chart?)
    }

    /// Refuses a chart of which a file could not be read. To be asked once everything that may read is done.
    pub fn check(&self) -> anyhow::Result<()> {
        self.disk.fault.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }
}

/// A chart's folder as files are read from it, perhaps by several threads.
struct Disk {
    root: PathBuf,
    bytes_read: AtomicU64,
    /// The first file that could not be read, and why.
    fault: Mutex<Option<anyhow::Error>>,
}

impl Disk {
    fn new(root: &Path) -> Disk {
        Disk { root: root.to_path_buf(), bytes_read: AtomicU64::new(0), fault: Mutex::default() }
    }

    /// The content of a file; nothing, and a fault to tell later, where it cannot be had.
    fn read(&self, name: &str) -> Text {
        self.try_read(name).unwrap_or_else(|error| {
            self.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            Text::default()
        })
    }

    /// Reads a regular file, which gives all it has until a read comes back short. Most fit the first buffer.
    fn try_read(&self, name: &str) -> anyhow::Result<Text> {
        let path = self.root.join(name);
        let mut file = fs::File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
        let mut first = [0; READ_BYTES];
        let count = file.read(&mut first).with_context(|| format!("cannot read {}", path.display()))?;
        self.count(count)?;
        if count < READ_BYTES {
            return Ok(Text::from(&first[..count]));
        }
        let mut bytes = first.to_vec();
        let bytes_left = CHART_BYTES_MAX.saturating_sub(self.bytes_read.load(Ordering::Relaxed));
        let more = file.take(bytes_left + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {}", path.display()))?;
        self.count(more)?;
        Ok(Text::from(bytes))
    }

    fn count(&self, bytes: usize) -> anyhow::Result<()> {
        let before = self.bytes_read.fetch_add(bytes as u64, Ordering::Relaxed);
        if before + bytes as u64 > CHART_BYTES_MAX { bail!("limit CHART_BYTES_MAX passed") } else { Ok(()) }
    }
}

fn tree(root: &Path, disk: &Arc<Disk>) -> anyhow::Result<Vec<File>> {
    let rules = match fs::read(root.join(".helmignore")) {
        Ok(text) => helm::chart::Rules::parse(&String::from_utf8_lossy(&text)).map_err(anyhow::Error::msg)?,
        Err(_) => helm::chart::Rules::default(),
    };
    let disk = disk.clone();
    let reader: Arc<helm::chart::Reader> = Arc::new(move |name: &str| disk.read(name));
    let mut listing = Listing { rules, reader, files: Vec::new() };
    listing.folder(root, "", 0)?;
    Ok(listing.files)
}

struct Listing {
    rules: helm::chart::Rules,
    reader: Arc<helm::chart::Reader>,
    files: Vec<File>,
}

impl Listing {
    /// Lists a folder in the order of its names; `prefix` is its path within the chart, with a slash at the end.
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> anyhow::Result<()> {
        if depth > FOLDER_DEPTH_MAX {
            bail!("limit FOLDER_DEPTH_MAX passed at {}: does a link lead back into itself?", folder.display());
        }
        let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_cached_key(fs::DirEntry::file_name);
        entries.iter().try_for_each(|entry| self.entry(entry, prefix, depth))
    }

    fn entry(&mut self, entry: &fs::DirEntry, prefix: &str, depth: usize) -> anyhow::Result<()> {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let mut kind = entry.file_type()?;
        if kind.is_symlink() {
            let path = entry.path();
            kind = fs::metadata(&path).with_context(|| format!("error evaluating symlink {}", path.display()))?.file_type();
        }
        match (kind.is_dir(), kind.is_file()) {
            (true, _) if self.rules.ignores_folder(&name) => Ok(()),
            (true, _) => self.folder(&entry.path(), &format!("{name}/"), depth + 1),
            (false, _) if self.rules.ignores_file(&name) => Ok(()),
            (_, true) => self.file(name),
            _ => bail!("cannot load irregular file {} as it has file mode type bits set", entry.path().display()),
        }
    }

    fn file(&mut self, name: String) -> anyhow::Result<()> {
        if self.files.len() == CHART_FILES_MAX {
            bail!("limit CHART_FILES_MAX passed: more than {CHART_FILES_MAX} files");
        }
        self.files.push(File::deferred(name, self.reader.clone()));
        Ok(())
    }
}
