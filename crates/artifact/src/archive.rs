//! Trees to `tar.gz` and back.
//!
//! Out: deterministic. A lexical walk that begins with `.`, owner 0, no names of owners, time 0, modes 0600, 0700 and 0750.
//! In: suspicious. Everything is counted while it is unpacked, symbolic links are dropped as consumers do, and hard links,
//! devices, unsafe and repeated paths are errors.

use std::io::{self, Read, Write};

use bytes::Bytes;
use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

use crate::{Builder, Digest, File, Limit, Limits, Names, PathFault, Tree, TreeError, path};

/// Why an archive cannot be unpacked.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The bytes are no gzipped tar, or they end too soon.
    #[error("the archive cannot be read: {0}")]
    Malformed(#[source] io::Error),
    /// An entry cannot be in a tree, or a limit is passed.
    #[error("the archive is refused: {0}")]
    Entry(#[from] TreeError),
    /// An entry is a hard link, a device or another special file.
    #[error("the archive is refused: `{path}` is a {kind}; only regular files and folders may be in it")]
    Special {
        /// Its path.
        path: String,
        /// What it is.
        kind: &'static str,
    },
    /// The archive unpacks to more than the limits allow.
    #[error("the archive is refused: it unpacks to {0}")]
    Bomb(Limit),
}

/// An archive with its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// The compressed bytes.
    pub bytes: Bytes,
    /// Their digest.
    pub digest: Digest,
}

/// Packs `tree`. The same tree gives the same bytes.
pub fn pack(tree: &Tree) -> Packed {
    let bytes = Bytes::from(write(tree).expect("writing to memory does not fail"));
    Packed { digest: Digest::of(&bytes), bytes }
}

fn write(tree: &Tree) -> io::Result<Vec<u8>> {
    let gzip = GzEncoder::new(Vec::new(), Compression::default());
    let mut archive = tar::Builder::new(gzip);
    append(&mut archive, ".", None)?;
    for (path, file) in tree.walk() {
        append(&mut archive, path, file)?;
    }
    archive.into_inner()?.finish()
}

fn append<W: Write>(archive: &mut tar::Builder<W>, path: &str, file: Option<&File>) -> io::Result<()> {
    let content: &[u8] = file.map_or(&[], |file| &file.bytes);
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(if file.is_some() { tar::EntryType::Regular } else { tar::EntryType::Directory });
    header.set_mode(mode(file));
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(content.len() as u64);
    archive.append_data(&mut header, path, content)
}

fn mode(file: Option<&File>) -> u32 {
    match file {
        None => 0o750,
        Some(File { executable: true, .. }) => 0o700,
        Some(_) => 0o600,
    }
}

/// Unpacks a gzipped tar. Symbolic links are left out, folders exist through their files.
///
/// Cost: at most the limits' bytes of memory, whatever the archive claims.
pub fn unpack(archive: impl Read, limits: Limits) -> Result<Tree, ArchiveError> {
    let counted = Counted { inner: MultiGzDecoder::new(archive), left: stream_bytes_max(limits) };
    let mut archive = tar::Archive::new(counted);
    let mut builder = Builder::new(limits, Names::CaseFolds);
    for entry in archive.entries().map_err(read_error(limits))? {
        add(&mut builder, entry.map_err(read_error(limits))?, limits)?;
    }
    Ok(builder.finish())
}

/// What the tar stream may hold: the content, and two blocks of padding and header for each file and folder.
fn stream_bytes_max(limits: Limits) -> u64 {
    limits.tree_bytes_max.saturating_add((limits.files_max as u64).saturating_mul(4 * 512)).saturating_add(64 * 1024)
}

fn add<R: Read>(builder: &mut Builder, mut entry: tar::Entry<'_, R>, limits: Limits) -> Result<(), ArchiveError> {
    let raw = entry_path(&entry)?;
    let path = path::plain(&raw);
    match kind(entry.header().entry_type()) {
        Kind::File => {}
        Kind::Skip => return Ok(()),
        Kind::Refuse(kind) => return Err(ArchiveError::Special { path: path.to_owned(), kind }),
    }
    builder.check(path, entry.size())?;
    let mut content = Vec::with_capacity(usize::try_from(entry.size()).unwrap_or(0).min(1024 * 1024));
    entry.read_to_end(&mut content).map_err(read_error(limits))?;
    let executable = entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0);
    Ok(builder.add(path, File { bytes: content.into(), executable })?)
}

fn entry_path<R: Read>(entry: &tar::Entry<'_, R>) -> Result<String, TreeError> {
    String::from_utf8(entry.path_bytes().into_owned())
        .map_err(|error| TreeError::Path { path: String::from_utf8_lossy(error.as_bytes()).into_owned(), fault: PathFault::NotUtf8 })
}

enum Kind {
    File,
    Skip,
    Refuse(&'static str),
}

fn kind(entry_type: tar::EntryType) -> Kind {
    use tar::EntryType::{Block, Char, Continuous, Directory, Fifo, GNUSparse, Link, Regular, Symlink, XGlobalHeader};
    match entry_type {
        Regular | Continuous | GNUSparse => Kind::File,
        Directory | Symlink | XGlobalHeader => Kind::Skip,
        Link => Kind::Refuse("hard link"),
        Char | Block => Kind::Refuse("device"),
        Fifo => Kind::Refuse("named pipe"),
        _ => Kind::Refuse("special file"),
    }
}

fn read_error(limits: Limits) -> impl Fn(io::Error) -> ArchiveError {
    move |error| match error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()) || error.to_string().contains(TOO_MUCH) {
        true => ArchiveError::Bomb(Limit::TreeBytes(limits.tree_bytes_max)),
        false => ArchiveError::Malformed(error),
    }
}

const TOO_MUCH: &str = "the stream passes its limit";

#[derive(Debug, thiserror::Error)]
#[error("{TOO_MUCH}")]
struct TooMuch;

/// A reader that fails instead of giving more than it may.
struct Counted<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::other(TooMuch))?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Tree {
        let script = File { bytes: Bytes::from_static(b"#!"), executable: true };
        let files = [("b/run.sh", script), ("a.yaml", File::new("a: 1\n")), ("b/c/d.yaml", File::new("d: 1\n"))];
        Tree::from_files(files).unwrap()
    }

    #[test]
    fn a_tree_comes_back_as_it_was() {
        let packed = pack(&sample());
        assert_eq!(unpack(&packed.bytes[..], Limits::default()).unwrap(), sample());
        assert_eq!(pack(&sample()), packed, "the same tree gives the same bytes");
    }

    #[test]
    fn entries_follow_the_walk_with_plain_metadata() {
        let packed = pack(&sample());
        let mut archive = tar::Archive::new(MultiGzDecoder::new(&packed.bytes[..]));
        let rows: Vec<(String, u32)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let header = entry.header();
                assert_eq!((header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap()), (0, 0, 0));
                assert_eq!(header.username().unwrap(), Some(""));
                (entry.path().unwrap().display().to_string(), header.mode().unwrap())
            })
            .collect();
        let expected = [(".", 0o750), ("a.yaml", 0o600), ("b", 0o750), ("b/c", 0o750), ("b/c/d.yaml", 0o600), ("b/run.sh", 0o700)];
        assert_eq!(rows, expected.map(|(path, mode)| (path.to_owned(), mode)));
    }

    #[test]
    fn a_path_too_long_for_the_old_header_survives() {
        let path = ["folder-of-thirty-characters-xx"; 10].join("/");
        let tree = Tree::from_files([(path, File::new("x"))]).unwrap();
        assert_eq!(unpack(&pack(&tree).bytes[..], Limits::default()).unwrap(), tree);
    }
}
