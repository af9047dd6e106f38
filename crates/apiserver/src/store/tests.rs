//! What the store promises, without any kind.

use super::*;
use serde_json::json;

fn id() -> CollectionId {
    "things".into()
}

fn put(store: &Store, namespace: &str, name: &str, expect: Expect) -> Result<Arc<Stored>, Refused> {
    store.commit(&id(), &Key::new(namespace, name), expect, Change::Put(json!({"metadata": {"name": name}})))
}

#[test]
fn revisions_rise_with_each_commit_and_stand_in_the_bytes() {
    let store = Store::memory();
    let first = put(&store, "a", "x", Expect::Absent).unwrap();
    let second = put(&store, "a", "y", Expect::Absent).unwrap();
    assert_eq!(second.revision, first.revision + 1);
    assert_eq!(second.value()["metadata"]["resourceVersion"], second.revision.to_string());
}

#[test]
fn an_expectation_that_does_not_hold_changes_nothing() {
    let store = Store::memory();
    let object = put(&store, "a", "x", Expect::Absent).unwrap();
    assert_eq!(put(&store, "a", "x", Expect::Absent).unwrap_err(), Refused::Exists);
    assert_eq!(put(&store, "a", "x", Expect::Revision(99)).unwrap_err(), Refused::Moved);
    assert_eq!(put(&store, "a", "y", Expect::Revision(99)).unwrap_err(), Refused::Missing);
    assert_eq!(store.revision(), object.revision);
}

#[test]
fn a_list_of_one_namespace_holds_no_other() {
    let store = Store::memory();
    for (namespace, name) in [("a", "x"), ("ab", "y"), ("b", "z"), ("a", "w")] {
        put(&store, namespace, name, Expect::Absent).unwrap();
    }
    let names = |namespace| store.list("things", namespace).objects.iter().map(|object| object.key.name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(Some("a")), ["w", "x"]);
    assert_eq!(names(None), ["w", "x", "y", "z"]);
}

#[test]
fn events_tell_old_and_new() {
    let store = Store::memory();
    let object = put(&store, "a", "x", Expect::Absent).unwrap();
    let change = Change::Delete(object.value());
    store.commit(&id(), &object.key, Expect::Revision(object.revision), change).unwrap();
    let events = store.events(&id(), object.revision).unwrap().events;
    assert_eq!(events.len(), 1);
    assert!(events[0].deleted);
    assert_eq!(events[0].old.as_ref().unwrap().revision, object.revision);
}

#[tokio::test]
async fn a_file_gives_back_what_was_flushed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.redb");
    let store = Store::file(&path).unwrap();
    let kept = put(&store, "a", "x", Expect::Absent).unwrap();
    let gone = put(&store, "a", "y", Expect::Absent).unwrap();
    store.commit(&id(), &gone.key, Expect::Revision(gone.revision), Change::Delete(gone.value())).unwrap();
    store.keep("token", b"secret");
    store.flushed().await;
    let revision = store.revision();
    drop(store);

    let store = Store::file(&path).unwrap();
    assert_eq!(store.revision(), revision);
    assert_eq!(store.list("things", None).objects.len(), 1);
    assert_eq!(store.get("things", &kept.key).unwrap().json, kept.json);
    assert_eq!(store.keepsake("token").unwrap(), b"secret");
    assert!(store.events(&id(), 1).is_err(), "history before the file was opened is not known");
}
