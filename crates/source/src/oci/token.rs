//! Access tokens of a registry's token server.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use failure::with_causes;
use object::Sensitive;
use reqwest::Url;
use serde::Deserialize;
use tokio::time::Instant;

use super::auth::Login;
use crate::{Error, Result};

/// What the distribution specification says a token lives when its server does not.
const LIFETIME_DEFAULT: Duration = Duration::from_secs(60);
/// Taken off each lifetime, so that a token does not end on its way.
const LIFETIME_MARGIN: Duration = Duration::from_secs(10);
const TOKEN_BYTES_MAX: u64 = 1024 * 1024;
/// The name sent with a refresh token.
const CLIENT_ID: &str = "sluice";

/// A bearer token and when it ends.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) text: Sensitive,
    ends: Instant,
}

impl Token {
    pub(super) fn is_alive(&self) -> bool {
        Instant::now() < self.ends
    }
}

/// What to ask the token server for.
pub(super) struct Ask<'a> {
    pub(super) realm: &'a Url,
    pub(super) service: Option<&'a str>,
    pub(super) scope: &'a str,
    pub(super) login: Option<&'a Login>,
}

#[derive(Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

/// Asks for a token: anonymously, with user and password, or in exchange for a refresh token.
pub(super) async fn fetch(http: &reqwest::Client, ask: &Ask<'_>) -> Result<Token> {
    let host = ask.realm.host_str().unwrap_or_default().to_owned();
    let response = request(http, ask).send().await;
    let response = response.map_err(|error| Error::Unreachable { host: host.clone(), why: with_causes(&error.without_url()) })?;
    if !response.status().is_success() {
        return Err(Error::AuthenticationFailed { host, why: format!("the token server answered {}", response.status()) });
    }
    let body = super::blob::body(response, TOKEN_BYTES_MAX, "the answer of the token server").await?;
    let unusable = |_| Error::AuthenticationFailed { host: host.clone(), why: "the token server's answer is not valid".to_owned() };
    let answer: Answer = serde_json::from_slice(&body).map_err(unusable)?;
    let text = answer.token.or(answer.access_token).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Error::AuthenticationFailed { host, why: "the token server gave no token".to_owned() })?;
    let lifetime = answer.expires_in.map_or(LIFETIME_DEFAULT, Duration::from_secs);
    Ok(Token { text: Sensitive::new(text), ends: Instant::now() + lifetime.saturating_sub(LIFETIME_MARGIN) })
}

fn request(http: &reqwest::Client, ask: &Ask<'_>) -> reqwest::RequestBuilder {
    let mut pairs = vec![("scope", ask.scope)];
    pairs.extend(ask.service.map(|service| ("service", service)));
    match ask.login {
        Some(Login::IdentityToken(token)) => {
            pairs.extend([("grant_type", "refresh_token"), ("client_id", CLIENT_ID)]);
            pairs.push(("refresh_token", token.expose_str().unwrap_or_default()));
            let mut form = Url::parse("form:").expect("a constant URL parses");
            form.query_pairs_mut().extend_pairs(pairs);
            let body = form.query().unwrap_or_default().to_owned();
            http.post(ask.realm.clone()).header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)
        }
        login => {
            let mut url = ask.realm.clone();
            url.query_pairs_mut().extend_pairs(pairs);
            let request = http.get(url);
            match login.and_then(basic) {
                Some(value) => request.header(http::header::AUTHORIZATION, value),
                None => request,
            }
        }
    }
}

/// The value of an `Authorization` header for a login with user and password.
pub(super) fn basic(login: &Login) -> Option<http::HeaderValue> {
    let Login::Basic { username, password } = login else { return None };
    let pair = [username.expose(), b":", password.expose()].concat();
    crate::net::secret_header(&format!("Basic {}", STANDARD.encode(pair)))
}
