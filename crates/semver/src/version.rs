//! One version: reading, order and increments.
//!
//! Refuses to be: a judge of ranges; that is `constraint`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::scan;

/// The longest text that is read as a version.
pub const VERSION_BYTES_MAX: usize = 256;

/// A semantic version and the text it came from.
///
/// Order and equality follow semver: build metadata and spelling do not count. [`Version::original`] keeps the spelling.
#[derive(Clone, Debug)]
pub struct Version {
    major: u64,
    minor: u64,
    patch: u64,
    prerelease: String,
    metadata: String,
    original: String,
}

/// Why a text is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The shape is wrong.
    #[error("invalid semantic version")]
    Invalid,
    /// Strict reading of nothing.
    #[error("version string empty")]
    Empty,
    /// A part that must be a number holds something else.
    #[error("invalid characters in version")]
    Characters,
    /// A number with leading zeros where none may be.
    #[error("version segment starts with 0")]
    LeadingZero,
    /// Build metadata with an empty or foreign part.
    #[error("invalid metadata string")]
    Metadata,
    /// A prerelease with an empty or foreign part.
    #[error("invalid prerelease string")]
    Prerelease,
    /// Past [`VERSION_BYTES_MAX`].
    #[error("version string is too long (max {VERSION_BYTES_MAX} bytes)")]
    TooLong,
    /// A number that does not fit 64 bits.
    #[error("error parsing version segment: strconv.ParseUint: parsing {0:?}: value out of range")]
    OutOfRange(String),
}

impl Version {
    /// Reads `MAJOR.MINOR.PATCH[-PRERELEASE][+METADATA]` and nothing else: no `v`, no missing part, no leading zero.
    pub fn parse(text: &str) -> Result<Version, VersionError> {
        if text.is_empty() {
            return Err(VersionError::Empty);
        }
        within_limit(text)?;
        let mut parts = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VersionError::Invalid);
        };
        let (rest, metadata) = split_checked(rest, '+', check_metadata)?;
        let (patch, prerelease) = split_checked(rest, '-', check_prerelease)?;
        for part in [major, minor, patch] {
            check_number(part)?;
        }
        Ok(Version {
            major: number(major)?,
            minor: number(minor)?,
            patch: number(patch)?,
            prerelease: prerelease.into(),
            metadata: metadata.into(),
            original: text.into(),
        })
    }

    /// Reads what people write: a leading `v`, missing minor or patch (they count as 0) and leading zeros are accepted.
    pub fn parse_lenient(text: &str) -> Result<Version, VersionError> {
        within_limit(text)?;
        let (shape, rest) = scan::version(text, u8::is_ascii_digit).ok_or(VersionError::Invalid)?;
        if !rest.is_empty() {
            return Err(VersionError::Invalid);
        }
        let version = Version {
            major: number(shape.major)?,
            minor: number(shape.minor.unwrap_or("0"))?,
            patch: number(shape.patch.unwrap_or("0"))?,
            prerelease: shape.prerelease.unwrap_or_default().into(),
            metadata: shape.metadata.unwrap_or_default().into(),
            original: text.into(),
        };
        shape.prerelease.map_or(Ok(()), check_prerelease)?;
        Ok(version)
    }

    /// A version of parts. Neither `prerelease` nor `metadata` is checked.
    pub fn new(major: u64, minor: u64, patch: u64, prerelease: &str, metadata: &str) -> Version {
        let mut version =
            Version { major, minor, patch, prerelease: prerelease.into(), metadata: metadata.into(), original: String::new() };
        version.original = version.to_string();
        version
    }

    /// The first number.
    pub fn major(&self) -> u64 {
        self.major
    }

    /// The second number, 0 if it was left out.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// The third number, 0 if it was left out.
    pub fn patch(&self) -> u64 {
        self.patch
    }

    /// What follows `-`, empty for a release.
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }

    /// What follows `+`, empty if absent.
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// The text as it was read.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// The next release of the same minor line: `1.2.3` to `1.2.4`, `1.2.3-rc.1` to `1.2.3`. A leading `v` is kept.
    pub fn inc_patch(&self) -> Version {
        let step = u64::from(self.prerelease.is_empty());
        self.released(self.major, self.minor, self.patch.wrapping_add(step))
    }

    /// The next minor release: `1.2.3` to `1.3.0`.
    pub fn inc_minor(&self) -> Version {
        self.released(self.major, self.minor.wrapping_add(1), 0)
    }

    /// The next major release: `1.2.3` to `2.0.0`.
    pub fn inc_major(&self) -> Version {
        self.released(self.major.wrapping_add(1), 0, 0)
    }

    /// The same version with another prerelease; an empty text removes it.
    pub fn with_prerelease(&self, prerelease: &str) -> Result<Version, VersionError> {
        if !prerelease.is_empty() {
            check_prerelease(prerelease)?;
        }
        Ok(self.spelled(Version { prerelease: prerelease.into(), ..self.clone() }))
    }

    /// The same version with other build metadata; an empty text removes it.
    pub fn with_metadata(&self, metadata: &str) -> Result<Version, VersionError> {
        if !metadata.is_empty() {
            check_metadata(metadata)?;
        }
        Ok(self.spelled(Version { metadata: metadata.into(), ..self.clone() }))
    }

    fn released(&self, major: u64, minor: u64, patch: u64) -> Version {
        self.spelled(Version::new(major, minor, patch, "", ""))
    }

    /// Gives `version` the spelling that follows from its parts and from the `v` of `self`.
    fn spelled(&self, version: Version) -> Version {
        let prefix = if self.original.starts_with('v') { "v" } else { "" };
        Version { original: format!("{prefix}{version}"), ..version }
    }
}

/// The canonical text: three numbers, no `v`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        let numbers = |version: &Version| (version.major, version.minor, version.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| compare_prereleases(&self.prerelease, &other.prerelease))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Version) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.major, self.minor, self.patch, &self.prerelease).hash(state);
    }
}

/// A release comes after its prereleases; otherwise part by part, and of two equal beginnings the shorter comes first.
pub(crate) fn compare_prereleases(left: &str, right: &str) -> Ordering {
    if left.is_empty() || right.is_empty() {
        return left.is_empty().cmp(&right.is_empty());
    }
    let mut rights = right.split('.');
    for left in left.split('.') {
        match rights.next().map_or(Ordering::Greater, |right| compare_parts(left, right)) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
    }
    if rights.next().is_some() { Ordering::Less } else { Ordering::Equal }
}

/// Numbers by value and before words, words by bytes. A number that does not fit 64 bits counts as a word.
fn compare_parts(left: &str, right: &str) -> Ordering {
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| !text.starts_with('+'));
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

fn within_limit(text: &str) -> Result<(), VersionError> {
    if text.len() > VERSION_BYTES_MAX { Err(VersionError::TooLong) } else { Ok(()) }
}

type Check = fn(&str) -> Result<(), VersionError>;

/// Splits at the first `mark` and checks what follows it; without the mark the second half is empty.
fn split_checked(text: &str, mark: char, check: Check) -> Result<(&str, &str), VersionError> {
    match text.split_once(mark) {
        Some((before, after)) => check(after).map(|()| (before, after)),
        None => Ok((text, "")),
    }
}

fn check_number(text: &str) -> Result<(), VersionError> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(VersionError::Characters);
    }
    if has_leading_zero(text) {
        return Err(VersionError::LeadingZero);
    }
    Ok(())
}

fn check_prerelease(text: &str) -> Result<(), VersionError> {
    for part in text.split('.') {
        if !is_identifier(part) {
            return Err(VersionError::Prerelease);
        }
        if part.bytes().all(|byte| byte.is_ascii_digit()) && has_leading_zero(part) {
            return Err(VersionError::LeadingZero);
        }
    }
    Ok(())
}

fn check_metadata(text: &str) -> Result<(), VersionError> {
    if text.split('.').all(is_identifier) { Ok(()) } else { Err(VersionError::Metadata) }
}

fn is_identifier(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn has_leading_zero(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0')
}

/// A run of digits as a number. An empty run is no number.
fn number(digits: &str) -> Result<u64, VersionError> {
    if digits.is_empty() {
        return Err(VersionError::Invalid);
    }
    digits.parse().map_err(|_| VersionError::OutOfRange(digits.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_does_not_count_in_order_or_equality() {
        let [left, right] = ["1.2.3+a", "v1.2.3+b"].map(|text| Version::parse_lenient(text).unwrap());
        assert_eq!(left, right);
        assert_eq!((left.to_string(), right.original()), ("1.2.3+a".into(), "v1.2.3+b"));
    }

    #[test]
    fn a_number_past_64_bits_is_refused_by_name() {
        let error = Version::parse_lenient("1.99999999999999999999").unwrap_err();
        assert_eq!(
            error.to_string(),
            "error parsing version segment: strconv.ParseUint: parsing \"99999999999999999999\": value out of range"
        );
    }

    #[test]
    fn texts_past_the_limit_are_refused_before_they_are_read() {
        let text = format!("1.2.3-{}", "a".repeat(VERSION_BYTES_MAX));
        assert_eq!(Version::parse(&text), Err(VersionError::TooLong));
        assert_eq!(Version::parse_lenient(&text), Err(VersionError::TooLong));
    }
}
