//! Waits for what a case expects. Each has a deadline and says what it waited for, and what was there instead.

use std::future::Future;
use std::time::Instant;

use anyhow::bail;
use object::{Object, Value};

use super::{PAUSE, WAIT_MAX, World};

impl World {
    /// Waits until the Kustomization has dealt with its generation and is Ready.
    pub async fn ready(&self, name: &str) -> anyhow::Result<Object> {
        self.condition("Kustomization", name, "True", "").await
    }

    /// Waits until the Kustomization is Ready at a revision that holds `revision`.
    pub async fn ready_at(&self, name: &str, revision: &str) -> anyhow::Result<Object> {
        self.condition("Kustomization", name, "True", revision).await
    }

    /// Waits until the Kustomization is not Ready and its message holds `text`.
    pub async fn failed(&self, name: &str, text: &str) -> anyhow::Result<Object> {
        self.condition("Kustomization", name, "False", text).await
    }

    /// Waits until the condition Ready of this generation has a status and a message that holds `text`.
    pub async fn condition(&self, kind: &str, name: &str, status: &str, text: &str) -> anyhow::Result<Object> {
        let what = format!("{kind}/{name} with Ready={status} and `{text}`");
        let found = self.until(&what, || async {
            let found = self.find(kind, name).await?;
            Ok(found.filter(|object| is_ready(object, status, text)))
        });
        match found.await {
            Ok(object) => Ok(object),
            Err(error) => bail!("{error:#}; found {}", message(self.find(kind, name).await?.as_ref())),
        }
    }

    /// Waits until an event about an object holds `text`.
    pub async fn event(&self, kind: &str, name: &str, text: &str) -> anyhow::Result<()> {
        let what = format!("an event about {kind}/{name} with `{text}`");
        let is_meant = |event: &Object| {
            let about = |field: &str| event.get(&format!("involvedObject.{field}")).and_then(Value::as_str).unwrap_or_default().to_owned();
            let told = event.get("message").and_then(Value::as_str).is_some_and(|message| message.contains(text));
            about("kind") == kind && about("name") == name && told
        };
        self.until(&what, || async { Ok(self.list("Event").await?.iter().any(is_meant).then_some(())) }).await
    }

    /// Waits until an object of the namespace exists and satisfies `check`.
    pub async fn seen(&self, kind: &str, name: &str, check: impl Fn(&Object) -> bool) -> anyhow::Result<Object> {
        let what = format!("{kind}/{name} as expected");
        self.until(&what, || async { Ok(self.find(kind, name).await?.filter(|object| check(object))) }).await
    }

    /// Waits until a ConfigMap of the namespace has this value under `key`.
    pub async fn holds(&self, name: &str, value: &str) -> anyhow::Result<Object> {
        let what = format!("ConfigMap/{name} with `{value}`");
        let is_meant = |object: &Object| object.get("data.key").and_then(Value::as_str) == Some(value);
        self.until(&what, || async { Ok(self.find("ConfigMap", name).await?.filter(is_meant)) }).await
    }

    /// Waits until an object of the namespace is gone.
    pub async fn gone(&self, kind: &str, name: &str) -> anyhow::Result<()> {
        let what = format!("{kind}/{name} gone");
        self.until(&what, || async { Ok(self.find(kind, name).await?.is_none().then_some(())) }).await
    }

    /// Looks again and again until there is something.
    pub async fn until<T, F>(&self, what: &str, look: impl Fn() -> F) -> anyhow::Result<T>
    where
        F: Future<Output = anyhow::Result<Option<T>>>,
    {
        let begin = Instant::now();
        while begin.elapsed() < WAIT_MAX {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("waited {WAIT_MAX:?} in {} for {what}", self.namespace)
    }
}

fn ready(object: &Object) -> Option<&Value> {
    object.get("status.conditions")?.as_array()?.iter().find(|condition| condition["type"] == "Ready")
}

fn is_ready(object: &Object, status: &str, text: &str) -> bool {
    ready(object).is_some_and(|condition| {
        condition["status"] == status
            && condition["observedGeneration"] == object.generation()
            && condition["message"].as_str().is_some_and(|message| message.contains(text))
    })
}

fn message(object: Option<&Object>) -> String {
    match object {
        None => "no such object".into(),
        Some(object) => ready(object).map_or_else(|| "no condition Ready".into(), Value::to_string),
    }
}
