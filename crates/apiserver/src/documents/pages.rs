//! The few paths that are neither objects nor discovery: health and version.

use serde_json::{Value, json};

use super::openapi;
use crate::answer::{self, Answer};
use crate::shared::Shared;

/// Answers a page.
pub fn page(shared: &Shared, path: &str) -> Answer {
    match path {
        "/healthz" | "/livez" | "/readyz" | "/healthz/ping" => Ok(answer::text(200, "ok")),
        "/version" | "/version/" => Ok(answer::json(200, &version(&shared.options.version))),
        "/" => Ok(answer::json(200, &json!({"paths": ["/api", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"]}))),
        "/openapi/v3" | "/openapi/v3/" => Ok(answer::json(200, &openapi::index(shared))),
        _ => path
            .strip_prefix("/openapi/v3/")
            .and_then(|rest| openapi::document(shared, rest))
            .map(|document| answer::json(200, &document))
            .map_or_else(|| Ok(answer::not_found()), Ok),
    }
}

fn version(git_version: &str) -> Value {
    let mut numbers = git_version.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    json!({
        "major": major, "minor": minor, "gitVersion": git_version, "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "rustc", "platform": "linux/amd64",
    })
}
