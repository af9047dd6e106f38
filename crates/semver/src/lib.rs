//! Versions and constraints as Masterminds/semver v3 reads them: the dialect of Helm charts, sprig and Flux sources.
//!
//! Refuses to be: npm's or Cargo's dialect. A bare `1.2` means `~1.2`, a comma and a blank both mean "and", `2 - 3` is a range,
//! and a prerelease is matched only where the constraint names one or the caller asks for it.
//! Begin with [`Version`], then [`Constraint`].

mod constraint;
mod scan;
mod term;
mod version;

pub use constraint::{CONSTRAINT_BYTES_MAX, CONSTRAINT_GROUPS_MAX, Constraint, ConstraintError};
pub use version::{VERSION_BYTES_MAX, Version, VersionError};

/// Sorts texts by the versions they spell, oldest first. Texts that are no version keep their order behind all others.
pub fn sort(texts: &mut [String]) {
    texts.sort_by_cached_key(|text| {
        let version = Version::parse_lenient(text).ok();
        (version.is_none(), version)
    });
}

/// The newest of `texts` that satisfies `constraint`, with the version it spells. Texts that are no version are passed over.
///
/// Of two equal versions (they differ in build metadata only) the first one wins.
pub fn latest<'a>(texts: impl IntoIterator<Item = &'a str>, constraint: &Constraint) -> Option<(&'a str, Version)> {
    let versions = texts.into_iter().filter_map(|text| Some((text, Version::parse_lenient(text).ok()?)));
    let matching = versions.filter(|(_, version)| constraint.matches(version));
    matching.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_sort_by_version_and_foreign_texts_go_last() {
        let mut texts: Vec<String> = ["main", "1.10", "v1.9.0", "1.9.0-rc.1", "latest"].map(String::from).into();
        sort(&mut texts);
        assert_eq!(texts, ["1.9.0-rc.1", "v1.9.0", "1.10", "main", "latest"]);
    }

    #[test]
    fn the_latest_matching_tag_is_chosen_and_prereleases_only_on_request() {
        let tags = ["1.0.0", "v1.4.2", "2.0.0-rc.1", "nightly"];
        let latest = |constraint: &str| latest(tags, &Constraint::parse(constraint).unwrap()).map(|(text, _)| text);
        assert_eq!(latest(">=1.0"), Some("v1.4.2"));
        assert_eq!(latest(">=1.0-0"), Some("2.0.0-rc.1"));
        assert_eq!(latest("^3"), None);
    }
}
