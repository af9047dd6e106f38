//! Reads the Secrets that a source names, in its own namespace.

use api::{LocalObjectReference, reason};
use cluster::Client;
use failure::{Code, Failure, Stage};
use source::credentials::SecretData;

use crate::{kinds, secret};

/// The data of a Secret, or none if the spec names none.
pub async fn secret_data(
    client: &Client,
    namespace: &str,
    reference: Option<&LocalObjectReference>,
) -> Result<Option<SecretData>, Failure> {
    let Some(reference) = reference else { return Ok(None) };
    let failed = |code, why: &str| {
        let message = format!("failed to get secret '{namespace}/{}': {why}", reference.name);
        Failure::retry(Stage::Resolve, code, reason::AUTHENTICATION_FAILED, message)
    };
    match client.find(&kinds::secrets(), namespace, &reference.name).await {
        Ok(Some(secret)) => Ok(Some(secret::data(&secret))),
        Ok(None) => Err(failed(Code::ReferenceNotFound, "not found")),
        Err(error) => Err(failed(apply::refusal(&error, client.identity()).0, &error.to_string())),
    }
}
