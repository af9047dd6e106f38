//! Trees drawn with lines.

/// One line of a tree and what hangs below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// The text of the line.
    pub label: String,
    /// The nodes below.
    pub children: Vec<Node>,
}

impl Node {
    /// The drawing, a line for each node.
    pub fn draw(&self) -> String {
        let mut text = format!("{}\n", self.label);
        draw_children(&self.children, "", &mut text);
        text
    }
}

fn draw_children(children: &[Node], indent: &str, text: &mut String) {
    for (at, child) in children.iter().enumerate() {
        let (branch, below) = if at + 1 == children.len() { ("└── ", "    ") } else { ("├── ", "│   ") };
        text.push_str(&format!("{indent}{branch}{}\n", child.label));
        draw_children(&child.children, &format!("{indent}{below}"), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(label: &str, children: &[Node]) -> Node {
        Node { label: label.into(), children: children.to_vec() }
    }

    #[test]
    fn the_last_child_closes_its_line() {
        let tree = node("a", &[node("b", &[node("c", &[])]), node("d", &[node("e", &[]), node("f", &[])])]);
        assert_eq!(tree.draw(), "a\n├── b\n│   └── c\n└── d\n    ├── e\n    └── f\n");
    }
}
