//! One repository of one registry: requests, logins, and answers that are no success.

use artifact::Digest;
use bytes::Bytes;
use failure::with_causes;
use http::{HeaderValue, Method, StatusCode, header};
use reqwest::{Response, Url};
use serde::Deserialize;

use super::auth::Login;
use super::challenge::Challenge;
use super::manifest::{self, MANIFEST_BYTES_MAX, Manifest, Parsed};
use super::shared::Shared;
use super::token::{self, Ask};
use super::{Address, OciRequest, blob, tags};
use crate::net::secret_header;
use crate::{Clients, Error, Network, Result};

const ERROR_BYTES_MAX: u64 = 64 * 1024;
const DIGEST_HEADER: &str = "docker-content-digest";

/// A repository that can be asked.
pub(super) struct Registry {
    clients: Clients,
    http: reqwest::Client,
    base: String,
    address: Address,
    login: Option<Login>,
    key: Digest,
}

impl Registry {
    /// Finds out how the registry answers; remembered for all sources with the same network.
    pub(super) async fn open(clients: &Clients, request: &OciRequest) -> Result<Registry> {
        let address = Address::parse(&request.url)?;
        let no_certificates = request.network.tls.ca.is_none() && request.network.tls.identity.is_none();
        let network = Network { insecure: request.insecure && no_certificates, ..request.network.clone() };
        let http = clients.http(&network)?;
        let login = request.logins.iter().find_map(|config| config.find(&address)).cloned();
        let key = fingerprint(&network, &address, login.as_ref(), request.insecure);
        let plain_allowed = request.insecure || address.is_loopback();
        let base_key = Digest::of(format!("{} {} {plain_allowed}", network.fingerprint(), address.registry).as_bytes());
        let cell = clients.registries().base(base_key);
        let base = cell.get_or_try_init(|| find_base(clients, &http, &address.registry, plain_allowed)).await?.clone();
        Ok(Registry { clients: clients.clone(), http, base, address, login, key })
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn shared(&self) -> &Shared {
        self.clients.registries()
    }

    /// The digest of what `name` (a tag or a digest) means now.
    pub(super) async fn head(&self, name: &str) -> Result<Digest> {
        let path = format!("/v2/{}/manifests/{name}", self.address.repository);
        let response = self.send(Method::HEAD, &path).await?;
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            return self.digest_by_get(&path).await;
        }
        let response = self.success(response, name).await?;
        let digest = response.headers().get(DIGEST_HEADER).and_then(|value| value.to_str().ok()?.parse().ok());
        match digest {
            Some(digest) if same_if_digest(name, &digest) => Ok(digest),
            Some(digest) => Err(Error::DigestMismatch { what: "the manifest".into(), expected: name.into(), actual: digest.to_string() }),
            None => self.digest_by_get(&path).await,
        }
    }

    /// The manifest with this digest; through an index if it is one.
    pub(super) async fn manifest(&self, digest: &Digest) -> Result<Manifest> {
        match manifest::parse(&self.manifest_bytes(digest).await?)? {
            Parsed::Manifest(manifest) => Ok(manifest),
            Parsed::Index(digest) => match manifest::parse(&self.manifest_bytes(&digest).await?)? {
                Parsed::Manifest(manifest) => Ok(manifest),
                Parsed::Index(_) => Err(Error::Layer("the index leads to another index".to_owned())),
            },
        }
    }

    /// The bytes of a blob, unchecked but of at most `size`.
    pub(super) async fn blob(&self, digest: &Digest, size: u64) -> Result<Bytes> {
        let path = format!("/v2/{}/blobs/{digest}", self.address.repository);
        let response = self.send(Method::GET, &path).await?;
        blob::body(self.success(response, digest.as_str()).await?, size, "the layer").await
    }

    /// One page of a list, and the path of the next.
    pub(super) async fn page(&self, path: &str, bytes_max: u64) -> Result<(Bytes, Option<String>)> {
        let response = self.send(Method::GET, path).await?;
        let response = self.success(response, "the list of tags").await?;
        let link = response.headers().get(header::LINK).and_then(|value| tags::next_link(value.to_str().ok()?));
        let next = link.map(|link| self.same_origin(link)).transpose()?;
        Ok((blob::body(response, bytes_max, "the list of tags").await?, next))
    }

    async fn digest_by_get(&self, path: &str) -> Result<Digest> {
        let response = self.send(Method::GET, path).await?;
        let body = blob::body(self.success(response, path).await?, MANIFEST_BYTES_MAX, "the manifest").await?;
        Ok(Digest::of(&body))
    }

    async fn manifest_bytes(&self, digest: &Digest) -> Result<Bytes> {
        let path = format!("/v2/{}/manifests/{digest}", self.address.repository);
        let response = self.send(Method::GET, &path).await?;
        let body = blob::body(self.success(response, digest.as_str()).await?, MANIFEST_BYTES_MAX, "the manifest").await?;
        blob::check(&body, digest, "the manifest")?;
        Ok(body)
    }

    /// A link of the registry to itself, as a path.
    fn same_origin(&self, link: &str) -> Result<String> {
        let base = self.base_url()?;
        let target = base.join(link).map_err(|error| Error::operation("following the list of tags", error))?;
        match target.origin() == base.origin() {
            true => Ok(target.query().map_or(target.path().to_owned(), |query| format!("{}?{query}", target.path()))),
            false => Err(Error::operation("following the list of tags", "the next page is on another host")),
        }
    }

    fn base_url(&self) -> Result<Url> {
        Url::parse(&self.base).map_err(|error| Error::url(&self.base, error.to_string()))
    }

    /// Sends a request, and once more with a login when the registry asks for one.
    async fn send(&self, method: Method, path: &str) -> Result<Response> {
        let remembered = self.shared().challenge(&self.key);
        let authorization = match &remembered {
            Some(challenge) => self.authorize(challenge).await?,
            None => None,
        };
        let response = self.once(&method, path, authorization).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let Some(challenge) = challenge(&response) else { return Ok(response) };
        if remembered.is_some() {
            self.forget_token(&challenge).await?;
        }
        self.shared().keep_challenge(self.key.clone(), challenge.clone());
        match self.authorize(&challenge).await? {
            Some(authorization) => self.once(&method, path, Some(authorization)).await,
            None => Ok(response),
        }
    }

    async fn once(&self, method: &Method, path: &str, authorization: Option<HeaderValue>) -> Result<Response> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        request = request.header(header::ACCEPT, manifest::ACCEPT);
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        request.send().await.map_err(|error| unreachable(&self.address.registry, error))
    }

    async fn authorize(&self, challenge: &Challenge) -> Result<Option<HeaderValue>> {
        let Challenge::Bearer { realm, service, scope } = challenge else {
            return Ok(self.login.as_ref().and_then(token::basic));
        };
        let realm = self.realm(realm)?;
        let scope = scope.clone().unwrap_or_else(|| format!("repository:{}:pull", self.address.repository));
        let cell = self.shared().token(self.token_key(challenge));
        let mut kept = cell.lock().await;
        let token = match kept.take().filter(token::Token::is_alive) {
            Some(token) => token,
            None => {
                let ask = Ask { realm: &realm, service: service.as_deref(), scope: &scope, login: self.login.as_ref() };
                token::fetch(&self.http, &ask).await?
            }
        };
        let value = token.text.expose_str().and_then(|text| secret_header(&format!("Bearer {text}")));
        *kept = Some(token);
        Ok(value)
    }

    async fn forget_token(&self, challenge: &Challenge) -> Result<()> {
        self.shared().token(self.token_key(challenge)).lock().await.take();
        Ok(())
    }

    fn token_key(&self, challenge: &Challenge) -> Digest {
        Digest::of(format!("{} {challenge:?}", self.key).as_bytes())
    }

    /// The token server's address. A registry that speaks TLS cannot send the login over plain text.
    fn realm(&self, realm: &str) -> Result<Url> {
        let refuse = |why: &str| Error::AuthenticationFailed { host: self.address.registry.clone(), why: why.to_owned() };
        let url = Url::parse(realm).map_err(|_| refuse("the address of its token server is not valid"))?;
        let allowed = url.scheme() == "https" || (url.scheme() == "http" && self.base.starts_with("http://"));
        if !allowed {
            return Err(refuse("its token server is not reached by https"));
        }
        if !self.clients.egress().allows_host(url.host_str().unwrap_or_default()) {
            return Err(refuse("its token server is at a link-local address"));
        }
        Ok(url)
    }

    /// The answer if it is a success, else what it means.
    async fn success(&self, response: Response, name: &str) -> Result<Response> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let why = explain(status, response).await;
        Err(match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Error::AuthenticationFailed { host: self.address.registry.clone(), why: format!("{}: {why}", self.address) }
            }
            StatusCode::NOT_FOUND => Error::RefNotFound(format!("`{name}` does not exist in `{}`: {why}", self.address)),
            _ => Error::operation(format!("asking `{}` for `{name}`", self.address), why),
        })
    }
}

fn fingerprint(network: &Network, address: &Address, login: Option<&Login>, insecure: bool) -> Digest {
    let login = match login {
        None => Digest::of(b""),
        Some(Login::Basic { username, password }) => Digest::of(&[username.expose(), b"\0", password.expose()].concat()),
        Some(Login::IdentityToken(token)) => Digest::of(&[b"\0token\0", token.expose()].concat()),
    };
    Digest::of(format!("{} {address} {login} {insecure}", network.fingerprint()).as_bytes())
}

/// Where the registry answers: https, or plain http where that is allowed and nobody speaks TLS.
async fn find_base(clients: &Clients, http: &reqwest::Client, registry: &str, plain_allowed: bool) -> Result<String> {
    let host = registry.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(registry, |(host, _)| host);
    if !clients.egress().allows_host(host) {
        return Err(Error::url(&format!("oci://{registry}"), "link-local addresses are refused"));
    }
    let base = format!("https://{registry}");
    let refused = match http.get(format!("{base}/v2/")).send().await {
        Ok(_) => return Ok(base),
        Err(error) => error,
    };
    if !plain_allowed || !refused.is_connect() {
        return Err(unreachable(registry, refused));
    }
    let base = format!("http://{registry}");
    http.get(format!("{base}/v2/")).send().await.map_err(|error| unreachable(registry, error))?;
    Ok(base)
}

fn unreachable(host: &str, error: reqwest::Error) -> Error {
    Error::Unreachable { host: host.to_owned(), why: with_causes(&error.without_url()) }
}

fn challenge(response: &Response) -> Option<Challenge> {
    let headers = response.headers().get_all(header::WWW_AUTHENTICATE);
    let found: Vec<Challenge> = headers.iter().filter_map(|value| Challenge::parse(value.to_str().ok()?)).collect();
    let bearer = found.iter().find(|challenge| matches!(challenge, Challenge::Bearer { .. }));
    bearer.or(found.first()).cloned()
}

fn same_if_digest(name: &str, digest: &Digest) -> bool {
    !name.contains(':') || name == digest.as_str()
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<OneError>,
}

#[derive(Deserialize)]
struct OneError {
    code: String,
    #[serde(default)]
    message: String,
}

/// The registry's own words, `CODE: message`, or the status.
async fn explain(status: StatusCode, response: Response) -> String {
    let body = blob::body(response, ERROR_BYTES_MAX, "the error").await.unwrap_or_default();
    match serde_json::from_slice::<Errors>(&body) {
        Ok(Errors { errors }) if !errors.is_empty() => {
            let texts: Vec<String> = errors.into_iter().map(|error| format!("{}: {}", error.code, error.message)).collect();
            texts.join("; ")
        }
        _ => status.to_string(),
    }
}
