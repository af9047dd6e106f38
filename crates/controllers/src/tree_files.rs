//! An artifact's tree as the files of a build.

use std::borrow::Cow;
use std::collections::BTreeSet;

use artifact::Tree;
use build::Entry;

/// A tree that can be built. Paths of a build begin with a slash, those of a tree do not.
pub struct TreeFiles(pub Tree);

impl kustomize::Files for TreeFiles {
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        self.0.get(relative(path)).map(|file| Cow::Borrowed(file.bytes.as_ref()))
    }

    fn is_dir(&self, path: &str) -> bool {
        let path = relative(path);
        path.is_empty() || self.0.has_dir(path)
    }
}

impl build::Tree for TreeFiles {
    fn list(&self, path: &str) -> Vec<Entry> {
        let below = if relative(path).is_empty() { String::new() } else { format!("{}/", relative(path)) };
        let names = self.0.iter().filter_map(|(file, _)| file.strip_prefix(&below));
        let entries: BTreeSet<Entry> = names.map(entry).collect();
        entries.into_iter().collect()
    }
}

fn relative(path: &str) -> &str {
    path.trim_start_matches('/')
}

fn entry(path: &str) -> Entry {
    let (name, is_dir) = path.split_once('/').map_or((path, false), |(name, _)| (name, true));
    Entry { name: name.to_owned(), is_dir }
}

/// A tree without what its ignore files, the spec's patterns and the defaults leave out.
pub fn filtered(tree: Tree, patterns: Option<&str>) -> Tree {
    let mut all = build::ignore::load_patterns(&TreeFiles(tree.clone()));
    all.extend(build::ignore::read_patterns(patterns.unwrap_or_default(), &[]));
    let ignore = build::ignore::Ignore::new(all);
    tree.filter(|path, is_dir| !ignore.excludes(path, is_dir))
}
