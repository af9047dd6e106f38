//! A directory of this machine as an artifact that follows its files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use api::GitRepositorySpec;
use artifact::{Builder, File, Limits, Names, Tree};
use controllers::{Content, NewArtifact, Running, filtered, publish};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use object::Object;
use runtime::Key;
use tokio::sync::mpsc;

/// Editors write a file in several steps; the directory is read when it was calm for this long.
const CALM_MIN: Duration = Duration::from_millis(100);
/// Folders that are never part of an artifact.
const SKIPPED: &[&str] = &[".git", "node_modules", "target"];

/// Follows the files of a directory until it is dropped.
pub struct Watched {
    _watcher: RecommendedWatcher,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Publishes the directory as the artifact of a GitRepository, now and whenever a file changes.
pub async fn watch(folder: PathBuf, repository: Object, running: Arc<Running>) -> anyhow::Result<Watched> {
    let (changed, mut changes) = mpsc::channel(1);
    let notify = move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            // A full channel already holds the news.
            let _ = changed.try_send(());
        }
    };
    let mut watcher = notify::recommended_watcher(notify).context("cannot watch files on this machine")?;
    watcher.watch(&folder, RecursiveMode::Recursive).with_context(|| format!("cannot watch `{}`", folder.display()))?;
    read_and_publish(&folder, &repository, &running).await?;
    let task = tokio::spawn(async move {
        while changes.recv().await.is_some() {
            while tokio::time::timeout(CALM_MIN, changes.recv()).await.is_ok_and(|news| news.is_some()) {}
            if let Err(error) = read_and_publish(&folder, &repository, &running).await {
                eprintln!("✗ {error:#}");
            }
        }
    });
    Ok(Watched { _watcher: watcher, task })
}

async fn read_and_publish(folder: &Path, repository: &Object, running: &Running) -> anyhow::Result<()> {
    let root = folder.to_path_buf();
    let tree = tokio::task::spawn_blocking(move || read(&root)).await.context("reading the directory broke off")??;
    let digest = artifact::pack(&tree).digest;
    let revision = format!("latest@{digest}");
    let key = Key::of(repository);
    let current = running.sources.sources.get("GitRepository", &key);
    let current = current.as_deref().unwrap_or(repository);
    if current.get("status.artifact.revision").and_then(|known| known.as_str()) == Some(revision.as_str()) {
        return Ok(());
    }
    let new = NewArtifact {
        file: format!("{}.tar.gz", digest.hex()),
        content: Content::Tree(tree),
        metadata: Default::default(),
        included: Vec::new(),
        news: format!("stored artifact for directory '{}'", folder.display()),
        revision,
    };
    Ok(publish::<GitRepositorySpec>(&running.sources, current, new).await?)
}

/// Reads the files of a directory. Links are left out, as they are in every artifact.
pub fn read(folder: &Path) -> anyhow::Result<Tree> {
    let mut builder = Builder::new(Limits::default(), Names::CaseMatters);
    let mut open = vec![folder.to_path_buf()];
    while let Some(inner) = open.pop() {
        for entry in std::fs::read_dir(&inner).with_context(|| format!("cannot list `{}`", inner.display()))? {
            let entry = entry?;
            let (kind, path) = (entry.file_type()?, entry.path());
            if kind.is_dir() && !SKIPPED.iter().any(|name| entry.file_name() == *name) {
                open.push(path);
            } else if kind.is_file() {
                add(&mut builder, folder, &path)?;
            }
        }
    }
    Ok(filtered(builder.finish(), None))
}

fn add(builder: &mut Builder, folder: &Path, path: &Path) -> anyhow::Result<()> {
    let refused = || format!("cannot take `{}` into the artifact", path.display());
    let relative = path.strip_prefix(folder).with_context(refused)?.to_str().with_context(refused)?.to_owned();
    let size = std::fs::metadata(path).with_context(refused)?.len();
    builder.check(&relative, size).with_context(refused)?;
    builder.add(&relative, File::new(std::fs::read(path).with_context(refused)?)).with_context(refused)
}
