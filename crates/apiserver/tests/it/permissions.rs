//! RBAC and impersonation.

use crate::world::{api, api_all, create, open_with, refusal};
use apiserver::{ApiServer, Authorization, Options};
use kube::Client;
use kube::api::ListParams;
use serde_json::json;
use tower::ServiceExt;

fn rbac() -> (ApiServer, Client) {
    open_with(Options { authorization: Authorization::Rbac, ..Options::default() })
}

/// A client that impersonates a user.
fn as_user(server: &ApiServer, user: &'static str) -> Client {
    let service = server.service().map_request(move |mut request: http::Request<kube::client::Body>| {
        request.headers_mut().insert("Impersonate-User", http::HeaderValue::from_static(user));
        request
    });
    Client::new(service, "default")
}

#[tokio::test]
async fn a_role_allows_what_it_names_where_it_is_bound() {
    let (server, client) = rbac();
    let anna = as_user(&server, "anna");
    let status = refusal(api(&anna, "v1", "Pod", "default").list(&ListParams::default()).await);
    assert_eq!(
        status.message,
        "pods is forbidden: User \"anna\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\""
    );

    let group = "rbac.authorization.k8s.io";
    create(&api(&client, "rbac.authorization.k8s.io/v1", "RoleBinding", "default"), json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "anna"},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "view"}, "subjects": [{"apiGroup": group, "kind": "User", "name": "anna"}],
    })).await.unwrap();
    for _ in 0..100 {
        if api(&anna, "v1", "Pod", "default").list(&ListParams::default()).await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    api(&anna, "v1", "Pod", "default").list(&ListParams::default()).await.unwrap();
    assert_eq!(refusal(api(&anna, "v1", "Secret", "default").list(&ListParams::default()).await).code, 403);
    assert_eq!(refusal(api_all(&anna, "v1", "Pod").list(&ListParams::default()).await).code, 403);
}

#[tokio::test]
async fn nobody_grants_what_he_does_not_hold() {
    let (server, client) = rbac();
    let group = "rbac.authorization.k8s.io";
    create(
        &api(&client, "rbac.authorization.k8s.io/v1", "Role", "default"),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "roles"},
            "rules": [{"apiGroups": [group], "resources": ["roles"], "verbs": ["*"]}],
        }),
    )
    .await
    .unwrap();
    create(&api(&client, "rbac.authorization.k8s.io/v1", "RoleBinding", "default"), json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "bob"},
        "roleRef": {"apiGroup": group, "kind": "Role", "name": "roles"}, "subjects": [{"apiGroup": group, "kind": "User", "name": "bob"}],
    })).await.unwrap();
    let roles = api(&as_user(&server, "bob"), "rbac.authorization.k8s.io/v1", "Role", "default");
    let role = |verbs: &[&str]| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"generateName": "r-"},
            "rules": [{"apiGroups": [group], "resources": ["roles"], "verbs": verbs}, ],
        })
    };
    // `*` on roles holds `escalate` too, as in Kubernetes; a rule on secrets would need it.
    create(&roles, role(&["get"])).await.unwrap();

    let narrow = api(&client, "rbac.authorization.k8s.io/v1", "Role", "default");
    let patch = kube::api::Patch::Merge(json!({"rules": [{"apiGroups": [group], "resources": ["roles"], "verbs": ["create", "get"]}]}));
    narrow.patch("roles", &kube::api::PatchParams::default(), &patch).await.unwrap();
    create(&roles, role(&["get"])).await.unwrap();
    let status = refusal(create(&roles, role(&["get", "delete"])).await);
    assert_eq!(status.code, 403);
    assert!(status.message.contains("is attempting to grant RBAC permissions not currently held:\n{APIGroups:[\"rbac.authorization.k8s.io\"], Resources:[\"roles\"], Verbs:[\"delete\"]}"), "{}", status.message);
}
