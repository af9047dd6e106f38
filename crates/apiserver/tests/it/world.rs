//! A server for one test, and the few shorthands that tests share.

use apiserver::{ApiServer, Options};
use kube::Client;
use kube::api::{Api, DynamicObject, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;

/// A server in memory and a client inside the process.
pub fn open() -> (ApiServer, Client) {
    open_with(Options { service_accounts: false, ..Options::default() })
}

/// A server with these options and an administrator's client.
pub fn open_with(options: Options) -> (ApiServer, Client) {
    let server = ApiServer::open(options).unwrap();
    let client = Client::new(server.service(), "default");
    (server, client)
}

/// The resource of a kind: `("apps/v1", "Deployment")`.
pub fn resource(api_version: &str, kind: &str) -> ApiResource {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind))
}

/// An untyped API in one namespace.
pub fn api(client: &Client, api_version: &str, kind: &str, namespace: &str) -> Api<DynamicObject> {
    Api::namespaced_with(client.clone(), namespace, &resource(api_version, kind))
}

/// An untyped API of cluster-scoped objects, or over all namespaces.
pub fn api_all(client: &Client, api_version: &str, kind: &str) -> Api<DynamicObject> {
    Api::all_with(client.clone(), &resource(api_version, kind))
}

/// Creates an object.
pub async fn create(api: &Api<DynamicObject>, object: Value) -> kube::Result<DynamicObject> {
    api.create(&PostParams::default(), &serde_json::from_value(object).unwrap()).await
}

/// The status of a refusal.
pub fn refusal<T: std::fmt::Debug>(result: kube::Result<T>) -> kube::core::Status {
    match result {
        Err(kube::Error::Api(status)) => *status,
        other => panic!("expected a refusal, got {other:?}"),
    }
}
