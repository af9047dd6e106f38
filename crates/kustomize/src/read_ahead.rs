//! Files read a little ahead, so that their texts can be parsed side by side.

use std::borrow::Cow;
use std::collections::VecDeque;

use crate::cache::{self, Cache, Version};
use crate::error::{Error, Errors};
use crate::loader::Loader;
use crate::parallel;
use crate::resource::Resource;

/// So much is read before it is parsed.
const READ_AHEAD_BYTES: usize = 4 << 20;

/// The resources of a file, and how many bytes it has.
pub(crate) type Content = Result<(Vec<Resource>, usize), Errors>;

/// The contents of the first files among the entries of a list; directories are passed over.
pub(crate) fn read_ahead(loader: &Loader<'_>, entries: &[String], cache: Option<&Cache>) -> VecDeque<Content> {
    let mut texts = Vec::new();
    let mut bytes = 0;
    for path in entries.iter().filter(|path| !loader.is_dir(path)) {
        let text = loader.read_text(path);
        let length = text.as_ref().map_or(0, |text| text.len());
        bytes += length;
        texts.push((length, (crate::files::join(loader.root(), path), loader.version(path), text)));
        if bytes >= READ_AHEAD_BYTES {
            break;
        }
    }
    let parse = |(file, version, text): (String, Option<Version>, Result<Cow<'_, str>, Error>)| {
        let text = text?;
        Ok((cache::parse(cache, &text, version, &file)?, text.len()))
    };
    parallel::map(texts, loader.options.threads_max, parse).into()
}
