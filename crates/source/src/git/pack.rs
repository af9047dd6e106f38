//! A received pack: objects by hash, each within the limits before it is decoded.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use failure::with_causes;
use gix::hash::{Kind, ObjectId};
use gix::objs::Kind as ObjectKind;
use gix::odb::pack::{Bundle, bundle, cache, data, index};
use gix::progress::Discard;
use tempfile::TempDir;

use super::GitLimits;
use super::session::Counted;
use crate::{Error, Result};

/// The objects of one fetch. Its files go when it is dropped.
pub(super) struct Pack {
    bundle: Bundle,
    object_bytes_max: u64,
    _folder: Option<TempDir>,
}

/// Writes what the server sends into `folder` and indexes it.
pub(super) fn receive(reader: &mut dyn BufRead, folder: &Path, limits: &GitLimits, interrupt: &AtomicBool) -> Result<Pack> {
    let mut counted = BufReader::new(Counted { inner: reader, left: limits.pack_bytes_max, passed: false });
    let object_bytes_max = limits.tree.file_bytes_max;
    let alloc_limit_bytes = usize::try_from(object_bytes_max).ok();
    let options = bundle::write::Options { thread_limit: Some(1), alloc_limit_bytes, ..bundle::write::Options::default() };
    let no_bases = None::<gix::objs::find::Never>;
    let written = Bundle::write_to_directory(&mut counted, Some(folder), &mut Discard, interrupt, no_bases, Kind::Sha1, options);
    let passed = counted.get_ref().passed;
    let outcome = written.map_err(|error| refused(&with_causes(&error), passed, limits))?;
    let index = outcome.index_path.ok_or_else(|| Error::operation("fetching", "the server sent an empty pack"))?;
    let bundle = open(&index, alloc_limit_bytes).map_err(|error| Error::Local { action: "opening the pack", why: with_causes(&error) })?;
    Ok(Pack { bundle, object_bytes_max, _folder: None })
}

fn open(index: &Path, alloc_limit_bytes: Option<usize>) -> gix::Result<Bundle> {
    let pack = data::File::at(index.with_extension("pack"), Kind::Sha1)?.with_alloc_limit_bytes(alloc_limit_bytes);
    Ok(Bundle { index: index::File::at(index, Kind::Sha1)?, pack })
}

fn refused(why: &str, passed: bool, limits: &GitLimits) -> Error {
    if passed {
        return Error::Limit(format!("the repository sends more than {} bytes (pack_bytes_max)", limits.pack_bytes_max));
    }
    if is_too_large(why) {
        return Error::Limit(format!("the repository holds an object of more than {} bytes (file_bytes_max)", limits.tree.file_bytes_max));
    }
    Error::operation("reading the pack that the server sent", why)
}

/// Whether the decoder refused to allocate; it has no type for that.
fn is_too_large(why: &str) -> bool {
    why.contains("limit") || why.contains("too large")
}

impl Pack {
    pub(super) fn in_folder(self, folder: TempDir) -> Pack {
        Pack { _folder: Some(folder), ..self }
    }

    /// The object's bytes. Errors: it is missing, of another kind, broken, or too large.
    pub(super) fn object(&self, id: ObjectId, kind: ObjectKind) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut inflate = gix::zlib::Inflate::default();
        let found = self.bundle.find(&id, &mut out, &mut inflate, &mut cache::Never);
        let found = found.map_err(|error| self.unreadable(id, &with_causes(&error)))?;
        let (data, _) = found.ok_or_else(|| Error::RefNotFound(format!("object `{id}` is not in what the server sent")))?;
        match data.kind == kind {
            true => Ok(out),
            false => Err(Error::operation("reading the repository", format!("object `{id}` is a {}, not a {kind}", data.kind))),
        }
    }

    fn unreadable(&self, id: ObjectId, why: &str) -> Error {
        if is_too_large(why) {
            return Error::Limit(format!("object `{id}` has more than {} bytes (file_bytes_max)", self.object_bytes_max));
        }
        Error::operation(format!("reading object `{id}`"), why)
    }
}
