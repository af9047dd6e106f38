//! Artifacts on disk, in the places and under the names Flux's consumers know.
//!
//! ```text
//! <root>/<kind>/<namespace>/<name>/<file>       what the file server shows; a hard link to
//! <root>/.blobs/<sha256 hex>                    the bytes, once however many objects have the same content
//! ```
//!
//! Folders are 0700 and files 0600. A write goes to a temporary file and is renamed over the name while a `.lock` file is
//! held; nothing is synced, because [`Store::verify`] re-hashes the current file at each reconcile and drops what is torn.
//! In process nobody reads archives back: [`Store::tree`] hands trees over by digest from a cache bounded by bytes.
//!
//! Refuses to be: a clock (callers say what time it is) and a judge of revisions.

mod blob;
mod cache;
mod collect;
mod home;
mod write;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;

use crate::{ArchiveError, Digest, Limits, Packed, Tree, pack, unpack};
use cache::TreeCache;
pub use home::Home;

/// How a store behaves.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How old a file that is not current may grow. Flux's `--artifact-retention-ttl`.
    pub retention_ttl: Duration,
    /// How many files of one object are kept, the current included. Flux's `--artifact-retention-records`.
    pub retention_records_max: usize,
    /// Bytes of trees kept in memory for the hand-over in process.
    pub tree_cache_bytes_max: u64,
    /// Limits for archives that are read back.
    pub limits: Limits,
}

impl Default for Options {
    /// 60 seconds, 2 records, 32 MiB of trees.
    fn default() -> Options {
        Options {
            retention_ttl: Duration::from_secs(60),
            retention_records_max: 2,
            tree_cache_bytes_max: 32 * 1024 * 1024,
            limits: Limits::default(),
        }
    }
}

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A kind, namespace, name or file name that would leave its folder.
    #[error("`{0}` cannot be a name in the artifact store")]
    Name(String),
    /// The disk refused.
    #[error("the artifact store cannot {action} `{path}`")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where, relative to the root if it lies in it.
        path: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Nothing of that digest is stored.
    #[error("no artifact with digest `{0}` is stored")]
    Gone(Digest),
    /// The stored bytes are not what their name says; they have been dropped.
    #[error("the stored artifact `{0}` had other content than its digest says and was dropped")]
    Torn(Digest),
    /// A stored archive cannot be read as a tree.
    #[error("the artifact `{digest}` cannot be unpacked")]
    Archive {
        /// Which.
        digest: Digest,
        /// Why.
        #[source]
        source: ArchiveError,
    },
}

/// An artifact as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Relative to the root, with `/`: `status.artifact.path`.
    pub path: String,
    /// Digest of the stored bytes.
    pub digest: Digest,
    /// How many they are.
    pub size_bytes: u64,
}

/// The artifact store of this process. One process writes a root at a time.
pub struct Store {
    root: PathBuf,
    options: Options,
    trees: Mutex<TreeCache>,
    loading: Mutex<()>,
    blobs: Mutex<()>,
}

impl Store {
    /// Opens the store under `root`, which is made when missing.
    pub fn open(root: impl Into<PathBuf>, options: Options) -> Result<Store, StoreError> {
        let root = root.into();
        write::folder(&root.join(blob::FOLDER)).map_err(failed("make", &root))?;
        let trees = Mutex::new(TreeCache::new(options.tree_cache_bytes_max));
        let store = Store { root, options, trees, loading: Mutex::new(()), blobs: Mutex::new(()) };
        store.sweep()?;
        Ok(store)
    }

    /// Where the store lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Stores bytes as `file` of an object; what was there under that name is replaced.
    pub fn put(&self, home: &Home, file: &str, bytes: &[u8]) -> Result<Stored, StoreError> {
        self.place(home, file, &Packed { digest: Digest::of(bytes), bytes: Bytes::copy_from_slice(bytes) })
    }

    /// Packs and stores a tree, and keeps it for [`Store::tree`].
    pub fn put_tree(&self, home: &Home, file: &str, tree: &Tree) -> Result<Stored, StoreError> {
        let packed = pack(tree);
        let stored = self.place(home, file, &packed)?;
        self.trees.lock().insert(packed.digest, tree.clone());
        Ok(stored)
    }

    /// The tree of the archive with this digest: from memory, or from disk when it still has that digest there.
    ///
    /// However many objects have the same content, they get the same tree.
    pub fn tree(&self, digest: &Digest) -> Result<Tree, StoreError> {
        if let Some(tree) = self.trees.lock().get(digest) {
            return Ok(tree);
        }
        let _one_at_a_time = self.loading.lock();
        if let Some(tree) = self.trees.lock().get(digest) {
            return Ok(tree);
        }
        let tree = unpack(&self.read(digest)?[..], self.options.limits)
            .map_err(|source| StoreError::Archive { digest: digest.clone(), source })?;
        self.trees.lock().insert(digest.clone(), tree.clone());
        Ok(tree)
    }

    /// The bytes with this digest, hashed again before they are handed out.
    pub fn read(&self, digest: &Digest) -> Result<Bytes, StoreError> {
        let blob = self.blob(digest);
        let bytes = match fs::read(&blob) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StoreError::Gone(digest.clone())),
            Err(error) => return Err(failed("read", &blob)(error)),
        };
        if Digest::of(&bytes) == *digest {
            return Ok(bytes.into());
        }
        fs::remove_file(&blob).map_err(failed("drop", &blob))?;
        Err(StoreError::Torn(digest.clone()))
    }

    /// Whether the file at `path` (as in [`Stored::path`]) is there with this digest. What has another digest is removed.
    pub fn verify(&self, path: &str, digest: &Digest) -> Result<bool, StoreError> {
        let file = home::resolve(&self.root, path)?;
        let found = match fs::File::open(&file) {
            Ok(open) => Digest::of_reader(open).map_err(failed("read", &file))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(failed("open", &file)(error)),
        };
        if found == *digest {
            return Ok(true);
        }
        self.drop_torn(&file, digest)?;
        Ok(false)
    }

    /// Points the symbolic link `link` of an object at its `file`, as `latest.tar.gz` and `index.yaml` do.
    pub fn link(&self, home: &Home, link: &str, file: &str) -> Result<String, StoreError> {
        let (link_path, _) = (home.file(&self.root, link)?, home.file(&self.root, file)?);
        write::symlink(&link_path, file).map_err(failed("link", &link_path))?;
        Ok(home.relative(link))
    }

    /// Removes everything of an object that is gone.
    pub fn remove(&self, home: &Home) -> Result<(), StoreError> {
        let folder = home.folder(&self.root);
        for file in write::files(&folder).map_err(failed("list", &folder))? {
            self.release(&file)?;
        }
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", &folder)(error)),
            _ => Ok(()),
        }
    }

    fn place(&self, home: &Home, file: &str, packed: &Packed) -> Result<Stored, StoreError> {
        let path = home.file(&self.root, file)?;
        write::folder(&home.folder(&self.root)).map_err(failed("make", &path))?;
        let _held = write::lock(&path).map_err(failed("lock", &path))?;
        self.name_blob(packed, &path)?;
        Ok(Stored { path: home.relative(file), digest: packed.digest.clone(), size_bytes: packed.bytes.len() as u64 })
    }
}

fn failed<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> StoreError + 'a {
    move |source| StoreError::Io { action, path: path.display().to_string(), source }
}

#[cfg(test)]
mod tests;
