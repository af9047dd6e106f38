//! Field paths to lines: where in a text a field stands.

use yaml::Node;

/// The line of a field path such as `patches[0].path`, or of the nearest field above it; 0 if the text cannot be read.
pub(crate) fn line_of(text: &str, field: &str) -> usize {
    root_of(text).map_or(0, |root| line_in(&root, field) as usize)
}

/// As [`line_of`]; 0 also if the text has no such field at its top.
pub(crate) fn line_of_known(text: &str, field: &str) -> usize {
    let top = field.split(['.', '[']).next().unwrap_or_default();
    root_of(text).filter(|root| root.get(top).is_some()).map_or(0, |root| line_in(&root, field) as usize)
}

fn root_of(text: &str) -> Option<Node<'_>> {
    yaml::parse_nodes(text, &yaml::Options::default()).ok()?.into_iter().next()
}

fn line_in(root: &Node<'_>, field: &str) -> u32 {
    let mut node = root;
    let mut line = node.start.line;
    for segment in field.split(['.', '[']).filter(|segment| !segment.is_empty()) {
        let index = segment.strip_suffix(']').and_then(|index| index.parse::<usize>().ok());
        let found = match index {
            Some(index) => node.items().get(index).map(|item| (item.start.line, item)),
            None => node.pairs().iter().find(|(key, _)| key.as_str() == Some(segment)).map(|(key, value)| (key.start.line, value)),
        };
        let Some((at, next)) = found else { break };
        (line, node) = (at, next);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_lines() {
        let text = "a: 1\npatches:\n- path: x\n- patch: y\n  target:\n    kidn: Z\n";
        for (field, line) in [("a", 1), ("patches", 2), ("patches[1]", 4), ("patches[1].target.kidn", 6), ("patches[1].nope", 4)] {
            assert_eq!(line_of(text, field), line, "{field}");
        }
    }
}
