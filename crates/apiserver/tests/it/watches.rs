//! Watches: order, selectors, bookmarks, expiry.

use std::time::Duration;

use crate::world::{api, create, open};
use futures::{StreamExt, TryStreamExt, pin_mut};
use kube::api::{Patch, PatchParams, WatchEvent, WatchParams};
use kube::runtime::watcher;
use serde_json::json;

fn config_map(name: &str, colour: &str) -> serde_json::Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"colour": colour}}})
}

#[tokio::test]
async fn leaving_a_selector_is_told_as_a_deletion() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    let start = create(&maps, config_map("zero", "none")).await.unwrap().metadata.resource_version.unwrap();
    let events = maps.watch(&WatchParams::default().labels("colour=red"), &start).await.unwrap().boxed();
    pin_mut!(events);
    create(&maps, config_map("one", "blue")).await.unwrap();
    for colour in ["red", "red", "green"] {
        let patch = json!({"metadata": {"labels": {"colour": colour, "x": colour.len().to_string()}}, "data": {"at": uuid_like()}});
        maps.patch("one", &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
    }
    let mut kinds = Vec::new();
    while kinds.len() < 3 {
        kinds.push(match events.try_next().await.unwrap().unwrap() {
            WatchEvent::Added(_) => "added",
            WatchEvent::Modified(_) => "modified",
            WatchEvent::Deleted(_) => "deleted",
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(kinds, ["added", "modified", "deleted"]);
}

fn uuid_like() -> String {
    format!("{:?}", std::time::Instant::now())
}

#[tokio::test]
async fn a_revision_that_was_never_kept_is_gone() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    create(&maps, config_map("one", "red")).await.unwrap();
    let events = maps.watch(&WatchParams::default().timeout(1), "0").await.unwrap().boxed();
    let first = events.into_future().await.0.unwrap().unwrap();
    assert!(matches!(first, WatchEvent::Added(_)), "revision 0 begins with the state");
}

#[tokio::test]
async fn a_watch_ends_at_its_timeout_with_a_bookmark() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    let start = create(&maps, config_map("one", "red")).await.unwrap().metadata.resource_version.unwrap();
    let events: Vec<_> = maps.watch(&WatchParams::default().timeout(1), &start).await.unwrap().try_collect().await.unwrap();
    assert!(matches!(events[..], [WatchEvent::Bookmark(_)]), "{events:?}");
}

#[tokio::test]
async fn kube_watchers_list_and_stream() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "kube-public");
    create(&maps, config_map("one", "red")).await.unwrap();
    for config in [watcher::Config::default(), watcher::Config::default().streaming_lists()] {
        let events = watcher(maps.clone(), config);
        pin_mut!(events);
        let mut seen = Vec::new();
        while !matches!(seen.last(), Some(watcher::Event::InitDone)) {
            seen.push(tokio::time::timeout(Duration::from_secs(5), events.try_next()).await.unwrap().unwrap().unwrap());
        }
        let objects = seen.iter().filter(|event| matches!(event, watcher::Event::InitApply(_))).count();
        assert_eq!(objects, 1, "{seen:?}");
        maps.patch("one", &PatchParams::default(), &Patch::Merge(json!({"data": {"at": uuid_like()}}))).await.unwrap();
        let next = events.try_next().await.unwrap().unwrap();
        assert!(matches!(next, watcher::Event::Apply(_)), "{next:?}");
    }
}
