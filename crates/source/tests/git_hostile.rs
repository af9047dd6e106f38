//! Repositories that were made to harm. Each ends in an error that names the cause, or comes out without its sting.

#![allow(clippy::unwrap_used)] // a helper of tests may panic as a test may

use std::time::{Duration, Instant};

use artifact::Limits;
use failure::Code;
use source::git::{Fetched, GitLimits, GitReference, GitRequest, fetch, head};
use source::{Clients, Error, Result};
use tempfile::TempDir;
use testing::git::{HttpOptions, HttpServer, Repository};

fn limits() -> GitLimits {
    let tree = Limits { files_max: 20, file_bytes_max: 64 * 1024, tree_bytes_max: 128 * 1024, depth_max: 6, path_bytes_max: 256 };
    GitLimits { pack_bytes_max: 256 * 1024, tree, ..GitLimits::default() }
}

async fn fetch_made(make: impl FnOnce(&Repository)) -> Result<Fetched> {
    let root: TempDir = tempfile::tempdir().unwrap();
    let repository = Repository::init(root.path(), "app").unwrap();
    make(&repository);
    let server = HttpServer::start(root.path(), HttpOptions::default()).await.unwrap();
    let reference = GitReference { branch: Some("main".into()), ..GitReference::default() };
    let request = GitRequest { url: format!("{}/app", server.url), reference, limits: limits(), ..GitRequest::default() };
    fetch(&Clients::default(), &request).await
}

/// Commits a tree of raw entries, which git itself would not check out.
fn commit_raw(repository: &Repository, entries: &[u8]) {
    std::fs::write(repository.folder().join("raw"), entries).unwrap();
    let tree = repository.git(&["hash-object", "-w", "--literally", "-t", "tree", "raw"]).unwrap();
    let commit = repository.git(&["commit-tree", "-m", "raw", &tree]).unwrap();
    repository.git(&["update-ref", "refs/heads/main", &commit]).unwrap();
}

fn entry(repository: &Repository, mode: &str, name: &str) -> Vec<u8> {
    std::fs::write(repository.folder().join("content"), "x").unwrap();
    let hash = repository.git(&["hash-object", "-w", "content"]).unwrap();
    let raw = (0..hash.len()).step_by(2).map(|index| u8::from_str_radix(&hash[index..index + 2], 16).unwrap());
    [mode.as_bytes(), b" ", name.as_bytes(), b"\0"].concat().into_iter().chain(raw).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_git_would_not_check_out_fail_the_checkout() {
    for name in ["..", ".", ".git", ".GIT", "a/b"] {
        let result = fetch_made(|repository| commit_raw(repository, &entry(repository, "100644", name))).await;
        assert!(matches!(result, Err(Error::Operation { .. } | Error::Tree(_))), "{name}: {result:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn symbolic_links_are_dropped() {
    let fetched = fetch_made(|repository| {
        std::os::unix::fs::symlink("/etc/passwd", repository.folder().join("link")).unwrap();
        repository.write("a.yaml", "a: 1\n").unwrap();
        repository.commit("link").unwrap();
    });
    assert_eq!(fetched.await.unwrap().tree.iter().map(|(path, _)| path.to_owned()).collect::<Vec<_>>(), ["a.yaml"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_limit_ends_in_its_own_error() {
    type Make = fn(&Repository);
    let cases: [(Make, &str); 5] = [
        (|repository| repository.write("zeros", vec![0; 1024 * 1024]).unwrap(), "file_bytes_max"),
        (|repository| (0..21).for_each(|n| repository.write(&format!("f{n}"), "x").unwrap()), "files_max"),
        (|repository| repository.write("a/b/c/d/e/f/g/h", "x").unwrap(), "depth_max"),
        (|repository| (0..3).for_each(|n| repository.write(&format!("f{n}"), vec![n; 60_000]).unwrap()), "tree_bytes_max"),
        (
            |repository| {
                repository.write(&"x".repeat(250), "x").and_then(|()| repository.write(&format!("d/{}", "y".repeat(255)), "x")).unwrap()
            },
            "path_bytes_max",
        ),
    ];
    for (make, limit) in cases {
        let result = fetch_made(|repository| {
            make(repository);
            repository.commit("large").unwrap();
        })
        .await;
        let error = result.unwrap_err();
        assert!(error.to_string().contains(limit) && error.code() == Code::LimitExceeded, "{limit}: {error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_larger_than_the_limit_is_cut_off() {
    let result = fetch_made(|repository| {
        let mut state = 1_u64;
        for file in 0..8 {
            let content: Vec<u8> = (0..60_000)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 56) as u8
                })
                .collect();
            repository.write(&format!("noise{file}"), content).unwrap();
        }
        repository.commit("noise").unwrap();
    });
    let error = result.await.unwrap_err();
    assert!(error.to_string().contains("pack_bytes_max"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_ends_at_the_timeout() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/app", listener.local_addr().unwrap());
    let request = GitRequest { url, timeout: Duration::from_millis(300), ..GitRequest::default() };
    let start = Instant::now();
    assert!(matches!(head(&Clients::default(), &request).await, Err(Error::Timeout(_))));
    assert!(start.elapsed() < Duration::from_secs(5));
}
