//! The documents of a rendered text, and which files render to none.

/// Whether a template only lends definitions: its file name starts with `_`.
pub(crate) fn is_partial(name: &str) -> bool {
    name.rsplit('/').next().unwrap_or(name).starts_with('_')
}

/// The documents of a text. A line that starts with `---` separates, whatever else it holds; blank documents do not count.
pub fn split(text: &str) -> Vec<&str> {
    let mut documents = Vec::new();
    let mut rest = text.trim_start();
    let mut from = 0;
    while let Some(at) = separator(&rest[from..]).map(|at| from + at) {
        documents.push(&rest[..at]);
        rest = rest[at + 3..].trim_start_matches([' ', '\t']);
        // What follows the mark stands in the middle of a line: it starts a document but no separator.
        from = rest.find('\n').map_or(rest.len(), |end| end + 1);
    }
    documents.push(rest);
    documents.into_iter().map(str::trim_start).filter(|document| !document.is_empty()).collect()
}

/// Where the next line that starts with `---` begins, for a text that starts at the beginning of a line.
fn separator(text: &str) -> Option<usize> {
    if text.starts_with("---") {
        return Some(0);
    }
    text.find("\n---").map(|at| at + 1)
}
