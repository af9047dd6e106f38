//! A constraint: groups of terms joined by `||`; within a group all terms must hold.
//!
//! Refuses to be: the meaning of one term; that is `term`.

use std::fmt;

use crate::scan::{self, is_blank};
use crate::term::{Term, is_digit_or_wildcard};
use crate::version::Version;

/// The longest text that is read as a constraint.
pub const CONSTRAINT_BYTES_MAX: usize = 512;
/// The most groups (`||`) in one constraint.
pub const CONSTRAINT_GROUPS_MAX: usize = 32;

/// What a version must satisfy, such as `>=1.2 <2 || ~3.1`.
#[derive(Clone, Debug)]
pub struct Constraint {
    groups: Vec<Group>,
    prereleases: bool,
}

#[derive(Clone, Debug)]
struct Group {
    terms: Vec<Term>,
    /// A term of the group names a prerelease, so the whole group looks at prereleases.
    prereleases: bool,
}

/// Why a text is no constraint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintError {
    /// The group is no list of terms.
    #[error("improper constraint: {0:?}")]
    Improper(String),
    /// The shape is right but a part is no number.
    #[error("constraint parser error")]
    Parser,
    /// Past [`CONSTRAINT_BYTES_MAX`].
    #[error("constraint string is too long (max {CONSTRAINT_BYTES_MAX} bytes)")]
    TooLong,
    /// Past [`CONSTRAINT_GROUPS_MAX`].
    #[error("too many constraint groups (max {CONSTRAINT_GROUPS_MAX})")]
    TooManyGroups,
}

impl Constraint {
    /// Reads a constraint: terms joined by blanks or commas (and), groups joined by `||` (or), `1 - 2` for a closed range.
    pub fn parse(text: &str) -> Result<Constraint, ConstraintError> {
        if text.len() > CONSTRAINT_BYTES_MAX {
            return Err(ConstraintError::TooLong);
        }
        let text = rewrite_ranges(text);
        let groups: Vec<&str> = text.split("||").collect();
        if groups.len() > CONSTRAINT_GROUPS_MAX {
            return Err(ConstraintError::TooManyGroups);
        }
        let groups = groups.into_iter().map(parse_group).collect::<Result<_, _>>()?;
        Ok(Constraint { groups, prereleases: false })
    }

    /// The same constraint, looking at prereleases even where it names none.
    pub fn including_prereleases(self) -> Constraint {
        Constraint { prereleases: true, ..self }
    }

    /// Whether one group holds for `version`.
    pub fn matches(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| group.terms.iter().all(|term| term.check(version, self.looks_at_prereleases(group)).is_ok()))
    }

    /// Why `version` does not satisfy the constraint: one message for each failing term, none if it does satisfy it.
    /// That prereleases are not looked at is said once.
    pub fn explain(&self, version: &Version) -> Vec<String> {
        if self.matches(version) {
            return Vec::new();
        }
        let mut messages = Vec::new();
        let mut said_prerelease = false;
        for group in &self.groups {
            let prereleases = self.looks_at_prereleases(group);
            for (term, reason) in group.terms.iter().filter_map(|term| Some((term, term.check(version, prereleases).err()?))) {
                let is_prerelease = !prereleases && !version.prerelease().is_empty();
                if !(is_prerelease && said_prerelease) {
                    messages.push(term.explain(reason, version));
                }
                said_prerelease |= is_prerelease;
            }
        }
        messages
    }

    /// The number of terms in each group.
    pub fn shape(&self) -> Vec<usize> {
        self.groups.iter().map(|group| group.terms.len()).collect()
    }

    fn looks_at_prereleases(&self, group: &Group) -> bool {
        self.prereleases || group.prereleases
    }
}

/// One blank between terms, ` || ` between groups, none within a term.
impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, group) in self.groups.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { " || " })?;
            for (index, term) in group.terms.iter().enumerate() {
                write!(f, "{}{term}", if index == 0 { "" } else { " " })?;
            }
        }
        Ok(())
    }
}

fn parse_group(text: &str) -> Result<Group, ConstraintError> {
    let pairs = split_terms(text).ok_or_else(|| ConstraintError::Improper(text.to_owned()))?;
    let terms: Option<Vec<Term>> = pairs.into_iter().map(|(operator, version)| Term::new(operator, version)).collect();
    let terms = terms.ok_or(ConstraintError::Parser)?;
    Ok(Group { prereleases: terms.iter().any(Term::has_prerelease), terms })
}

/// The (operator, version) pairs of a group; none where the text is anything else or holds no term.
fn split_terms(text: &str) -> Option<Vec<(&str, &str)>> {
    const OPERATORS: [&str; 12] = ["", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^"];
    let mut terms = Vec::new();
    let mut rest = text.trim_start_matches(is_blank);
    loop {
        let end = rest.find(|c| !"=!<>~^".contains(c)).unwrap_or(rest.len());
        let (operator, after) = rest.split_at(end);
        let after = after.trim_start_matches(is_blank);
        let (_, tail) = scan::version(after, is_digit_or_wildcard)?;
        if !OPERATORS.contains(&operator) {
            return None;
        }
        terms.push((operator, &after[..after.len() - tail.len()]));
        let next = tail.trim_start_matches(is_blank);
        rest = match next.strip_prefix(',') {
            Some(next) => next.trim_start_matches(is_blank),
            None if next.is_empty() => return Some(terms),
            None if next.len() == tail.len() => return None,
            None => next,
        };
    }
}

/// Writes each `A - B` as `>= A, <= B `.
fn rewrite_ranges(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((low, high, after)) = range(rest) {
            written.push_str(&format!(">= {low}, <= {high} "));
            rest = after;
        } else {
            let mut chars = rest.chars();
            written.extend(chars.next());
            rest = chars.as_str();
        }
    }
    written
}

/// A range at the start of `text`, with the blanks around it.
fn range(text: &str) -> Option<(&str, &str, &str)> {
    let (low, rest) = bound(text.trim_start_matches(is_blank))?;
    let dash = rest.trim_start_matches(is_blank);
    let after = dash.strip_prefix('-').filter(|_| dash.len() < rest.len())?;
    let start = after.trim_start_matches(is_blank);
    let (high, rest) = bound(start).filter(|_| start.len() < after.len())?;
    Some((low, high, rest.trim_start_matches(is_blank)))
}

fn bound(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = scan::version(text, is_digit_or_wildcard)?;
    Some(text.split_at(text.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_become_two_terms() {
        assert_eq!(rewrite_ranges("2 - 3"), ">= 2, <= 3 ");
        assert_eq!(rewrite_ranges("2 - 3, 2 - 3"), ">= 2, <= 3 ,>= 2, <= 3 ");
        assert_eq!(rewrite_ranges("1.2-beta"), "1.2-beta");
    }

    #[test]
    fn nothing_and_foreign_texts_are_improper() {
        for text in ["", " ", ">=", "BAR >= 1.2.3", "1.2.3.4", "1,", "1 ,, 2", "1 ||", ">==1"] {
            assert!(matches!(Constraint::parse(text), Err(ConstraintError::Improper(_))), "{text:?}");
        }
        assert_eq!(Constraint::parse("1x").unwrap_err(), ConstraintError::Parser);
    }

    #[test]
    fn the_limits_have_names() {
        assert_eq!(Constraint::parse(&"1".repeat(CONSTRAINT_BYTES_MAX + 1)).unwrap_err(), ConstraintError::TooLong);
        assert_eq!(Constraint::parse(&vec!["1"; CONSTRAINT_GROUPS_MAX + 1].join("||")).unwrap_err(), ConstraintError::TooManyGroups);
    }

    #[test]
    fn a_failing_version_is_told_every_reason() {
        let constraint = Constraint::parse(">=2 <3 || ~5.1").unwrap();
        let explain = |text: &str| constraint.explain(&Version::parse_lenient(text).unwrap());
        assert_eq!(explain("4"), ["\"4.0.0\" is greater than or equal to \"3\"", "\"4.0.0\" is less than \"5.1\""]);
        assert_eq!(explain("2.1"), [""; 0]);
        assert_eq!(explain("2.1-rc").len(), 1);
    }
}
