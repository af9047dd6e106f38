//! Logins for registries, as `.dockerconfigjson` holds them.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use object::Sensitive;
use serde::Deserialize;

use super::Address;
use crate::credentials::SecretData;
use crate::{Error, Result};

/// How to log in to a registry.
#[derive(Clone)]
pub enum Login {
    /// User and password.
    Basic {
        /// The user.
        username: Sensitive,
        /// The password or access token.
        password: Sensitive,
    },
    /// A refresh token, exchanged for an access token.
    IdentityToken(Sensitive),
}

/// Logins by registry, and by repository below it.
#[derive(Clone, Default)]
pub struct DockerConfig {
    logins: BTreeMap<String, Login>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    auths: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    username: Option<String>,
    password: Option<String>,
    auth: Option<String>,
    identitytoken: Option<String>,
}

impl DockerConfig {
    /// One login for one registry, as cloud providers hand them out.
    pub fn single(registry: &str, login: Login) -> DockerConfig {
        DockerConfig { logins: BTreeMap::from([(plain_key(registry), login)]) }
    }

    /// Reads the key `.dockerconfigjson` of a Secret.
    pub fn from_secret(data: &SecretData) -> Result<DockerConfig> {
        let key = ".dockerconfigjson";
        let content = data.get(key).ok_or_else(|| Error::Credentials(format!("the Secret has no key `{key}`")))?;
        DockerConfig::parse(content.expose())
    }

    /// Reads the JSON of a Docker configuration. Errors name the registry whose entry is unusable.
    pub fn parse(json: &[u8]) -> Result<DockerConfig> {
        let file: File = serde_json::from_slice(json).map_err(|error| {
            // The parser's text may quote the input; its position cannot.
            Error::Credentials(format!("`.dockerconfigjson` is not valid: line {} column {}", error.line(), error.column()))
        })?;
        let logins = file.auths.into_iter().filter_map(|(registry, entry)| {
            let login = entry.login(&registry).transpose()?;
            Some(login.map(|login| (plain_key(&registry), login)))
        });
        Ok(DockerConfig { logins: logins.collect::<Result<_>>()? })
    }

    /// The login for a repository: of all keys that fit, the longest.
    pub(super) fn find(&self, address: &Address) -> Option<&Login> {
        let fitting = self.logins.iter().filter(|(key, _)| fits(key, address));
        fitting.max_by_key(|(key, _)| key.len()).map(|(_, login)| login)
    }
}

impl Entry {
    fn login(self, registry: &str) -> Result<Option<Login>> {
        let bad = |why: &str| Error::Credentials(format!("`.dockerconfigjson`: the entry of `{registry}` {why}"));
        if let Some(token) = self.identitytoken.filter(|token| !token.is_empty()) {
            return Ok(Some(Login::IdentityToken(Sensitive::new(token))));
        }
        if let (Some(username), Some(password)) = (self.username, self.password) {
            return Ok(Some(Login::Basic { username: Sensitive::new(username), password: Sensitive::new(password) }));
        }
        let Some(auth) = self.auth.filter(|auth| !auth.is_empty()) else { return Ok(None) };
        let decoded = STANDARD.decode(auth.trim()).map_err(|_| bad("has an `auth` that is not base64"))?;
        let colon = decoded.iter().position(|byte| *byte == b':').ok_or_else(|| bad("has an `auth` without a colon"))?;
        Ok(Some(Login::Basic { username: Sensitive::new(&decoded[..colon]), password: Sensitive::new(&decoded[colon + 1..]) }))
    }
}

/// A key without scheme, API version and trailing slash; Docker Hub by its one name.
fn plain_key(key: &str) -> String {
    let rest = key.split_once("://").map_or(key, |(_, rest)| rest).trim_end_matches('/');
    let rest = rest.strip_suffix("/v1").or_else(|| rest.strip_suffix("/v2")).unwrap_or(rest);
    match rest {
        "docker.io" | "registry-1.docker.io" => "index.docker.io".to_owned(),
        rest => rest.to_owned(),
    }
}

/// A key is a host, in which a whole label may be `*`, and perhaps a path that must be a prefix of the repository.
fn fits(key: &str, address: &Address) -> bool {
    let (host, path) = key.split_once('/').unwrap_or((key, ""));
    let repository = address.repository.strip_prefix(path);
    host_fits(host, &address.registry) && repository.is_some_and(|rest| path.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

fn host_fits(pattern: &str, host: &str) -> bool {
    let (mut patterns, mut labels) = (pattern.split('.'), host.split('.'));
    loop {
        match (patterns.next(), labels.next()) {
            (None, None) => return true,
            (Some(pattern), Some(label)) if pattern == "*" || pattern.eq_ignore_ascii_case(label) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(config: &DockerConfig, url: &str) -> Option<String> {
        match config.find(&Address::parse(url).unwrap())? {
            Login::Basic { username, .. } => username.expose_str().map(str::to_owned),
            Login::IdentityToken(_) => Some("<token>".to_owned()),
        }
    }

    #[test]
    fn the_most_exact_key_is_used_and_no_other_host_gets_it() {
        let json = r#"{"auths": {
            "https://index.docker.io/v1/": {"auth": "aHViOnB3"},
            "ghcr.io": {"username": "gh", "password": "p"},
            "ghcr.io/org": {"username": "org", "password": "p"},
            "*.azurecr.io": {"identitytoken": "t"},
            "empty.io": {}
        }}"#;
        let config = DockerConfig::parse(json.as_bytes()).unwrap();
        let cases = [
            ("oci://docker.io/nginx", Some("hub")),
            ("oci://ghcr.io/other/app", Some("gh")),
            ("oci://ghcr.io/org/app", Some("org")),
            ("oci://ghcr.io/organisation/app", Some("gh")),
            ("oci://x.azurecr.io/app", Some("<token>")),
            ("oci://a.x.azurecr.io/app", None),
            ("oci://empty.io/app", None),
            ("oci://evilghcr.io/app", None),
            ("oci://ghcr.io:5000/app", None),
        ];
        for (url, expected) in cases {
            assert_eq!(user(&config, url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn unusable_configurations_say_where_and_show_nothing() {
        for json in [r#"{"auths": {"h": {"auth": "canary!"}}}"#, r#"{"auths": {"h": {"auth": "Y2FuYXJ5"}}}"#, r#"{"auths": {"h": canary}}"#]
        {
            let error = DockerConfig::parse(json.as_bytes()).err().unwrap().to_string();
            assert!(error.contains(".dockerconfigjson") && !error.contains("canary"), "{error}");
        }
    }
}
