//! The tag that a version range means.

use regex::Regex;
use semver::{Constraint, Version};
use serde::Deserialize;

use super::registry::Registry;
use super::{HELM_CHART_LAYER, OciRequest};
use crate::{Error, Result};

const TAGS_MAX: usize = 100_000;
const PAGES_MAX: usize = 1_000;
const PAGE_TAGS: usize = 1_000;
const PAGE_BYTES_MAX: u64 = 8 * 1024 * 1024;

#[derive(Deserialize)]
struct Page {
    tags: Option<Vec<String>>,
}

/// The newest tag in `range` that passes the filter.
pub(super) async fn newest(registry: &Registry, request: &OciRequest, range: &str) -> Result<String> {
    let constraint = Constraint::parse(range).map_err(|error| Error::RefNotFound(format!("semver parse error: {error}")))?;
    let filter = request.reference.semver_filter.as_deref().map(Regex::new).transpose();
    let filter = filter.map_err(|error| Error::RefNotFound(format!("semverFilter is not a regular expression: {error}")))?;
    let tags = list(registry).await?;
    let is_chart = request.layer.media_type.as_deref() == Some(HELM_CHART_LAYER);
    let candidates = tags.into_iter().filter(|tag| filter.as_ref().is_none_or(|filter| filter.is_match(tag)));
    choose(candidates, &constraint, is_chart).ok_or_else(|| Error::RefNotFound(format!("no match found for semver: {range}")))
}

/// The newest of the tags that are versions in the range. Helm writes the `+` of a chart's version as `_`.
fn choose(tags: impl Iterator<Item = String>, constraint: &Constraint, is_chart: bool) -> Option<String> {
    let versions = tags.filter_map(|tag| {
        let text = if is_chart { tag.replace('_', "+") } else { tag.clone() };
        Some((version(&text)?, tag))
    });
    let matching = versions.filter(|(version, _)| constraint.matches(version));
    matching.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, tag)| tag)
}

/// A whole version, perhaps after a `v`. `1.2` and `1` are no versions here.
pub(crate) fn version(text: &str) -> Option<Version> {
    Version::parse(text.strip_prefix('v').unwrap_or(text)).ok()
}

async fn list(registry: &Registry) -> Result<Vec<String>> {
    let mut tags = Vec::new();
    let mut next = Some(format!("/v2/{}/tags/list?n={PAGE_TAGS}", registry.address().repository));
    for _ in 0..PAGES_MAX {
        let Some(path) = next else { return Ok(tags) };
        let (body, link) = registry.page(&path, PAGE_BYTES_MAX).await?;
        let page: Page = serde_json::from_slice(&body).map_err(|error| Error::operation("reading the list of tags", error))?;
        tags.extend(page.tags.unwrap_or_default());
        if tags.len() > TAGS_MAX {
            return Err(Error::Limit(format!("the repository has more than {TAGS_MAX} tags (TAGS_MAX)")));
        }
        next = link;
    }
    Err(Error::Limit(format!("the list of tags has more than {PAGES_MAX} pages (PAGES_MAX)")))
}

/// The target of `Link: <target>; rel="next"`.
pub(super) fn next_link(header: &str) -> Option<&str> {
    let links = header.split(',').filter_map(|link| link.trim().strip_prefix('<')?.split_once('>'));
    links
        .into_iter()
        .find(|(_, parameters)| parameters.contains("rel=\"next\"") || parameters.contains("rel=next"))
        .map(|(target, _)| target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_whole_version_in_the_range_wins() {
        let tags = ["latest", "1.0.0", "v1.2.0", "1.10", "2.0.0-rc.1", "1.3.0_1"];
        let choose = |range: &str, is_chart| choose(tags.into_iter().map(String::from), &Constraint::parse(range).unwrap(), is_chart);
        assert_eq!(choose("1.x", false).as_deref(), Some("v1.2.0"));
        assert_eq!(choose("1.x", true).as_deref(), Some("1.3.0_1"));
        assert_eq!(choose(">=1.0.0-0", false).as_deref(), Some("2.0.0-rc.1"));
        assert_eq!(choose("3.x", false), None);
    }

    #[test]
    fn the_next_page_is_found_among_links() {
        assert_eq!(next_link("</v2/a/tags/list?n=1&last=x>; rel=\"next\""), Some("/v2/a/tags/list?n=1&last=x"));
        assert_eq!(next_link("</p>; rel=prev, </n>; rel=next"), Some("/n"));
        assert_eq!(next_link("</p>; rel=\"prev\""), None);
    }
}
