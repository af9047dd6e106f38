//! Bearer tokens: the configured ones and those of service accounts.

use http::{HeaderMap, header};

use crate::shared::Shared;
use crate::status::Status;
use crate::tokens::{AUDIENCE, Claims, is_same_secret};
use crate::user::User;

/// The identity that a request's credentials prove. Wrong credentials are refused; none make an anonymous user.
pub fn authenticate(shared: &Shared, headers: &HeaderMap) -> Result<User, Status> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(User::anonymous()) };
    let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    token.and_then(|token| user_of_token(shared, token.trim(), AUDIENCE)).ok_or_else(Status::unauthorized)
}

/// The identity that a token proves to an audience.
pub fn user_of_token(shared: &Shared, token: &str, audience: &str) -> Option<User> {
    let configured = shared.options.tokens.iter().find(|known| is_same_secret(known.token.as_bytes(), token.as_bytes()));
    if let Some(known) = configured {
        return Some(known.user.clone());
    }
    let claims = shared.signer.verify(token)?;
    let now = shared.options.clock.now().as_second();
    let fits = claims.expires > now && claims.audiences.iter().any(|known| known == audience);
    fits.then(|| user_of_claims(shared, &claims))?
}

/// A token lives no longer than its service account.
fn user_of_claims(shared: &Shared, claims: &Claims) -> Option<User> {
    let account = shared.get("serviceaccounts", &claims.namespace, &claims.name)?;
    (*account.uid == *claims.uid).then(|| User { uid: claims.uid.clone(), ..User::service_account(&claims.namespace, &claims.name) })
}
