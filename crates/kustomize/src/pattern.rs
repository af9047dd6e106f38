//! Regular expressions of selectors, compiled only when the text is more than a plain word.

use regex::Regex;

use crate::error::Error;

/// A pattern of a selector.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// An empty pattern: everything.
    Any,
    /// The whole text.
    Equals(String),
    /// Somewhere in the text.
    Contains(String),
    /// A real expression.
    Regex(Regex),
}

impl Pattern {
    /// A pattern that must match the whole text; the empty one matches everything.
    pub fn anchored(pattern: &str) -> Result<Pattern, Error> {
        if pattern.is_empty() {
            return Ok(Pattern::Any);
        }
        if is_plain(pattern) {
            return Ok(Pattern::Equals(pattern.to_owned()));
        }
        compile(&format!("^(?:{pattern})$"))
    }

    /// A pattern that may match anywhere in the text.
    pub fn unanchored(pattern: &str) -> Result<Pattern, Error> {
        if is_plain(pattern) { Ok(Pattern::Contains(pattern.to_owned())) } else { compile(pattern) }
    }

    /// Whether the text matches.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Any => true,
            Pattern::Equals(wanted) => wanted == text,
            Pattern::Contains(wanted) => text.contains(wanted.as_str()),
            Pattern::Regex(regex) => regex.is_match(text),
        }
    }
}

fn compile(pattern: &str) -> Result<Pattern, Error> {
    Regex::new(pattern).map(Pattern::Regex).map_err(|error| Error::build(format!("error parsing regexp: {error}")))
}

/// Whether a text means itself when read as a regular expression.
pub(crate) fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts_or_parts() {
        assert!(Pattern::anchored("").unwrap().matches("x"));
        assert!(Pattern::anchored("web").unwrap().matches("web") && !Pattern::anchored("web").unwrap().matches("web-2"));
        assert!(Pattern::anchored("w.*").unwrap().matches("web") && !Pattern::anchored("a|b").unwrap().matches("ab"));
        assert!(Pattern::unanchored("eb").unwrap().matches("web-2"));
        assert!(Pattern::anchored("[").is_err());
    }
}
