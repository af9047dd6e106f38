//! Links between pages, and names of pages in comments, lead somewhere.

use super::tree::File;
use super::{Finding, Tree};

/// One finding for each link to a file that is not there.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let pages = tree.ours().filter(|file| file.path.ends_with(".md")).flat_map(|file| dead_links(tree, file));
    let mentions =
        tree.ours().filter(|file| file.path.ends_with(".rs") || file.path.ends_with(".md")).flat_map(|file| dead_mentions(tree, file));
    pages.chain(mentions).collect()
}

/// `[text](path)`, relative to the page.
fn dead_links(tree: &Tree, file: &File) -> Vec<Finding> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    // Every second piece between backticks is code, and code has no links.
    let prose: String = file.text.split('`').step_by(2).collect::<Vec<_>>().join("``");
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let ours = targets.map(|target| target.split('#').next().unwrap_or_default()).filter(|target| is_relative(target));
    let dead = ours.filter(|target| !tree.paths.contains(&resolved(folder, target)));
    dead.map(|target| format!("{}: the link to `{target}` leads nowhere", file.path)).collect()
}

fn is_relative(target: &str) -> bool {
    !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") && !target.contains([' ', '<', '`'])
}

/// `docs/…/….md` in prose and comments, from the root.
fn dead_mentions(tree: &Tree, file: &File) -> Vec<Finding> {
    let is_in_path = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let mut dead = Vec::new();
    for (at, _) in file.text.match_indices("docs/") {
        if file.text[..at].ends_with(is_in_path) || file.text[..at].ends_with(['(', '"']) {
            continue;
        }
        let path: String = file.text[at..].chars().take_while(|c| is_in_path(*c)).collect();
        if path.ends_with(".md") && !tree.paths.contains(&path) {
            dead.push(format!("{}: `{path}` is not there", file.path));
        }
    }
    dead
}

fn resolved(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_from_the_folder_of_their_page() {
        assert_eq!(resolved("docs/guides", "../spec/health.md"), "docs/spec/health.md");
        assert_eq!(resolved("", "./docs/"), "docs");
    }
}
