//! The same server over HTTPS: tokens, certificates, and a file that survives a restart.

use apiserver::{ApiServer, Authorization, Options, Store};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::json;

use crate::world::{api, create, refusal};

async fn client(kubeconfig: &str, token: Option<&str>) -> Client {
    let mut kubeconfig = Kubeconfig::from_yaml(kubeconfig).unwrap();
    if let (Some(token), Some(user)) = (token, kubeconfig.auth_infos[0].auth_info.as_mut()) {
        *user = serde_json::from_value(json!({"token": token})).unwrap();
    }
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    Client::try_from(config).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_proves_itself_by_its_token() {
    let server = ApiServer::open(Options { authorization: Authorization::Rbac, ..Options::default() }).unwrap();
    let serving = server.serve("127.0.0.1:0").await.unwrap();
    let admin = client(&serving.kubeconfig, None).await;
    let accounts = api(&admin, "v1", "ServiceAccount", "default");
    create(&accounts, json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "builder"}})).await.unwrap();
    let request = http::Request::post("/api/v1/namespaces/default/serviceaccounts/builder/token");
    let request = request.body(json!({"spec": {"expirationSeconds": 600}}).to_string().into_bytes()).unwrap();
    let issued: serde_json::Value = admin.request(request).await.unwrap();
    let token = issued["status"]["token"].as_str().unwrap();

    let builder = client(&serving.kubeconfig, Some(token)).await;
    let status = refusal(api(&builder, "v1", "Secret", "default").list(&Default::default()).await);
    assert!(status.message.starts_with("secrets is forbidden: User \"system:serviceaccount:default:builder\""), "{}", status.message);
    let status =
        refusal(api(&client(&serving.kubeconfig, Some("nonsense")).await, "v1", "Secret", "default").list(&Default::default()).await);
    assert_eq!(status.code, 401);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_keeps_objects_and_the_authority() {
    let folder = tempfile::tempdir().unwrap();
    let options = || Options { store: Store::File(folder.path().join("state")), ..Options::default() };
    let server = ApiServer::open(options()).unwrap();
    let old = server.serve("127.0.0.1:0").await.unwrap();
    let maps = api(&client(&old.kubeconfig, None).await, "v1", "ConfigMap", "default");
    let made = create(&maps, json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept"}})).await.unwrap();
    server.shutdown().await;
    drop((server, maps));

    let server = loop {
        // The old connection's task may hold the file for a moment.
        match ApiServer::open(options()) {
            Ok(server) => break server,
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let new = server.serve_on(listener).unwrap();
    let kubeconfig = old.kubeconfig.replace(&old.address.to_string(), &new.address.to_string());
    let maps = api(&client(&kubeconfig, None).await, "v1", "ConfigMap", "default");
    assert_eq!(maps.get("kept").await.unwrap().metadata.uid, made.metadata.uid);
}
