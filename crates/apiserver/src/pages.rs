//! The few paths that are neither objects nor discovery: health and version.

use http::Response;
use http::request::Parts;
use serde_json::{Value, json};

use crate::body::Body;
use crate::handlers::Answer;
use crate::server::Shared;
use crate::{body, openapi};

/// Answers a page.
pub fn page(shared: &Shared, _: &Parts, path: &str) -> Answer {
    match path {
        "/healthz" | "/livez" | "/readyz" | "/healthz/ping" => Ok(body::text(200, "ok")),
        "/version" | "/version/" => Ok(body::json(200, &version(&shared.options.version))),
        "/" => Ok(body::json(200, &json!({"paths": ["/api", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"]}))),
        "/openapi/v3" | "/openapi/v3/" => Ok(body::json(200, &openapi::index(shared))),
        _ => path
            .strip_prefix("/openapi/v3/")
            .and_then(|rest| openapi::document(shared, rest))
            .map(|document| body::json(200, &document))
            .map_or_else(|| Ok(not_found()), Ok),
    }
}

/// What paths get that nothing serves, not even a group of resources.
pub fn not_found() -> Response<Body> {
    body::text(404, "404 page not found\n")
}

fn version(git_version: &str) -> Value {
    let mut numbers = git_version.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    json!({
        "major": major, "minor": minor, "gitVersion": git_version, "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "rustc", "platform": "linux/amd64",
    })
}
