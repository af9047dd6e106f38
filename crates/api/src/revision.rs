//! Revisions as sources write them: `<name>@<algorithm>:<checksum>`, or `<algorithm>:<checksum>` alone.
//!
//! Source: RFC-0005 of Flux. Refuses to be: a reader of the old form `main/5f2c…`, which no supported version writes.

use std::fmt;

/// The parts of a revision. A chart's version is a name without a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision<'a> {
    /// Branch, tag or full reference; empty where the checksum says all.
    pub name: &'a str,
    /// `sha1`, `sha256`; empty where there is no checksum.
    pub algorithm: &'a str,
    /// Checksum in hex; empty where there is none.
    pub checksum: &'a str,
}

impl<'a> Revision<'a> {
    /// Takes a revision apart. A name may hold `@` and `:`; the last `@` counts.
    pub fn parse(text: &'a str) -> Revision<'a> {
        let (name, digest) = text.rsplit_once('@').unwrap_or(("", text));
        match digest.split_once(':') {
            Some((algorithm, checksum)) if is_word(algorithm) && !checksum.is_empty() => Revision { name, algorithm, checksum },
            _ => Revision { name: text, algorithm: "", checksum: "" },
        }
    }

    /// A Git commit reached by a branch, a tag or a full reference; by none where `name` is empty.
    pub fn git(name: &'a str, commit: &'a str) -> Revision<'a> {
        let algorithm = if commit.len() == 64 { "sha256" } else { "sha1" };
        Revision { name, algorithm, checksum: commit }
    }

    /// Algorithm and checksum, `sha256:…`; empty where there is no checksum.
    pub fn digest(&self) -> String {
        if self.checksum.is_empty() {
            return String::new();
        }
        format!("{}:{}", self.algorithm, self.checksum)
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

impl fmt::Display for Revision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name, self.checksum) {
            (name, "") => f.write_str(name),
            ("", _) => f.write_str(&self.digest()),
            (name, _) => write!(f, "{name}@{}", self.digest()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_come_apart_and_print_back() {
        for (text, name, algorithm, checksum) in [
            ("main@sha1:5f2c", "main", "sha1", "5f2c"),
            ("refs/pull/1/head@sha1:5f2c", "refs/pull/1/head", "sha1", "5f2c"),
            ("sha1:5f2c", "", "sha1", "5f2c"),
            ("a@b@sha256:00", "a@b", "sha256", "00"),
            ("6.3.5", "6.3.5", "", ""),
            ("latest@sha256:00", "latest", "sha256", "00"),
            ("", "", "", ""),
        ] {
            let revision = Revision::parse(text);
            assert_eq!(revision, Revision { name, algorithm, checksum }, "{text}");
            assert_eq!(revision.to_string(), text);
        }
    }

    #[test]
    fn a_commit_names_its_algorithm() {
        assert_eq!(Revision::git("main", &"a".repeat(40)).to_string(), format!("main@sha1:{}", "a".repeat(40)));
        assert_eq!(Revision::git("", &"b".repeat(64)).to_string(), format!("sha256:{}", "b".repeat(64)));
    }
}
