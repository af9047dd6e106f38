//! `oci://host/repository`.

use crate::{Error, Result};

const REPOSITORY_BYTES_MAX: usize = 255;
const TAG_BYTES_MAX: usize = 128;
const DOCKER_HUB: &str = "index.docker.io";

/// A repository in a registry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// Host and perhaps port.
    pub registry: String,
    /// The path below it.
    pub repository: String,
}

impl Address {
    /// Reads a URL. Errors: another scheme, a tag or digest in it, credentials in it, characters registries do not allow.
    pub fn parse(url: &str) -> Result<Address> {
        let bad = |why: &str| Error::url(url, why);
        let rest = url.strip_prefix("oci://").ok_or_else(|| bad("the scheme must be `oci://`"))?;
        let (registry, repository) = rest.split_once('/').ok_or_else(|| bad("a repository must follow the host"))?;
        if registry.contains('@') {
            return Err(bad("credentials belong into a Secret"));
        }
        if repository.contains(':') {
            return Err(bad("a tag or digest is not allowed here; use `spec.ref`"));
        }
        if !is_registry(registry) || !is_repository(repository) {
            return Err(bad("host or repository hold characters that are not allowed"));
        }
        Ok(Address::of(registry, repository))
    }

    /// Whether the host is this machine, where plain http is tried without being asked for.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.registry.rsplit_once(':').map_or(self.registry.as_str(), |(host, _)| host);
        host == "localhost" || host == "[::1]" || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    }

    fn of(registry: &str, repository: &str) -> Address {
        let is_hub = ["docker.io", DOCKER_HUB, "registry-1.docker.io"].contains(&registry);
        match (is_hub, repository.contains('/')) {
            (false, _) => Address { registry: registry.to_owned(), repository: repository.to_owned() },
            (true, true) => Address { registry: DOCKER_HUB.to_owned(), repository: repository.to_owned() },
            (true, false) => Address { registry: DOCKER_HUB.to_owned(), repository: format!("library/{repository}") },
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)
    }
}

/// Whether a registry would take this text as a tag.
pub(super) fn check_tag(url: &str, tag: &str) -> Result<()> {
    let first = tag.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let rest = tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    match first && rest && tag.len() <= TAG_BYTES_MAX {
        true => Ok(()),
        false => Err(Error::url(url, format!("`{tag}` cannot be a tag"))),
    }
}

fn is_registry(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
}

fn is_repository(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-./".contains(&byte));
    let parts = text.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    plain && parts && text.len() <= REPOSITORY_BYTES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_parse_and_docker_hub_has_one_name() {
        let cases = [
            ("oci://ghcr.io/org/app", "ghcr.io", "org/app"),
            ("oci://localhost:5000/app", "localhost:5000", "app"),
            ("oci://docker.io/nginx", "index.docker.io", "library/nginx"),
            ("oci://docker.io/org/app", "index.docker.io", "org/app"),
        ];
        for (url, registry, repository) in cases {
            assert_eq!(Address::parse(url).unwrap(), Address { registry: registry.into(), repository: repository.into() });
        }
    }

    #[test]
    fn what_is_no_repository_is_refused() {
        let cases = [
            "https://a/b",
            "oci://host",
            "oci://host/",
            "oci://h/a:tag",
            "oci://h/a@sha256:0",
            "oci://u:p@h/a",
            "oci://h/../a",
            "oci://h/A",
            "oci://h/a?b",
            "oci:///a",
        ];
        for url in cases {
            let error = Address::parse(url).unwrap_err().to_string();
            assert!(error.starts_with("invalid URL") && !error.contains("u:p"), "{error}");
        }
    }

    #[test]
    fn only_this_machine_gets_plain_http_unasked() {
        for (url, expected) in [
            ("oci://localhost/a", true),
            ("oci://127.0.0.1:5000/a", true),
            ("oci://[::1]:5000/a", true),
            ("oci://10.0.0.1/a", false),
            ("oci://localhost.evil/a", false),
        ] {
            assert_eq!(Address::parse(url).unwrap().is_loopback(), expected, "{url}");
        }
    }

    #[test]
    fn tags_are_checked_before_they_become_part_of_a_path() {
        assert!(check_tag("u", "v1.2_3-x").is_ok());
        for tag in ["", "../x", "-a", "a/b", "a?b", &"x".repeat(129)] {
            assert!(check_tag("u", tag).is_err(), "{tag}");
        }
    }
}
