//! One side of a dialogue: requests to one server, and what was kept of its answers.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

use crate::normal;
use crate::script::{Step, part};

/// How long a step may be repeated until its answer is the awaited one.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// How long one answer may take, the end of its body included.
const ANSWER_DURATION_MAX: Duration = Duration::from_secs(10);
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// A dialogue with one server.
pub struct Talk {
    client: Client,
    kept: BTreeMap<String, String>,
}

impl Talk {
    /// Begins in a namespace that bears the script's name.
    pub fn new(client: Client, script: &str) -> Talk {
        Talk { client, kept: BTreeMap::from([("ns".to_owned(), format!("dialogue-{script}"))]) }
    }

    /// Says one step, as often as it asks for, and gives the normal form of the last answer.
    pub async fn say(&mut self, step: &Step) -> Value {
        let end = Instant::now() + WAIT_MAX;
        let answer = loop {
            let answer = self.once(step).await;
            if step.is_awaited(&answer) || Instant::now() > end {
                break answer;
            }
            tokio::time::sleep(PAUSE).await;
        };
        for (name, path) in step.options["keep"].as_object().into_iter().flatten() {
            let value = part(&answer["body"], path.as_str().unwrap());
            self.kept.insert(name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
        normal::normal(&answer, &self.kept)
    }

    async fn once(&self, step: &Step) -> Value {
        let answer = tokio::time::timeout(ANSWER_DURATION_MAX, self.answer(step)).await;
        answer.unwrap_or_else(|_| json!({"code": 0, "body": "no answer in time", "warnings": []}))
    }

    async fn answer(&self, step: &Step) -> Value {
        let response = self.client.send(self.request(step)).await.unwrap();
        let warnings = warnings(response.headers());
        let code = response.status().as_u16();
        json!({"code": code, "body": body(response).await, "warnings": warnings})
    }

    fn request(&self, step: &Step) -> Request<Body> {
        let (method, path) = step.request.split_once(' ').unwrap();
        let options = &step.options;
        let mut request = Request::builder().method(method).uri(self.fill(path));
        request = request.header("Accept", accept(options["accept"].as_str().unwrap_or("application/json")));
        request = request.header("User-Agent", options["agent"].as_str().unwrap_or("dialogue/1"));
        if let Some(user) = options["as"]["user"].as_str() {
            request = request.header("Impersonate-User", self.fill(user));
        }
        for group in options["as"]["groups"].as_array().into_iter().flatten() {
            request = request.header("Impersonate-Group", group.as_str().unwrap());
        }
        let body = match &options["body"] {
            Value::Null => return request.body(Body::empty()).unwrap(),
            Value::String(text) => self.fill(text),
            tree => self.fill(&tree.to_string()),
        };
        if options.get("type") != Some(&Value::Null) {
            request = request.header("Content-Type", media_type(options["type"].as_str().unwrap_or("application/json")));
        }
        request.body(Body::from(body.into_bytes())).unwrap()
    }

    /// A text with what was kept in the place of its names.
    fn fill(&self, text: &str) -> String {
        self.kept.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

fn accept(name: &str) -> String {
    let rendering = match name {
        "table" => "Table",
        "partial" => "PartialObjectMetadata",
        "partials" => "PartialObjectMetadataList",
        other => return other.to_owned(),
    };
    format!("application/json;as={rendering};v=v1;g=meta.k8s.io")
}

fn media_type(name: &str) -> &str {
    match name {
        "apply" => "application/apply-patch+yaml",
        "merge" => "application/merge-patch+json",
        "json" => "application/json-patch+json",
        "strategic" => "application/strategic-merge-patch+json",
        other => other,
    }
}

fn warnings(headers: &HeaderMap) -> Vec<String> {
    headers.get_all("warning").iter().filter_map(|value| value.to_str().ok().map(str::to_owned)).collect()
}

/// A body as a tree: one JSON value, the lines of a watch as a list, anything else as text.
async fn body(response: Response<Body>) -> Value {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let lines = || text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>().map(Value::from);
    serde_json::from_str(&text).or_else(|_| lines()).unwrap_or(Value::String(text.clone()))
}
