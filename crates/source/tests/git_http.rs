//! Git over HTTP against git's own server.

#![allow(clippy::unwrap_used)] // a helper of tests may panic as a test may

use object::Sensitive;
use source::git::{GitAuth, GitReference, GitRequest, fetch, head};
use source::{Clients, Error};
use tempfile::TempDir;
use testing::git::{HttpOptions, HttpServer, Repository};

struct World {
    root: TempDir,
    repository: Repository,
    first: String,
    second: String,
}

fn world() -> World {
    let root = tempfile::tempdir().unwrap();
    let repository = Repository::init(root.path(), "app").unwrap();
    repository.write("deploy/app.yaml", "kind: ConfigMap\n").unwrap();
    repository.write("run.sh", "#!/bin/sh\n").unwrap();
    let script = repository.folder().join("run.sh");
    std::fs::set_permissions(script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let first = repository.commit("First commit\n\nwith a body").unwrap();
    repository.git(&["tag", "v1.0.0"]).unwrap();
    repository.git(&["branch", "old"]).unwrap();
    repository.write("deploy/second.yaml", "kind: Secret\n").unwrap();
    let second = repository.commit("Second").unwrap();
    repository.git(&["tag", "-a", "v1.1.0", "-m", "annotated"]).unwrap();
    repository.git(&["update-ref", "refs/pull/7/head", &first]).unwrap();
    World { root, repository, first, second }
}

fn request(server: &HttpServer, reference: GitReference) -> GitRequest {
    GitRequest { url: format!("{}/app", server.url), reference, ..GitRequest::default() }
}

fn branch(name: &str) -> GitReference {
    GitReference { branch: Some(name.into()), ..GitReference::default() }
}

fn paths(tree: &artifact::Tree) -> Vec<String> {
    tree.iter().map(|(path, _)| path.to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_reference_gives_its_revision_and_files() {
    let world = world();
    let (first, second) = (&world.first, &world.second);
    for old_protocol in [false, true] {
        let server = HttpServer::start(world.root.path(), HttpOptions { old_protocol, ..HttpOptions::default() }).await.unwrap();
        let clients = Clients::default();
        let reference = GitReference::default;
        let cases = [
            (branch("main"), format!("main@sha1:{second}"), 3),
            (branch("old"), format!("old@sha1:{first}"), 2),
            (GitReference { tag: Some("v1.0.0".into()), ..reference() }, format!("v1.0.0@sha1:{first}"), 2),
            (GitReference { tag: Some("v1.1.0".into()), ..reference() }, format!("v1.1.0@sha1:{second}"), 3),
            (GitReference { semver: Some("1.x".into()), ..reference() }, format!("v1.1.0@sha1:{second}"), 3),
            (GitReference { semver: Some("<1.1".into()), ..reference() }, format!("v1.0.0@sha1:{first}"), 2),
            (GitReference { name: Some("refs/pull/7/head".into()), ..reference() }, format!("refs/pull/7/head@sha1:{first}"), 2),
            (GitReference { name: Some("refs/heads/main".into()), ..reference() }, format!("refs/heads/main@sha1:{second}"), 3),
            (GitReference { commit: Some(first.clone()), ..reference() }, format!("sha1:{first}"), 2),
            (GitReference { commit: Some(first.clone()), ..branch("main") }, format!("main@sha1:{first}"), 2),
        ];
        for (reference, revision, files) in cases {
            let request = request(&server, reference);
            assert_eq!(head(&clients, &request).await.unwrap().revision, revision);
            let fetched = fetch(&clients, &request).await.unwrap();
            assert_eq!((fetched.revision, fetched.tree.len()), (revision, files), "{:?}", request.reference);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fetched_commit_carries_its_message_author_and_modes() {
    let world = world();
    let server = HttpServer::start(world.root.path(), HttpOptions::default()).await.unwrap();
    let request = request(&server, GitReference { tag: Some("v1.1.0".into()), ..GitReference::default() });
    let fetched = fetch(&Clients::default(), &request).await.unwrap();
    assert_eq!(paths(&fetched.tree), ["deploy/app.yaml", "deploy/second.yaml", "run.sh"]);
    assert!(fetched.tree.get("run.sh").unwrap().executable && !fetched.tree.get("deploy/app.yaml").unwrap().executable);
    let commit = fetched.commit;
    assert_eq!((commit.hash.as_str(), commit.short_message().as_str()), (world.second.as_str(), "Second"));
    assert_eq!((commit.author.name.as_str(), commit.committer.name.as_str(), commit.author.seconds), ("Ada", "Bob", 1_767_323_045));
    let tag = commit.tag.unwrap();
    assert_eq!((tag.name.as_str(), tag.message.trim()), ("v1.1.0", "annotated"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_the_head_downloads_no_pack() {
    let world = world();
    let server = HttpServer::start(world.root.path(), HttpOptions::default()).await.unwrap();
    head(&Clients::default(), &request(&server, branch("main"))).await.unwrap();
    assert_eq!(server.seen().len(), 2, "one handshake, one listing: {:?}", server.seen());
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_open_the_door_and_wrong_ones_are_not_shown() {
    let world = world();
    let options = HttpOptions { authorization: Some("Basic YWRhOmNhbmFyeQ==".into()), ..HttpOptions::default() };
    let server = HttpServer::start(world.root.path(), options).await.unwrap();
    let clients = Clients::default();
    let basic = |password: &str| GitAuth::Basic { username: Sensitive::new("ada"), password: Sensitive::new(password) };
    let with = |auth| GitRequest { auth, ..request(&server, branch("main")) };
    assert!(head(&clients, &with(basic("canary"))).await.is_ok());
    assert!(fetch(&clients, &with(basic("canary"))).await.is_ok());
    for auth in [basic("canary-wrong"), GitAuth::Anonymous, GitAuth::Bearer(Sensitive::new("canary-token"))] {
        let error = head(&clients, &with(auth)).await.unwrap_err();
        assert!(matches!(error, Error::AuthenticationFailed { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
    let in_url = GitRequest { url: server.url.replace("http://", "http://ada:canary@") + "/app", ..with(GitAuth::Anonymous) };
    assert!(head(&clients, &in_url).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_do_not_follow_a_redirect_to_another_host() {
    let world = world();
    let target = HttpServer::start(world.root.path(), HttpOptions::default()).await.unwrap();
    let options = HttpOptions { redirect_to: Some(target.url.clone()), ..HttpOptions::default() };
    let server = HttpServer::start(world.root.path(), options).await.unwrap();
    let auth = GitAuth::Basic { username: Sensitive::new("ada"), password: Sensitive::new("canary") };
    let request = GitRequest { auth, ..request(&server, branch("main")) };
    assert!(fetch(&Clients::default(), &request).await.is_ok());
    assert!(server.seen().iter().all(|seen| seen.authorization.is_some()));
    assert!(!target.seen().is_empty() && target.seen().iter().all(|seen| seen.authorization.is_none()), "{:?}", target.seen());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_said_to_be_missing() {
    let world = world();
    Repository::init(world.root.path(), "empty").unwrap();
    let server = HttpServer::start(world.root.path(), HttpOptions::default()).await.unwrap();
    let clients = Clients::default();
    let missing = [
        branch("none"),
        GitReference { tag: Some("none".into()), ..GitReference::default() },
        GitReference { semver: Some(">2".into()), ..GitReference::default() },
        GitReference { name: Some("refs/none".into()), ..GitReference::default() },
    ];
    for reference in missing {
        let error = head(&clients, &request(&server, reference)).await.unwrap_err();
        assert!(matches!(error, Error::RefNotFound(_)), "{error:?}");
    }
    let gone = GitReference { commit: Some("1".repeat(40)), ..GitReference::default() };
    assert!(matches!(fetch(&clients, &request(&server, gone)).await, Err(Error::RefNotFound(_))));
    let at = |name: &str| GitRequest { url: format!("{}/{name}", server.url), ..request(&server, branch("main")) };
    assert!(matches!(head(&clients, &at("empty")).await, Err(Error::EmptyRepository)));
    assert!(matches!(head(&clients, &at("vanished")).await, Err(Error::RefNotFound(text)) if text.contains("/vanished")));
    drop(server.seen());
    let nowhere = GitRequest { url: "http://127.0.0.1:1/app".into(), ..at("app") };
    assert!(matches!(head(&clients, &nowhere).await, Err(Error::Unreachable { .. })));
    let metadata = GitRequest { url: "http://169.254.169.254/app".into(), ..at("app") };
    assert!(matches!(head(&clients, &metadata).await, Err(Error::UrlInvalid { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn sparse_paths_are_all_that_is_checked_out_and_each_must_exist() {
    let world = world();
    let server = HttpServer::start(world.root.path(), HttpOptions::default()).await.unwrap();
    let clients = Clients::default();
    let with =
        |sparse: &[&str]| GitRequest { sparse: sparse.iter().map(|path| (*path).to_owned()).collect(), ..request(&server, branch("main")) };
    let fetched = fetch(&clients, &with(&["./deploy"])).await.unwrap();
    assert_eq!(paths(&fetched.tree), ["deploy/app.yaml", "deploy/second.yaml"]);
    let error = fetch(&clients, &with(&["deploy", "none"])).await.unwrap_err();
    assert!(matches!(&error, Error::PathNotFound { path, .. } if path == "none"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn submodules_come_along_when_asked_for() {
    let world = world();
    let library = Repository::init(world.root.path(), "library").unwrap();
    library.write("lib.yaml", "a: 1\n").unwrap();
    library.commit("library").unwrap();
    let library_path = library.folder().display().to_string();
    world.repository.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &library_path, "vendor/lib"]).unwrap();
    world.repository.git(&["config", "-f", ".gitmodules", "submodule.vendor/lib.url", "../library"]).unwrap();
    world.repository.commit("with a submodule").unwrap();
    let server = HttpServer::start(world.root.path(), HttpOptions::default()).await.unwrap();
    let clients = Clients::default();
    let plain = fetch(&clients, &request(&server, branch("main"))).await.unwrap();
    assert!(plain.tree.get("vendor/lib/lib.yaml").is_none());
    let request = GitRequest { recurse_submodules: true, ..request(&server, branch("main")) };
    let with = fetch(&clients, &request).await.unwrap();
    assert_eq!(with.tree.get("vendor/lib/lib.yaml").unwrap().bytes, "a: 1\n");
}
