//! Writing so that a reader sees the old file or the new one, never half of one.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, symlink as make_symlink};
use std::path::{Path, PathBuf};

const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// What the lock of a file is called.
pub(super) const LOCK_SUFFIX: &str = ".lock";
/// How temporary names begin; a leading dot keeps them out of the file server.
pub(super) const TEMPORARY_PREFIX: &str = ".tmp-";

/// Makes a folder and those above it.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path)
}

/// Holds the lock of `path` until the value is dropped. The lock file's age tells when `path` was last written.
pub(super) fn lock(path: &Path) -> io::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(LOCK_SUFFIX);
    let file = OpenOptions::new().create(true).write(true).truncate(true).mode(FILE_MODE).open(name)?;
    file.lock()?;
    Ok(file)
}

/// Writes a whole file under its name at once.
pub(super) fn file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = temporary(path)?;
    let mut open = OpenOptions::new().create(true).write(true).truncate(true).mode(FILE_MODE).open(&temporary)?;
    open.write_all(bytes)?;
    fs::rename(&temporary, path)
}

/// Makes `path` a second name of `blob`.
pub(super) fn hard_link(blob: &Path, path: &Path) -> io::Result<()> {
    renamed(path, |temporary| fs::hard_link(blob, temporary))?;
    // Renaming one name of a file over another of the same file does nothing and leaves the temporary name.
    remove_if_there(&temporary(path)?)
}

/// Makes `path` a symbolic link to `target`, which lies in the same folder.
pub(super) fn symlink(path: &Path, target: &str) -> io::Result<()> {
    renamed(path, |temporary| make_symlink(target, temporary))
}

/// What lies in a folder that may be gone.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.map(|entry| Ok(entry?.path())).collect(),
    }
}

/// Removes a file that may be gone already.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn renamed(path: &Path, make: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    let temporary = temporary(path)?;
    remove_if_there(&temporary)?;
    make(&temporary)?;
    fs::rename(&temporary, path)
}

fn temporary(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    Ok(path.with_file_name(format!("{TEMPORARY_PREFIX}{name}")))
}
