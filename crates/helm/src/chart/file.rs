//! A file of a chart: its name, and content that may be read only when somebody asks for it.
//!
//! Refuses to be: a reader. Whoever lists the files brings the function that reads them, and remembers what it could not read.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use template::Text;

/// Reads the file of a name; empty where that fails, which the reader itself has to remember.
pub type Reader = dyn Fn(&str) -> Text + Send + Sync;

/// One file of a chart.
#[derive(Clone)]
pub struct File {
    /// Path within the chart, with `/`.
    pub name: String,
    content: Content,
}

/// Content, shared with every render that reads it.
#[derive(Clone)]
enum Content {
    Here(Text),
    Later(Arc<Later>),
}

struct Later {
    /// The name that the reader knows, which a subchart's file keeps.
    name: String,
    reader: Arc<Reader>,
    text: OnceLock<Text>,
}

impl File {
    /// A file of these bytes. A byte order mark at the start is dropped, as Helm does.
    pub fn new(name: impl Into<String>, data: &[u8]) -> File {
        File { name: name.into(), content: Content::Here(without_mark(data)) }
    }

    /// A file whose content is read once, when it is first needed: what no template asks for is never read.
    pub fn deferred(name: impl Into<String>, reader: Arc<Reader>) -> File {
        let name = name.into();
        let later = Later { name: name.clone(), reader, text: OnceLock::new() };
        File { name, content: Content::Later(Arc::new(later)) }
    }

    /// The same file under another name.
    pub(super) fn renamed(&self, name: impl Into<String>) -> File {
        File { name: name.into(), content: self.content.clone() }
    }

    /// The content.
    pub fn data(&self) -> &Text {
        match &self.content {
            Content::Here(text) => text,
            Content::Later(later) => later.text.get_or_init(|| unmarked((later.reader)(&later.name))),
        }
    }

    /// The content as text; bytes that are no UTF-8 become U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        self.data().lossy()
    }
}

const MARK: &[u8] = b"\xEF\xBB\xBF";

fn without_mark(data: &[u8]) -> Text {
    Text::from(data.strip_prefix(MARK).unwrap_or(data))
}

fn unmarked(text: Text) -> Text {
    if text.as_bytes().starts_with(MARK) { without_mark(text.as_bytes()) } else { text }
}

impl PartialEq for File {
    fn eq(&self, other: &File) -> bool {
        self.name == other.name && self.data() == other.data()
    }
}

impl Eq for File {}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn content_is_read_once_and_by_the_name_of_the_list() {
        let reads = Arc::new(AtomicUsize::new(0));
        let counted = reads.clone();
        let reader = move |name: &str| {
            counted.fetch_add(1, Ordering::Relaxed);
            Text::from(format!("\u{feff}of {name}"))
        };
        let file = File::deferred("charts/a/b", Arc::new(reader));
        let renamed = file.renamed("b");
        assert_eq!(reads.load(Ordering::Relaxed), 0);
        assert_eq!((renamed.text().as_ref(), file.text().as_ref()), ("of charts/a/b", "of charts/a/b"));
        assert_eq!(reads.load(Ordering::Relaxed), 1);
    }
}
