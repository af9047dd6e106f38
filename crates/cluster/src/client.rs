//! Single requests as one identity.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use failure::with_causes;
use http::{HeaderValue, Request, header};
use http_body_util::BodyExt;
use kube::client::Body;
use object::{Object, Value};
use serde_json::json;
use tokio::sync::Semaphore;
use tower::service_fn;

use crate::discretion::discreet;
use crate::{Error, Identity, Resource, Stats};

/// Longest time of one request. The API server gives up after 60 s by itself, so only a dead connection lasts longer.
const REQUEST_DURATION_MAX: Duration = Duration::from_secs(75);
const METADATA_ONLY: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/// Makes requests as one identity. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    base: kube::Client,
    identity: Identity,
    gate: Arc<Semaphore>,
    stats: Stats,
}

/// How a server-side apply is made.
#[derive(Clone, Copy, Debug)]
pub struct Apply<'a> {
    /// The field manager.
    pub manager: &'a str,
    /// Nothing is stored.
    pub dry_run: bool,
    /// Only the metadata of the result is needed.
    pub metadata_only: bool,
}

/// What happens to the dependents of a deleted object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletePropagation {
    /// They are deleted afterwards.
    Background,
    /// They are deleted first.
    Foreground,
    /// They stay.
    Orphan,
}

/// Which objects a list gives.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// Label selector.
    pub labels: String,
    /// Field selector.
    pub fields: String,
    /// At most this many, 0 for all.
    pub limit: usize,
    /// Where the last page ended.
    pub after: String,
}

/// One page of a list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The objects, with `apiVersion` and `kind` filled in.
    pub items: Vec<Object>,
    /// Where the next page begins, empty at the end.
    pub next: String,
    /// The resource version of the list.
    pub resource_version: String,
}

impl Client {
    pub(crate) fn new(base: kube::Client, identity: Identity, gate: Arc<Semaphore>, stats: Stats) -> Client {
        Client { base, identity, gate, stats }
    }

    /// Who the requests are made as.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Reads one object.
    pub async fn get(&self, resource: &Resource, namespace: &str, name: &str) -> Result<Object, Error> {
        self.object(Request::get(resource.path(namespace, name)), Vec::new()).await
    }

    /// Reads the metadata of one object. The kind of the result is `PartialObjectMetadata`.
    pub async fn get_metadata(&self, resource: &Resource, namespace: &str, name: &str) -> Result<Object, Error> {
        self.object(Request::get(resource.path(namespace, name)).header(header::ACCEPT, METADATA_ONLY), Vec::new()).await
    }

    /// Reads one object, or none if it is not there.
    pub async fn find(&self, resource: &Resource, namespace: &str, name: &str) -> Result<Option<Object>, Error> {
        absent_is_none(self.get(resource, namespace, name).await)
    }

    /// Reads one page of objects, in one namespace or (empty) in all.
    pub async fn list(&self, resource: &Resource, namespace: &str, options: &ListOptions) -> Result<Page, Error> {
        let mut query = Query::default();
        query.push("labelSelector", &options.labels).push("fieldSelector", &options.fields).push("continue", &options.after);
        if options.limit > 0 {
            query.push("limit", &options.limit.to_string());
        }
        let list = self.value(Request::get(query.on(resource.collection(namespace))), Vec::new()).await?;
        Ok(page(list, resource))
    }

    /// Reads all objects, page by page.
    pub async fn list_all(&self, resource: &Resource, namespace: &str, labels: &str) -> Result<Vec<Object>, Error> {
        let mut options = ListOptions { labels: labels.to_owned(), limit: 500, ..ListOptions::default() };
        let mut items = Vec::new();
        loop {
            let page = self.list(resource, namespace, &options).await?;
            items.extend(page.items);
            if page.next.is_empty() {
                return Ok(items);
            }
            options.after = page.next;
        }
    }

    /// Creates an object.
    pub async fn create(&self, resource: &Resource, object: &Object) -> Result<Object, Error> {
        self.write(Request::post(resource.collection(object.namespace())), object).await
    }

    /// Replaces an object.
    pub async fn update(&self, resource: &Resource, object: &Object) -> Result<Object, Error> {
        self.write(Request::put(resource.path(object.namespace(), object.name())), object).await
    }

    /// Server-side apply; conflicts are forced, as Flux does.
    pub async fn apply(&self, resource: &Resource, object: &Object, apply: Apply<'_>) -> Result<Object, Error> {
        let mut query = Query::default();
        query.push("fieldManager", apply.manager).push("force", "true");
        if apply.dry_run {
            query.push("dryRun", "All");
        }
        let mut request = Request::patch(query.on(resource.path(object.namespace(), object.name())))
            .header(header::CONTENT_TYPE, "application/apply-patch+yaml");
        if apply.metadata_only {
            request = request.header(header::ACCEPT, METADATA_ONLY);
        }
        self.write(request, object).await
    }

    /// JSON merge patch.
    pub async fn merge(&self, resource: &Resource, namespace: &str, name: &str, patch: &Value, manager: &str) -> Result<Object, Error> {
        let path = resource.path(namespace, name);
        self.patch(path, "application/merge-patch+json", patch, manager).await
    }

    /// JSON merge patch of the status.
    pub async fn merge_status(
        &self,
        resource: &Resource,
        namespace: &str,
        name: &str,
        patch: &Value,
        manager: &str,
    ) -> Result<Object, Error> {
        let path = format!("{}/status", resource.path(namespace, name));
        self.patch(path, "application/merge-patch+json", patch, manager).await
    }

    /// JSON patch.
    pub async fn json_patch(
        &self,
        resource: &Resource,
        namespace: &str,
        name: &str,
        patch: &Value,
        manager: &str,
    ) -> Result<Object, Error> {
        self.patch(resource.path(namespace, name), "application/json-patch+json", patch, manager).await
    }

    /// Asks whether an object would be taken as a new one; nothing is stored. A name that is taken is no error.
    pub async fn try_create(&self, resource: &Resource, object: &Object) -> Result<(), Error> {
        let request = Request::post(resource.collection(object.namespace()) + "?dryRun=All");
        match self.write(request, object).await {
            Err(error) if !error.is_already_exists() => Err(error),
            _ => Ok(()),
        }
    }

    /// Deletes an object if it still is exactly what was seen; else the error is a conflict. One that is gone is no error.
    pub async fn delete_seen(&self, resource: &Resource, seen: &Object, propagation: DeletePropagation) -> Result<(), Error> {
        let preconditions = json!({"uid": seen.uid(), "resourceVersion": seen.resource_version()});
        self.delete_with(resource, (seen.namespace(), seen.name()), preconditions, propagation).await
    }

    /// Deletes an object, if it still is the one with this uid (empty: whichever it is).
    /// An object that is already gone is no error.
    pub async fn delete(
        &self,
        resource: &Resource,
        namespace: &str,
        name: &str,
        uid: &str,
        propagation: DeletePropagation,
    ) -> Result<(), Error> {
        let preconditions = if uid.is_empty() { Value::Null } else { json!({"uid": uid}) };
        self.delete_with(resource, (namespace, name), preconditions, propagation).await
    }

    async fn delete_with(
        &self,
        resource: &Resource,
        (namespace, name): (&str, &str),
        preconditions: Value,
        propagation: DeletePropagation,
    ) -> Result<(), Error> {
        let mut options = json!({"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation.name()});
        if !preconditions.is_null() {
            options["preconditions"] = preconditions;
        }
        let request = Request::delete(resource.path(namespace, name));
        absent_is_none(self.value(request, body(&options)).await).map(|_| ())
    }

    /// Any GET, for discovery and the like.
    pub async fn raw_get(&self, path: &str, accept: &str) -> Result<Value, Error> {
        self.value(Request::get(path).header(header::ACCEPT, accept), Vec::new()).await
    }

    /// Any POST of JSON, for reviews and the like.
    pub async fn raw_post(&self, path: &str, content: &Value) -> Result<Value, Error> {
        self.value(Request::post(path), body(content)).await
    }

    async fn patch(&self, path: String, kind: &str, patch: &Value, manager: &str) -> Result<Object, Error> {
        let mut query = Query::default();
        query.push("fieldManager", manager);
        self.object(Request::patch(query.on(path)).header(header::CONTENT_TYPE, kind), body(patch)).await
    }

    /// Sends a whole object. What the server says against it tells nothing of a Secret's values.
    async fn write(&self, request: http::request::Builder, object: &Object) -> Result<Object, Error> {
        self.object(request, body(object.as_map())).await.map_err(|error| discreet(error, object))
    }

    async fn object(&self, request: http::request::Builder, body: Vec<u8>) -> Result<Object, Error> {
        let value = self.value(request, body).await?;
        Object::new(value).map_err(|error| Error::Unreadable(error.to_string()))
    }

    async fn value(&self, request: http::request::Builder, body: Vec<u8>) -> Result<Value, Error> {
        let bytes = self.send(request, body).await?;
        serde_json::from_slice(&bytes).map_err(|error| Error::Unreadable(error.to_string()))
    }

    async fn send(&self, request: http::request::Builder, body: Vec<u8>) -> Result<Bytes, Error> {
        let mut request = request.body(Body::from(body)).map_err(|error| Error::Unreachable(error.to_string()))?;
        request.headers_mut().entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        request.headers_mut().entry(header::ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        let method = request.method().clone();
        let permit = self.gate.acquire().await.expect("the gate is never closed");
        let answer = tokio::time::timeout(REQUEST_DURATION_MAX, self.exchange(request)).await;
        let answer = answer.unwrap_or_else(|_| Err(Error::Unreachable(format!("no answer within {} s", REQUEST_DURATION_MAX.as_secs()))));
        drop(permit);
        self.stats.count(&method, answer.as_ref().map_or(0, |(status, _)| *status));
        match answer? {
            (200..=299, bytes) => Ok(bytes),
            (status, bytes) => Err(Error::from_answer(status, &bytes)),
        }
    }

    async fn exchange(&self, request: Request<Body>) -> Result<(u16, Bytes), Error> {
        let response = self.base.send(request).await.map_err(|error| Error::Unreachable(with_causes(&error)))?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|error| Error::Unreachable(with_causes(&error)))?;
        Ok((status, body.to_bytes()))
    }
}

impl DeletePropagation {
    fn name(self) -> &'static str {
        match self {
            DeletePropagation::Background => "Background",
            DeletePropagation::Foreground => "Foreground",
            DeletePropagation::Orphan => "Orphan",
        }
    }
}

/// A client over the same connections whose requests carry the identity.
pub(crate) fn impersonate(base: &kube::Client, identity: &Identity) -> kube::Client {
    let Some(user) = identity.user() else { return base.clone() };
    let user = HeaderValue::from_str(&user).expect("the names of a ServiceAccount are plain ASCII");
    let base = base.clone();
    let service = service_fn(move |mut request: Request<Body>| {
        request.headers_mut().insert("impersonate-user", user.clone());
        let base = base.clone();
        async move { base.send(request).await }
    });
    kube::Client::new(service, "default")
}

#[derive(Default)]
struct Query(String);

impl Query {
    /// Adds a parameter, unless its value is empty.
    fn push(&mut self, key: &str, value: &str) -> &mut Query {
        if !value.is_empty() {
            let sign = if self.0.is_empty() { '?' } else { '&' };
            self.0.push(sign);
            self.0.push_str(key);
            self.0.push('=');
            escape(value, &mut self.0);
        }
        self
    }

    fn on(&self, path: String) -> String {
        path + &self.0
    }
}

fn escape(value: &str, out: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

fn body(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("JSON values have string keys")
}

fn absent_is_none<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Err(error) if error.is_not_found() => Ok(None),
        other => other.map(Some),
    }
}

fn page(mut list: Value, resource: &Resource) -> Page {
    let text = |value: &Value, field: &str| value["metadata"][field].as_str().unwrap_or_default().to_owned();
    let (next, resource_version) = (text(&list, "continue"), text(&list, "resourceVersion"));
    let items = list.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    let items = items.into_iter().filter_map(|item| typed(item, resource)).collect();
    Page { items, next, resource_version }
}

/// Items of a list carry no type of their own on a real API server.
fn typed(mut item: Value, resource: &Resource) -> Option<Object> {
    let map = item.as_object_mut()?;
    map.entry("apiVersion").or_insert_with(|| resource.gvk.api_version().into());
    map.entry("kind").or_insert_with(|| resource.gvk.kind.clone().into());
    Object::new(item).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cluster;

    #[tokio::test(start_paused = true)]
    async fn a_server_that_never_answers_is_given_up() {
        let silent = service_fn(|_| std::future::pending::<Result<http::Response<Body>, std::convert::Infallible>>());
        let result = Cluster::over(silent).controller().raw_get("/api", "application/json").await;
        assert!(matches!(&result, Err(Error::Unreachable(why)) if why.contains("75 s")), "{result:?}");
    }

    #[test]
    fn parameters_are_escaped_and_empty_ones_left_out() {
        let mut query = Query::default();
        query.push("labelSelector", "a in (b,c)").push("fieldSelector", "").push("limit", "5");
        assert_eq!(query.on("/api/v1/pods".into()), "/api/v1/pods?labelSelector=a%20in%20%28b%2Cc%29&limit=5");
    }
}
