//! Bearer tokens: the configured ones and those of service accounts.

use http::{HeaderMap, header};

use super::User;
use super::tokens::Claims;
use crate::server::Shared;
use crate::status::Status;

/// The audience of tokens for this server itself.
pub const AUDIENCE: &str = "https://kubernetes.default.svc.cluster.local";

impl Shared {
    /// The identity that a request's credentials prove. Wrong credentials are refused; none make an anonymous user.
    pub fn authenticate(&self, headers: &HeaderMap) -> Result<User, Status> {
        let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(User::anonymous()) };
        let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        token.and_then(|token| self.user_of_token(token.trim(), AUDIENCE)).ok_or_else(Status::unauthorized)
    }

    /// The identity that a token proves to an audience.
    pub fn user_of_token(&self, token: &str, audience: &str) -> Option<User> {
        let configured = self.options.tokens.iter().find(|known| same(known.token.as_bytes(), token.as_bytes()));
        if let Some(known) = configured {
            return Some(known.user.clone());
        }
        let claims = self.signer.verify(token)?;
        let now = self.options.clock.now().as_second();
        let fits = claims.expires > now && claims.audiences.iter().any(|known| known == audience);
        fits.then(|| self.user_of_claims(&claims))?
    }

    /// A token lives no longer than its service account.
    fn user_of_claims(&self, claims: &Claims) -> Option<User> {
        let account = self.get("serviceaccounts", &claims.namespace, &claims.name)?;
        (*account.uid == *claims.uid).then(|| User { uid: claims.uid.clone(), ..User::service_account(&claims.namespace, &claims.name) })
    }
}

/// Compares secrets in a time that does not tell where they differ.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}
