//! Which commit a reference means.

use gix::hash::ObjectId;
use semver::{Constraint, Version};

use super::GitReference;
use super::session::{Found, Session};
use crate::{Error, Result};

const BRANCH_DEFAULT: &str = "master";
const HEADS: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";
/// What a listing appends to the name of a tag for the commit behind it.
const PEELED: &str = "^{}";

/// The commit to fetch and how its revision is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// What stands before the `@` of the revision.
    pub(super) label: Option<String>,
    pub(super) commit: ObjectId,
    /// The annotated tag that leads to it.
    pub(super) tag: Option<ObjectId>,
    /// Pinned by hash, so the server may refuse to send it alone.
    pub(super) is_pinned: bool,
}

impl Target {
    /// `status.artifact.revision`.
    pub(super) fn revision(&self) -> String {
        match &self.label {
            Some(label) => format!("{label}@sha1:{}", self.commit),
            None => format!("sha1:{}", self.commit),
        }
    }

    /// The objects to ask for: the tag brings its commit along.
    pub(super) fn wants(&self) -> Vec<ObjectId> {
        vec![self.tag.unwrap_or(self.commit)]
    }

    fn of(found: Found, label: String) -> Target {
        Target { label: Some(label), commit: found.commit, tag: found.tag, is_pinned: false }
    }
}

/// The revision of a pinned commit, which needs no server.
pub(super) fn pinned(reference: &GitReference) -> Result<Option<String>> {
    Ok(pin(reference)?.map(|target| target.revision()))
}

/// Asks the server what the reference means.
pub(super) fn target(session: &mut Session, reference: &GitReference) -> Result<Target> {
    if let Some(target) = pin(reference)? {
        return Ok(target);
    }
    if let Some(name) = given(&reference.name) {
        return named(session, name);
    }
    if let Some(range) = given(&reference.semver) {
        return newest(session, range);
    }
    if let Some(tag) = given(&reference.tag) {
        let found = exactly(session, &format!("{TAGS}{tag}"))?;
        return Ok(Target::of(found, tag.to_owned()));
    }
    let branch = given(&reference.branch).unwrap_or(BRANCH_DEFAULT);
    let found = exactly(session, &format!("{HEADS}{branch}"))?;
    Ok(Target::of(found, branch.to_owned()))
}

/// The tip to search a pinned commit's history from: of its branch, or of what the server's HEAD is.
pub(super) fn tip(session: &mut Session, reference: &GitReference) -> Result<ObjectId> {
    let name = given(&reference.branch).map_or("HEAD".to_owned(), |branch| format!("{HEADS}{branch}"));
    Ok(exactly(session, &name)?.commit)
}

/// An empty text counts as none, as it does in the API.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn pin(reference: &GitReference) -> Result<Option<Target>> {
    let Some(commit) = given(&reference.commit) else { return Ok(None) };
    let unusable = |_| Error::RefNotFound(format!("`{commit}` is no commit hash of 40 hex digits"));
    let commit = ObjectId::from_hex(commit.as_bytes()).map_err(unusable)?;
    Ok(Some(Target { label: given(&reference.branch).map(str::to_owned), commit, tag: None, is_pinned: true }))
}

/// A full name keeps its full form in the revision.
fn named(session: &mut Session, name: &str) -> Result<Target> {
    if name.starts_with('/') || name.ends_with('/') {
        let why = format!("ref {name} is invalid; Git refs cannot begin or end with a slash '/'");
        return Err(Error::RefNotFound(why));
    }
    let found = exactly(session, name.strip_suffix(PEELED).unwrap_or(name));
    match found {
        Ok(found) => Ok(Target::of(found, name.to_owned())),
        Err(Error::RefNotFound(_)) => Err(Error::RefNotFound(format!("unable to resolve ref '{name}' to a specific commit"))),
        Err(error) => Err(error),
    }
}

fn exactly(session: &mut Session, name: &str) -> Result<Found> {
    let found = session.refs(&[name.to_owned()])?;
    match found.into_iter().find(|found| found.name == name) {
        Some(found) => Ok(found),
        None if session.refs(&["refs/".to_owned()])?.is_empty() => Err(Error::EmptyRepository),
        None => Err(Error::RefNotFound(format!("couldn't find remote ref '{name}'"))),
    }
}

fn newest(session: &mut Session, range: &str) -> Result<Target> {
    let constraint = Constraint::parse(range).map_err(|error| Error::RefNotFound(format!("semver parse error: {error}")))?;
    let tags = session.refs(&[TAGS.to_owned()])?;
    let (found, tag) = choose(tags, &constraint).ok_or_else(|| Error::RefNotFound(format!("no match found for semver: {range}")))?;
    Ok(Target::of(found, tag))
}

/// The tag of the newest version in the range. Of equal versions, which differ in build metadata only, the last by name.
fn choose(tags: Vec<Found>, constraint: &Constraint) -> Option<(Found, String)> {
    let versions = tags.into_iter().filter_map(|found| {
        let tag = found.name.strip_prefix(TAGS)?.to_owned();
        let version = Version::parse(tag.strip_prefix('v').unwrap_or(&tag)).ok()?;
        constraint.matches(&version).then_some((version, tag, found))
    });
    let best = versions.reduce(|best, next| if (&next.0, &next.1) > (&best.0, &best.1) { next } else { best });
    best.map(|(_, tag, found)| (found, tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "a0c14dc8580a23f79bc654faa79c4f62b46c2c22";

    fn tag(name: &str) -> Found {
        Found { name: format!("{TAGS}{name}"), tag: None, commit: ObjectId::from_hex(HASH.as_bytes()).unwrap() }
    }

    #[test]
    fn a_pinned_commit_is_written_with_its_branch_if_it_has_one() {
        let reference = GitReference { commit: Some(HASH.into()), tag: Some("ignored".into()), ..GitReference::default() };
        assert_eq!(pinned(&reference).unwrap().unwrap(), format!("sha1:{HASH}"));
        let reference = GitReference { branch: Some("main".into()), ..reference };
        assert_eq!(pinned(&reference).unwrap().unwrap(), format!("main@sha1:{HASH}"));
        assert_eq!(pinned(&GitReference { commit: Some(String::new()), ..GitReference::default() }).unwrap(), None);
        assert!(pinned(&GitReference { commit: Some("HEAD".into()), ..GitReference::default() }).is_err());
    }

    #[test]
    fn the_newest_version_in_the_range_is_chosen() {
        let choose = |range: &str| {
            let tags = ["v1.0.0", "1.9.0", "v1.10.0", "2.0.0-rc.1", "1.11", "x"].map(tag).to_vec();
            choose(tags, &Constraint::parse(range).unwrap()).map(|(_, tag)| tag)
        };
        assert_eq!(choose("1.x").as_deref(), Some("v1.10.0"));
        assert_eq!(choose(">=1.0.0-0").as_deref(), Some("2.0.0-rc.1"));
        assert_eq!(choose("~1.9").as_deref(), Some("1.9.0"));
        assert_eq!(choose("3.x"), None);
    }
}
