//! Tables of what plain scalars mean.

use super::{Scalar, is_special, plain, scalar};
use crate::Dialect::{V2, V3};
use crate::token::ScalarStyle;

fn check(text: &str, v2: Scalar<'_>, v3: Scalar<'_>) {
    assert_eq!(plain(text.into(), V2), v2, "{text} in v2");
    assert_eq!(plain(text.into(), V3), v3, "{text} in v3");
}

fn both(text: &str, expected: Scalar<'_>) {
    check(text, expected.clone(), expected);
}

fn text(text: &str) -> Scalar<'_> {
    Scalar::Text(text.into())
}

#[test]
fn only_the_older_dialect_reads_yes_and_no_as_booleans() {
    for word in ["yes", "On", "y"] {
        check(word, Scalar::Bool(true), text(word));
    }
    for word in ["NO", "off", "n"] {
        check(word, Scalar::Bool(false), text(word));
    }
    both("TRUE", Scalar::Bool(true));
    both("tRUE", text("tRUE"));
}

#[test]
fn integers_have_five_spellings_and_underscores() {
    both("0777", Scalar::Int(511));
    both("0o777", Scalar::Int(511));
    both("-0b11", Scalar::Int(-3));
    both("0xFF", Scalar::Int(255));
    both("1_000", Scalar::Int(1000));
    both("+12", Scalar::Int(12));
    both("18446744073709551615", Scalar::Uint(u64::MAX));
    both("-9223372036854775808", Scalar::Int(i64::MIN));
}

#[test]
fn floats_are_decimal_and_finite_unless_named() {
    both("1e3", Scalar::Float(1000.0));
    both("08", Scalar::Float(8.0));
    both(".5", Scalar::Float(0.5));
    both("-.INF", Scalar::Float(f64::NEG_INFINITY));
    both("1e999", text("1e999"));
    both("0x1p4", text("0x1p4"));
    both("1.2.3", text("1.2.3"));
    both("1:30", text("1:30"));
}

#[test]
fn dates_are_text_in_the_older_dialect_and_times_in_the_newer() {
    check("2001-1-2", text("2001-1-2"), Scalar::Timestamp("2001-01-02T00:00:00Z".into()));
    check("2001-12-14t21:59:43.10-05:00", text("2001-12-14t21:59:43.10-05:00"), Scalar::Timestamp("2001-12-14T21:59:43.1-05:00".into()));
    both("2001-02-30", text("2001-02-30"));
}

#[test]
fn a_tag_must_agree_with_the_text() {
    let told = |text: &'static str, tag| scalar(text.into(), ScalarStyle::DoubleQuoted, Some(tag), V2);
    assert_eq!(told("12", "!!int"), Ok(Scalar::Int(12)));
    assert_eq!(told("12", "!!float"), Ok(Scalar::Float(12.0)));
    assert_eq!(told("aGVsbG8=", "!!binary"), Ok(text("hello")));
    assert_eq!(told("abc", "!!int"), Err("cannot decode !!str `abc` as a !!int".to_owned()));
}

#[test]
fn the_writer_quotes_what_would_be_read_as_something_else() {
    for word in ["yes", "1", "~", "", "2001-01-01", ".5"] {
        assert!(is_special(word), "{word}");
    }
    assert!(!is_special("plain"));
}
