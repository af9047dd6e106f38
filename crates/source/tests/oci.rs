//! OCI artifacts against a real registry.

#![allow(clippy::unwrap_used)] // a helper of tests may panic as a test may

use artifact::{File, Tree};
use object::Sensitive;
use serde_json::json;
use source::oci::{Content, DockerConfig, FLUX_LAYER, LayerSelector, Login, OciReference, OciRequest, Operation, Resolved, pull, resolve};
use source::{Clients, Error};
use testing::registry::{Access, Layer, PASSWORD, Registry, USER};

async fn registry(access: Access) -> Option<Registry> {
    match Registry::start(access).await {
        Ok(registry) => Some(registry),
        Err(error) => {
            eprintln!("SKIPPED: {error:#}");
            None
        }
    }
}

fn tree() -> Tree {
    Tree::from_files([("deploy/app.yaml", File::new("kind: ConfigMap\n")), ("README.md", File::new("hello"))]).unwrap()
}

fn layer() -> Layer {
    Layer { media_type: FLUX_LAYER.to_owned(), bytes: artifact::pack(&tree()).bytes.to_vec() }
}

fn request(registry: &Registry, reference: OciReference) -> OciRequest {
    OciRequest { url: format!("oci://{}/org/app", registry.host), reference, ..OciRequest::default() }
}

fn tag(name: &str) -> OciReference {
    OciReference { tag: Some(name.to_owned()), ..OciReference::default() }
}

async fn fetch(clients: &Clients, request: &OciRequest) -> (Resolved, source::oci::Pulled) {
    let resolved = resolve(clients, request).await.unwrap();
    let pulled = pull(clients, request, &resolved).await.unwrap();
    (resolved, pulled)
}

#[tokio::test]
async fn tags_digests_and_ranges_give_revision_files_and_annotations() {
    let Some(registry) = registry(Access::Open).await else { return };
    let annotations = json!({"org.opencontainers.image.revision": "main@sha1:00"});
    let mut digest = String::new();
    for name in ["latest", "1.0.0", "v1.2.0", "1.2.0-rc.1", "2.0.0", "1.9-dev"] {
        digest = registry.push("org/app", name, &[layer()], annotations.clone()).await.unwrap();
    }
    let clients = Clients::default();
    let semver = |range: &str, filter: Option<&str>| OciReference {
        semver: Some(range.into()),
        semver_filter: filter.map(Into::into),
        ..OciReference::default()
    };
    let cases = [
        (OciReference::default(), format!("latest@{digest}")),
        (tag("1.0.0"), format!("1.0.0@{digest}")),
        (semver("1.x", None), format!("v1.2.0@{digest}")),
        (semver(">=1.0.0-0", Some("rc")), format!("1.2.0-rc.1@{digest}")),
        (OciReference { digest: Some(digest.clone()), ..tag("ignored") }, digest.clone()),
    ];
    for (reference, revision) in cases {
        let (resolved, pulled) = fetch(&clients, &request(&registry, reference)).await;
        assert_eq!(resolved.revision(), revision);
        assert_eq!(pulled.content, Content::Tree(tree()));
        assert_eq!(pulled.metadata["org.opencontainers.image.revision"], "main@sha1:00");
    }
}

#[tokio::test]
async fn sources_of_one_repository_share_one_tree() {
    let Some(registry) = registry(Access::Open).await else { return };
    registry.push("org/app", "latest", &[layer()], json!({})).await.unwrap();
    let clients = Clients::default();
    let request = request(&registry, OciReference::default());
    let (first, second) = (fetch(&clients, &request).await.1, fetch(&clients, &request).await.1);
    let place = |content: &Content| match content {
        Content::Tree(tree) => tree.get("README.md").unwrap().bytes.as_ptr(),
        Content::Layer(bytes) => bytes.as_ptr(),
    };
    assert_eq!(place(&first.content), place(&second.content));
}

#[tokio::test]
async fn layers_are_chosen_by_type_and_copied_as_they_are() {
    let Some(registry) = registry(Access::Open).await else { return };
    let other = Layer { media_type: "text/plain".into(), bytes: b"plain".to_vec() };
    registry.push("org/app", "latest", &[layer(), other], json!({})).await.unwrap();
    let clients = Clients::default();
    let with = |media_type: &str, operation| OciRequest {
        layer: LayerSelector { media_type: Some(media_type.into()), operation },
        ..request(&registry, OciReference::default())
    };
    let copied = fetch(&clients, &with("text/plain", Operation::Copy)).await.1;
    assert_eq!(copied.content, Content::Layer(b"plain".as_slice().into()));
    let resolved = resolve(&clients, &with("text/plain", Operation::Extract)).await.unwrap();
    assert!(matches!(pull(&clients, &with("text/plain", Operation::Extract), &resolved).await, Err(Error::Archive(_))));
    let missing = pull(&clients, &with("none", Operation::Copy), &resolved).await.unwrap_err();
    assert_eq!(missing.to_string(), "failed to find layer with media type 'none' in artifact");
}

#[tokio::test]
async fn logins_are_used_for_their_registry_and_never_shown() {
    let Some(registry) = registry(Access::Login).await else { return };
    registry.push("org/app", "latest", &[layer()], json!({})).await.unwrap();
    let clients = Clients::default();
    let with = |host: &str, password: &str| {
        let login = Login::Basic { username: Sensitive::new(USER), password: Sensitive::new(password) };
        OciRequest { logins: vec![DockerConfig::single(host, login)], ..request(&registry, OciReference::default()) }
    };
    assert_eq!(fetch(&clients, &with(&registry.host, PASSWORD)).await.1.content, Content::Tree(tree()));
    for request in [with(&registry.host, "canary"), with("example.com", PASSWORD), request(&registry, OciReference::default())] {
        let error = resolve(&clients, &request).await.unwrap_err();
        assert!(matches!(error, Error::AuthenticationFailed { .. }), "{error:?}");
        assert!(!format!("{error:?}").contains("canary"));
    }
}

#[tokio::test]
async fn what_does_not_exist_is_said_to_be_missing() {
    let Some(registry) = registry(Access::Open).await else { return };
    registry.push("org/app", "1.0.0", &[layer()], json!({})).await.unwrap();
    let clients = Clients::default();
    assert!(matches!(resolve(&clients, &request(&registry, tag("none"))).await, Err(Error::RefNotFound(_))));
    let range = OciReference { semver: Some(">1".into()), ..OciReference::default() };
    let error = resolve(&clients, &request(&registry, range)).await.unwrap_err();
    assert_eq!((error.oci_reason(), error.to_string().contains("no match found for semver: >1")), ("ReadOperationFailed", true));
    let nowhere = OciRequest { url: "oci://127.0.0.1:1/a".into(), ..request(&registry, tag("x")) };
    assert!(matches!(resolve(&clients, &nowhere).await, Err(Error::Unreachable { .. })));
    let metadata = OciRequest { url: "oci://169.254.169.254/a".into(), ..request(&registry, tag("x")) };
    assert!(matches!(resolve(&clients, &metadata).await, Err(Error::UrlInvalid { .. })));
}
