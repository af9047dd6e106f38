//! The bytes behind the names: each content once.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{Store, StoreError, failed, write};
use crate::{Digest, Packed};

/// Where blobs lie under the root. The leading dot keeps it out of the file server and apart from every kind.
pub(super) const FOLDER: &str = ".blobs";

impl Store {
    /// Removes blobs that no object names, as a process that was killed may leave them.
    pub(super) fn sweep(&self) -> Result<(), StoreError> {
        let folder = self.root.join(FOLDER);
        for entry in fs::read_dir(&folder).map_err(failed("list", &folder))? {
            let path = entry.map_err(failed("list", &folder))?.path();
            if names(&path).map_err(failed("look at", &path))? == 1 {
                write::remove_if_there(&path).map_err(failed("remove", &path))?;
            }
        }
        Ok(())
    }

    /// Removes one name of a content, and the content with its last name.
    pub(super) fn release(&self, file: &Path) -> Result<(), StoreError> {
        let _alone = self.blobs.lock();
        let is_last = names(file).map_err(failed("look at", file))? == 2;
        let digest = is_last.then(|| fs::File::open(file).and_then(Digest::of_reader)).transpose().map_err(failed("read", file))?;
        write::remove_if_there(file).map_err(failed("remove", file))?;
        match digest.map(|digest| self.blob(&digest)) {
            Some(blob) => write::remove_if_there(&blob).map_err(failed("remove", &blob)),
            None => Ok(()),
        }
    }

    /// Makes `path` a name of this content.
    pub(super) fn name_blob(&self, packed: &Packed, path: &Path) -> Result<(), StoreError> {
        let _alone = self.blobs.lock();
        self.keep_blob(packed)?;
        write::hard_link(&self.blob(&packed.digest), path).map_err(failed("write", path))
    }

    pub(super) fn blob(&self, digest: &Digest) -> PathBuf {
        self.root.join(FOLDER).join(digest.hex())
    }

    /// Makes sure the blob is there with its full length. A torn one is found by its digest when it is read.
    fn keep_blob(&self, packed: &Packed) -> Result<(), StoreError> {
        let path = self.blob(&packed.digest);
        if fs::metadata(&path).is_ok_and(|metadata| metadata.len() == packed.bytes.len() as u64) {
            return Ok(());
        }
        write::file(&path, &packed.bytes).map_err(failed("write", &path))
    }

    pub(super) fn drop_torn(&self, file: &Path, digest: &Digest) -> Result<(), StoreError> {
        for path in [file, &self.blob(digest)] {
            write::remove_if_there(path).map_err(failed("drop", path))?;
        }
        Ok(())
    }
}

/// How many names a regular file has; none for what is gone or is no file.
fn names(path: &Path) -> io::Result<u64> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(if metadata.is_file() { metadata.nlink() } else { 0 }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}
