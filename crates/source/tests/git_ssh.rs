//! Git over ssh against OpenSSH's own server.

#![allow(clippy::unwrap_used)] // a helper of tests may panic as a test may

use object::Sensitive;
use source::git::{GitAuth, GitReference, GitRequest, SshIdentity, fetch, head};
use source::{Clients, Error};
use testing::git::{Repository, SshKey, SshServer};

struct World {
    _root: tempfile::TempDir,
    server: SshServer,
    url: String,
    commit: String,
}

/// A served repository, or nothing where sshd is not installed.
fn world(key: &SshKey) -> Option<World> {
    let root = tempfile::tempdir().unwrap();
    let repository = Repository::init(root.path(), "it's an app").unwrap();
    repository.write("a.yaml", "a: 1\n").unwrap();
    let commit = repository.commit("over ssh").unwrap();
    match SshServer::start(key) {
        Ok(server) => {
            let url = format!("{}{}/it's%20an%20app", server.url, root.path().display());
            Some(World { _root: root, server, url, commit })
        }
        Err(error) => {
            eprintln!("SKIPPED: {error:#}");
            None
        }
    }
}

fn request(world: &World, key: &SshKey, passphrase: Option<&str>, known_hosts: &str) -> GitRequest {
    let identity = SshIdentity {
        private_key: Sensitive::new(key.private.as_bytes()),
        passphrase: passphrase.map(|text| Sensitive::new(text.as_bytes())),
        known_hosts: known_hosts.to_owned(),
    };
    let reference = GitReference { branch: Some("main".into()), ..GitReference::default() };
    GitRequest { url: world.url.clone(), auth: GitAuth::Ssh(identity), reference, ..GitRequest::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_server_is_fetched_from_with_keys_of_each_kind() {
    for (kind, passphrase) in [("ed25519", ""), ("ed25519", "open sesame"), ("ecdsa", ""), ("rsa", "")] {
        let key = SshKey::generate(kind, passphrase).unwrap();
        let Some(world) = world(&key) else { return };
        let request = request(&world, &key, Some(passphrase).filter(|text| !text.is_empty()), &world.server.known_hosts);
        let revision = format!("main@sha1:{}", world.commit);
        let found = head(&Clients::default(), &request).await;
        assert_eq!(found.unwrap_or_else(|error| panic!("{error}: {}", world.server.log())).revision, revision);
        assert_eq!(fetch(&Clients::default(), &request).await.unwrap().tree.get("a.yaml").unwrap().bytes, "a: 1\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_server_key_or_user_key_is_refused() {
    let key = SshKey::generate("ed25519", "").unwrap();
    let Some(world) = world(&key) else { return };
    let clients = Clients::default();
    let good = &world.server.known_hosts;
    let host = good.split(' ').next().unwrap();
    let other = SshKey::generate("ed25519", "").unwrap();
    let swapped = format!("{host} {}", other.public);
    let cases = [(&key, swapped.as_str()), (&key, ""), (&key, "example.com ssh-ed25519 AAAA"), (&other, good.as_str())];
    for (key, known_hosts) in cases {
        let error = head(&clients, &request(&world, key, None, known_hosts)).await.unwrap_err();
        assert!(matches!(error, Error::AuthenticationFailed { .. } | Error::Credentials(_)), "{error:?}");
    }
    let encrypted = SshKey::generate("ed25519", "right").unwrap();
    let error = head(&clients, &request(&world, &encrypted, Some("wrong"), good)).await.unwrap_err();
    assert!(matches!(error, Error::Credentials(_)), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_repository_is_told_in_the_servers_words() {
    let key = SshKey::generate("ed25519", "").unwrap();
    let Some(world) = world(&key) else { return };
    let known_hosts = world.server.known_hosts.clone();
    let request = GitRequest { url: format!("{}/vanished", world.server.url), ..request(&world, &key, None, &known_hosts) };
    let error = head(&Clients::default(), &request).await.unwrap_err();
    assert!(matches!(&error, Error::RefNotFound(text) if text.contains("vanished")), "{error:?}");
}
