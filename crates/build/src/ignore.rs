//! Which files a source leaves out: `.sourceignore`, `spec.ignore` and the defaults, matched as Flux's library matches them.
//!
//! The rules look like Git's but are not quite: a later pattern can take a file back although its directory is excluded,
//! and a name without `/` excludes everything below a directory of that name. The trap: as soon as a source brings any
//! pattern of its own, only Git's files stay excluded by default; see [`Ignore::new`].

use crate::Tree;
use crate::glob::Glob;

/// The file that holds the patterns of its directory.
pub const IGNORE_FILE: &str = ".sourceignore";

const VERSION_CONTROL: [&str; 4] = [".git/", ".gitignore", ".gitmodules", ".gitattributes"];

const DEFAULTS: [&str; 20] = [
    "*.jpg",
    "*.jpeg",
    "*.gif",
    "*.png",
    "*.wmv",
    "*.flv",
    "*.tar.gz",
    "*.zip",
    ".github/",
    ".circleci/",
    ".travis.yml",
    ".gitlab-ci.yml",
    "appveyor.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "codeship-services.yml",
    "codeship-steps.yml",
    "**/.goreleaser.yml",
    "**/.sops.yaml",
    "**/.flux.yaml",
];

/// What a pattern says about a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    None,
    /// Leave it out.
    Exclude,
    /// Take it in again.
    Include,
}

/// One line of an ignore file.
#[derive(Clone, Debug)]
pub struct Pattern {
    domain: Vec<String>,
    segments: Vec<Segment>,
    is_inclusion: bool,
    is_dir_only: bool,
    /// It has a `/` inside, so it counts from its directory on.
    is_anchored: bool,
}

#[derive(Clone, Debug)]
enum Segment {
    Empty,
    /// `**`: any number of directories.
    Anywhere,
    Name(Glob),
    /// A broken glob, or `**` inside a name: matches nothing.
    Nothing,
}

impl Segment {
    fn new(text: &str) -> Self {
        match text {
            "" => Self::Empty,
            "**" => Self::Anywhere,
            text if text.contains("**") => Self::Nothing,
            text => Glob::parse(text).map_or(Self::Nothing, Self::Name),
        }
    }

    fn matches(&self, name: &str) -> bool {
        matches!(self, Self::Name(glob) if glob.matches(name))
    }
}

impl Pattern {
    /// Reads one line that counts within the directory `domain`.
    pub fn parse(line: &str, domain: &[&str]) -> Self {
        let (is_inclusion, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let line = if line.ends_with("\\ ") { line } else { line.trim_end_matches(' ') };
        let (is_dir_only, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
        Self {
            domain: domain.iter().map(|&name| name.to_owned()).collect(),
            is_anchored: line.contains('/'),
            segments: line.split('/').map(Segment::new).collect(),
            is_inclusion,
            is_dir_only,
        }
    }

    /// What it says about the path made of `names`.
    pub fn verdict(&self, names: &[&str], is_dir: bool) -> Verdict {
        let Some(names) = self.below_domain(names) else { return Verdict::None };
        let matches = if self.is_anchored { self.matches_path(names, is_dir) } else { self.matches_name(names, is_dir) };
        match (matches, self.is_inclusion) {
            (false, _) => Verdict::None,
            (true, false) => Verdict::Exclude,
            (true, true) => Verdict::Include,
        }
    }

    fn below_domain<'n>(&self, names: &'n [&'n str]) -> Option<&'n [&'n str]> {
        let (head, rest) = names.split_at_checked(self.domain.len())?;
        (!rest.is_empty() && head.iter().eq(&self.domain)).then_some(rest)
    }

    /// The first name that matches decides: a directory pattern does not exclude a file of that name.
    fn matches_name(&self, names: &[&str], is_dir: bool) -> bool {
        let matching = names.iter().position(|name| self.segments[0].matches(name));
        matching.is_some_and(|at| !self.is_dir_only || is_dir || at + 1 < names.len())
    }

    fn matches_path(&self, mut names: &[&str], is_dir: bool) -> bool {
        let (mut matched, mut anywhere) = (false, false);
        for (at, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Empty => anywhere = false,
                Segment::Anywhere if at + 1 == self.segments.len() => break,
                Segment::Anywhere => anywhere = true,
                Segment::Nothing => return false,
                Segment::Name(_) if names.is_empty() => return false,
                Segment::Name(_) if anywhere => {
                    anywhere = false;
                    let found = names.iter().position(|name| segment.matches(name));
                    matched = found.is_some();
                    names = found.map_or(&[], |found| &names[found + 1..]);
                }
                Segment::Name(glob) => {
                    if !glob.matches(names[0]) {
                        return false;
                    }
                    matched = true;
                    names = &names[1..];
                }
            }
        }
        matched && (!self.is_dir_only || is_dir || !names.is_empty())
    }
}

/// The patterns of an ignore file that stands in the directory `domain`.
pub fn read_patterns(text: &str, domain: &[&str]) -> Vec<Pattern> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|line| Pattern::parse(line, domain)).collect()
}

/// The patterns of every `.sourceignore` in the tree, outer directories first.
pub fn load_patterns(tree: &dyn Tree) -> Vec<Pattern> {
    load_patterns_below(tree, "/")
}

/// The patterns of every `.sourceignore` in or below a directory; they count for paths relative to it.
pub fn load_patterns_below(tree: &dyn Tree, root: &str) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        let relative = directory.strip_prefix(root).unwrap_or(&directory);
        let domain: Vec<&str> = relative.split('/').filter(|name| !name.is_empty()).collect();
        if let Some(bytes) = tree.read(&crate::tree::join(&directory, IGNORE_FILE)) {
            patterns.extend(read_patterns(&String::from_utf8_lossy(&bytes), &domain));
        }
        let inner = tree.list(&directory).into_iter().filter(|entry| entry.is_dir && entry.name != ".git");
        let inner: Vec<String> = inner.map(|entry| crate::tree::join(&directory, &entry.name)).collect();
        directories.extend(inner.into_iter().rev());
    }
    patterns
}

/// What a source leaves out.
#[derive(Clone, Debug)]
pub struct Ignore(Vec<Pattern>);

impl Ignore {
    /// The defaults alone when the source brings no patterns; else Git's own files and the source's patterns.
    pub fn new(patterns: Vec<Pattern>) -> Self {
        let defaults: &[&str] = if patterns.is_empty() { &DEFAULTS } else { &[] };
        let built_in = VERSION_CONTROL.iter().chain(defaults).map(|line| Pattern::parse(line, &[]));
        Self(built_in.chain(patterns).collect())
    }

    /// The defaults stay beside the patterns, which may take back what they exclude.
    pub fn beside_defaults(patterns: Vec<Pattern>) -> Self {
        let built_in = VERSION_CONTROL.iter().chain(&DEFAULTS).map(|line| Pattern::parse(line, &[]));
        Self(built_in.chain(patterns).collect())
    }

    /// Whether the path, `/` between names, is left out. The last pattern that says anything decides.
    pub fn excludes(&self, path: &str, is_dir: bool) -> bool {
        let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        let verdicts = self.0.iter().rev().map(|pattern| pattern.verdict(&names, is_dir));
        verdicts.into_iter().find(|verdict| *verdict != Verdict::None) == Some(Verdict::Exclude)
    }
}

#[cfg(test)]
mod tests {
    use super::{Ignore, load_patterns, read_patterns};
    use kustomize::MemoryFiles;

    #[test]
    fn own_patterns_switch_the_defaults_off() {
        let defaults = Ignore::new(Vec::new());
        assert!(defaults.excludes("docs/logo.png", false) && defaults.excludes(".git/HEAD", false));
        let own = Ignore::new(read_patterns("*.md\n", &[]));
        assert!(!own.excludes("docs/logo.png", false) && own.excludes("docs/a.md", false));
        assert!(own.excludes(".git/HEAD", false));
    }

    #[test]
    fn a_file_comes_back_from_an_excluded_directory() {
        let ignore = Ignore::new(read_patterns("/*\n!/deploy\n", &[]));
        assert!(ignore.excludes("README.md", false));
        assert!(!ignore.excludes("deploy/app.yaml", false));
    }

    #[test]
    fn patterns_count_within_their_directory() {
        let files: MemoryFiles = [("a/b/.sourceignore", "subdir.txt\n"), (".sourceignore", "root.txt\n")].into_iter().collect();
        let ignore = Ignore::new(load_patterns(&files));
        assert!(ignore.excludes("a/b/c/subdir.txt", false) && ignore.excludes("a/root.txt", false));
        assert!(!ignore.excludes("a/subdir.txt", false));
    }
}
