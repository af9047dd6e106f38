//! Laws of order and of constraints, over generated versions.

use proptest::prelude::*;
use semver::{Constraint, Version};

fn versions() -> impl Strategy<Value = Version> {
    let prerelease = prop_oneof![Just(String::new()), "(alpha|beta|rc)(\\.[1-9][0-9]?)?", "[a-z]{1,3}-[0-9]"];
    (0..4u64, 0..4u64, 0..4u64, prerelease).prop_map(|(major, minor, patch, pre)| Version::new(major, minor, patch, &pre, ""))
}

fn matches(constraint: &str, version: &Version) -> bool {
    Constraint::parse(constraint).expect("the law writes well-formed constraints").including_prereleases().matches(version)
}

proptest! {
    #[test]
    fn what_is_written_reads_back_equal(version in versions()) {
        prop_assert_eq!(&Version::parse(&version.to_string()).unwrap(), &version);
        prop_assert_eq!(&Version::parse_lenient(version.original()).unwrap(), &version);
    }

    #[test]
    fn order_is_total_and_transitive(a in versions(), b in versions(), c in versions()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert!(!(a <= b && b <= c) || a <= c);
    }

    #[test]
    fn full_operators_agree_with_order(a in versions(), b in versions()) {
        prop_assert_eq!(matches(&format!("<{b}"), &a), a < b);
        prop_assert_eq!(matches(&format!(">={b}"), &a), a >= b);
        prop_assert_eq!(matches(&format!("={b}"), &a), a == b);
        prop_assert_eq!(matches(&format!("!={b}"), &a), a != b);
    }

    #[test]
    fn a_range_is_its_two_bounds(a in versions(), b in versions(), c in versions()) {
        prop_assert_eq!(matches(&format!("{a} - {b}"), &c), a <= c && c <= b);
    }

    #[test]
    fn no_text_makes_reading_panic(text in "[0-9xXv*|.,<>=!~^ a-z+-]{0,40}") {
        let _ = Version::parse(&text);
        let _ = Version::parse_lenient(&text);
        if let Ok(constraint) = Constraint::parse(&text) {
            prop_assert!(Constraint::parse(&constraint.to_string()).is_ok());
        }
    }
}
