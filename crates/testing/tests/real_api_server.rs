//! The real control plane of `testing/kube`: our CRDs install on it, judge objects as the table says, and it survives a kill.
#![allow(clippy::unwrap_used)] // A test may fail loudly anywhere, helpers included.

use kube::api::{Api, DynamicObject, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use testing::kube::KubeApiServer;

#[tokio::test(flavor = "multi_thread")]
async fn crds_accept_and_refuse_as_the_table_says() {
    let Some(server) = KubeApiServer::start_or_skip("crds_accept_and_refuse_as_the_table_says") else { return };
    let client = server.client().await.unwrap();
    testing::crds::install(&client).await.unwrap();
    let differences = testing::admission::differences(&client).await.unwrap();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_survives_a_kill() {
    let Some(mut server) = KubeApiServer::start_or_skip("what_was_written_survives_a_kill") else { return };
    let gvk = GroupVersionKind::gvk("", "v1", "ConfigMap");
    let resource = ApiResource::from_gvk(&gvk);
    let object = DynamicObject::new("kept", &resource).within("default");
    let maps = |client| Api::<DynamicObject>::namespaced_with(client, "default", &resource);
    maps(server.client().await.unwrap()).create(&PostParams::default(), &object).await.unwrap();
    let address = server.url().to_owned();
    server.kill();
    assert!(server.pid().is_none());
    server.restart().unwrap();
    assert_eq!(server.url(), address);
    maps(server.client().await.unwrap()).get("kept").await.unwrap();
}
