//! One term of a constraint, such as `>=1.2`: what it accepts and why it does not.
//!
//! Refuses to be: the reader of whole constraints; that is `constraint`.

use crate::scan::{self, Shape};
use crate::version::{Version, compare_prereleases};

/// How a term compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

/// How much of the term's version was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    /// All three numbers.
    Full,
    /// `1.2` or `1.2.x`.
    Minor,
    /// `1` or `1.x`.
    Major,
    /// `*` or `x`.
    Any,
}

/// An operator and a version, with their spelling.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    operator: Operator,
    operator_text: String,
    version: Version,
    version_text: String,
    precision: Precision,
}

/// Why a version does not satisfy a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Prerelease,
    Equal,
    NotEqual,
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    OtherMajor,
    OtherMajorOrMinor,
    OtherMinor,
    OtherMinorOfZero,
    OtherPatchOfZero,
}

impl Term {
    /// A term of its two texts; none if the operator is unknown or the version cannot be read.
    pub fn new(operator_text: &str, version_text: &str) -> Option<Term> {
        let operator = operator(operator_text)?;
        let (shape, _) = scan::version(version_text, is_digit_or_wildcard)?;
        let precision = precision(&shape);
        let version = Version::parse_lenient(&spelled_out(&shape, precision, version_text)).ok()?;
        Some(Term { operator, operator_text: operator_text.into(), version, version_text: version_text.into(), precision })
    }

    pub fn has_prerelease(&self) -> bool {
        !self.version.prerelease().is_empty()
    }

    /// Whether `version` satisfies the term. `prereleases` says whether prereleases are looked at.
    pub fn check(&self, version: &Version, prereleases: bool) -> Result<(), Reason> {
        if !prereleases && !version.prerelease().is_empty() {
            return Err(Reason::Prerelease);
        }
        match self.operator {
            Operator::Equal if self.precision == Precision::Full => accept(*version == self.version, Reason::NotEqual),
            Operator::Equal | Operator::Tilde => self.check_tilde(version),
            Operator::NotEqual => accept(self.differs(version), Reason::Equal),
            Operator::Greater => accept(self.is_below(version), Reason::LessOrEqual),
            Operator::Less => accept(*version < self.version, Reason::GreaterOrEqual),
            Operator::GreaterOrEqual => accept(*version >= self.version, Reason::Less),
            Operator::LessOrEqual => accept(self.reaches(version), Reason::Greater),
            Operator::Caret => self.check_caret(version),
        }
    }

    /// The message for a reason that [`Term::check`] gave for `version`.
    pub fn explain(&self, reason: Reason, version: &Version) -> String {
        let (version, text) = (version.to_string(), &self.version_text);
        match reason {
            Reason::Prerelease => format!("{version:?} is a prerelease version and the constraint is only looking for release versions"),
            Reason::Equal => format!("{version:?} is equal to {text:?}"),
            Reason::NotEqual => format!("{version:?} is not equal to {text:?}"),
            Reason::LessOrEqual => format!("{version:?} is less than or equal to {text:?}"),
            Reason::Less => format!("{version:?} is less than {text:?}"),
            Reason::GreaterOrEqual => format!("{version:?} is greater than or equal to {text:?}"),
            Reason::Greater => format!("{version:?} is greater than {text:?}"),
            Reason::OtherMajor => format!("{version:?} does not have same major version as {text:?}"),
            Reason::OtherMajorOrMinor => format!("{version:?} does not have same major and minor version as {text:?}"),
            Reason::OtherMinor => format!("{version:?} does not have same minor version as {text:?}"),
            Reason::OtherMinorOfZero => format!(
                "{version:?} does not have same minor version as {text:?}. \
                 Expected minor versions to match when constraint major version is 0"
            ),
            Reason::OtherPatchOfZero => {
                format!("{version:?} does not equal {text:?}. Expect version and constraint to equal when major and minor versions are 0")
            }
        }
    }

    /// `!=`: a term that leaves numbers out excludes the whole line it names.
    fn differs(&self, version: &Version) -> bool {
        let same_major = version.major() == self.version.major();
        let same_minor = same_major && version.minor() == self.version.minor();
        match self.precision {
            Precision::Full | Precision::Any => *version != self.version,
            Precision::Major => !same_major,
            Precision::Minor => !same_minor || compare_prereleases(version.prerelease(), self.version.prerelease()).is_ne(),
        }
    }

    /// `>`: past the whole line that the term names, so `11.1.0` is not above `11`.
    fn is_below(&self, version: &Version) -> bool {
        match self.precision {
            Precision::Full | Precision::Any => *version > self.version,
            Precision::Major => version.major() > self.version.major(),
            Precision::Minor => (version.major(), version.minor()) > (self.version.major(), self.version.minor()),
        }
    }

    /// `<=`: up to the end of the line that the term names.
    fn reaches(&self, version: &Version) -> bool {
        match self.precision {
            Precision::Full => *version <= self.version,
            Precision::Major => version.major() <= self.version.major(),
            Precision::Minor | Precision::Any => (version.major(), version.minor()) <= (self.version.major(), self.version.minor()),
        }
    }

    /// `~`: the same minor line, or the same major line if the term names no minor. `~0.0.0` and `~*` accept everything.
    fn check_tilde(&self, version: &Version) -> Result<(), Reason> {
        if *version < self.version {
            return Err(Reason::Less);
        }
        let is_zero = (self.version.major(), self.version.minor(), self.version.patch()) == (0, 0, 0);
        if is_zero && matches!(self.precision, Precision::Full | Precision::Any) {
            return Ok(());
        }
        accept(version.major() == self.version.major(), Reason::OtherMajor)?;
        accept(self.precision == Precision::Major || version.minor() == self.version.minor(), Reason::OtherMajorOrMinor)
    }

    /// `^`: the leftmost number that is not zero stays.
    fn check_caret(&self, version: &Version) -> Result<(), Reason> {
        if *version < self.version {
            return Err(Reason::Less);
        }
        let same_minor = version.minor() == self.version.minor();
        accept(version.major() == self.version.major(), Reason::OtherMajor)?;
        if self.version.major() > 0 || self.precision == Precision::Major {
            return Ok(());
        }
        if self.version.minor() > 0 || self.precision == Precision::Minor {
            return accept(same_minor, Reason::OtherMinorOfZero);
        }
        accept(same_minor, Reason::OtherMinor)?;
        accept(version.patch() == self.version.patch(), Reason::OtherPatchOfZero)
    }
}

/// The spelling without blanks between operator and version.
impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.operator_text, self.version_text)
    }
}

/// What stands for a number in a constraint. The bar is accepted here and refused as a number afterwards, as the reference does.
pub(crate) fn is_digit_or_wildcard(byte: &u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'*' | b'|')
}

fn operator(text: &str) -> Option<Operator> {
    Some(match text {
        "" | "=" => Operator::Equal,
        "!=" => Operator::NotEqual,
        ">" => Operator::Greater,
        "<" => Operator::Less,
        ">=" | "=>" => Operator::GreaterOrEqual,
        "<=" | "=<" => Operator::LessOrEqual,
        "~" | "~>" => Operator::Tilde,
        "^" => Operator::Caret,
        _ => return None,
    })
}

fn precision(shape: &Shape<'_>) -> Precision {
    let is_open = |part: Option<&str>| part.is_none_or(|part| matches!(part, "x" | "X" | "*"));
    if is_open(Some(shape.major)) {
        Precision::Any
    } else if is_open(shape.minor) {
        Precision::Major
    } else if is_open(shape.patch) {
        Precision::Minor
    } else {
        Precision::Full
    }
}

/// The version with zeros for what was left out. Build metadata survives in a full version only.
fn spelled_out(shape: &Shape<'_>, precision: Precision, text: &str) -> String {
    let prerelease = shape.prerelease.map_or_else(String::new, |prerelease| format!("-{prerelease}"));
    match precision {
        Precision::Any => format!("0.0.0{prerelease}"),
        Precision::Major => format!("{}.0.0{prerelease}", shape.major),
        Precision::Minor => format!("{}.{}.0{prerelease}", shape.major, shape.minor.unwrap_or("0")),
        Precision::Full => text.to_owned(),
    }
}

fn accept(accepted: bool, reason: Reason) -> Result<(), Reason> {
    if accepted { Ok(()) } else { Err(reason) }
}
