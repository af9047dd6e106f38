//! Globs as shells know them: `*`, `?`, `[a-z]`, `[^a-z]`, `\` to escape. Used on names and on values, never on paths.
//!
//! A glob runs as a set of places over the text, so the cost is text times glob, whatever the glob.

/// A parsed glob.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Glob(Vec<Step>);

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Star,
    Any,
    Char(char),
    Class { ranges: Vec<(char, char)>, is_negated: bool },
}

impl Glob {
    /// Reads a glob; nothing when a class is not closed or an escape escapes nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            steps.push(match c {
                '*' => Step::Star,
                '?' => Step::Any,
                '[' => class(&mut rest)?,
                '\\' => Step::Char(rest.next()?),
                c => Step::Char(c),
            });
        }
        Some(Self(steps))
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        let mut places = self.start();
        text.chars().for_each(|c| places = self.advance(&places, c));
        places[self.0.len()]
    }

    /// The bytes of the shortest beginning of `text` that matches and is not empty.
    pub fn shortest_prefix(&self, text: &str) -> Option<usize> {
        self.prefixes(text).next()
    }

    /// The bytes of the longest beginning of `text` that matches and is not empty.
    pub fn longest_prefix(&self, text: &str) -> Option<usize> {
        self.prefixes(text).last()
    }

    fn prefixes<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let mut places = self.start();
        text.char_indices().filter_map(move |(at, c)| {
            places = self.advance(&places, c);
            places[self.0.len()].then_some(at + c.len_utf8())
        })
    }

    /// The places before anything is read.
    fn start(&self) -> Vec<bool> {
        let mut places = vec![false; self.0.len() + 1];
        places[0] = true;
        self.pass_stars(&mut places);
        places
    }

    fn advance(&self, places: &[bool], c: char) -> Vec<bool> {
        let mut next = vec![false; places.len()];
        for (at, step) in self.0.iter().enumerate().filter(|(at, _)| places[*at]) {
            match step {
                Step::Star => next[at] = true,
                step if step.accepts(c) => next[at + 1] = true,
                _ => {}
            }
        }
        self.pass_stars(&mut next);
        next
    }

    /// A star may also match nothing.
    fn pass_stars(&self, places: &mut [bool]) {
        for (at, step) in self.0.iter().enumerate() {
            places[at + 1] |= places[at] && *step == Step::Star;
        }
    }
}

impl Step {
    fn accepts(&self, c: char) -> bool {
        match self {
            Self::Star | Self::Any => true,
            Self::Char(wanted) => *wanted == c,
            Self::Class { ranges, is_negated } => ranges.iter().any(|&(low, high)| (low..=high).contains(&c)) != *is_negated,
        }
    }
}

/// Reads a class after its `[`.
fn class(rest: &mut std::str::Chars<'_>) -> Option<Step> {
    let is_negated = rest.as_str().starts_with('^');
    if is_negated {
        rest.next();
    }
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && rest.as_str().starts_with(']') {
            rest.next();
            return Some(Step::Class { ranges, is_negated });
        }
        let low = class_char(rest)?;
        let is_range = rest.as_str().starts_with('-');
        if is_range {
            rest.next();
        }
        ranges.push((low, if is_range { class_char(rest)? } else { low }));
    }
}

fn class_char(rest: &mut std::str::Chars<'_>) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    fn check(glob: &str, text: &str, expected: bool) {
        let matches = Glob::parse(glob).is_some_and(|glob| glob.matches(text));
        assert_eq!(matches, expected, "{glob} on {text}");
    }

    #[test]
    fn globs_match_whole_texts() {
        check("v*o", "vulkano", true);
        check("vul?ano", "vulkano", true);
        check("[a-c]x", "bx", true);
        check("[^a-c]x", "bx", false);
        check("\\*", "*", true);
        check("v[ou]l[", "vol[", false);
        check("*", "", true);
    }

    #[test]
    fn prefixes_are_found_in_one_pass() {
        let glob = Glob::parse("*/").unwrap();
        assert_eq!(glob.shortest_prefix("/path/to/file"), Some(1));
        assert_eq!(glob.longest_prefix("/path/to/file"), Some(9));
        assert_eq!(glob.longest_prefix("file"), None);
    }
}
