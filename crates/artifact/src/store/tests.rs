//! Tables of the artifact store.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::SystemTime;

use super::*;
use crate::File;

struct Place {
    _folder: tempfile::TempDir,
    store: Store,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("data"), Options::default()).unwrap();
    Place { _folder: folder, store }
}

fn home(name: &str) -> Home {
    Home::new("GitRepository", "shop", name).unwrap()
}

fn tree(content: &str) -> Tree {
    Tree::from_files([("a.yaml", File::new(content.to_owned()))]).unwrap()
}

fn blobs(store: &Store) -> usize {
    fs::read_dir(store.root().join(blob::FOLDER)).unwrap().count()
}

#[test]
fn an_artifact_lies_where_flux_puts_it_with_closed_modes() {
    let Place { store, _folder } = place();
    let stored = store.put_tree(&home("web"), "abc.tar.gz", &tree("a: 1")).unwrap();
    assert_eq!(stored.path, "gitrepository/shop/web/abc.tar.gz");
    let path = store.root().join(&stored.path);
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!((metadata.len(), metadata.mode() & 0o777), (stored.size_bytes, 0o600));
    assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(store.verify(&stored.path, &stored.digest).unwrap());
}

#[test]
fn objects_of_the_same_content_share_one_file_and_one_tree() {
    let Place { store, _folder } = place();
    let first = store.put_tree(&home("a"), "x.tar.gz", &tree("same")).unwrap();
    let second = store.put_tree(&home("b"), "x.tar.gz", &tree("same")).unwrap();
    assert_eq!(first.digest, second.digest);
    assert_eq!(blobs(&store), 1);
    let inode = |stored: &Stored| fs::metadata(store.root().join(&stored.path)).unwrap().ino();
    assert_eq!(inode(&first), inode(&second));
    let bytes = |tree: &Tree| tree.get("a.yaml").unwrap().bytes.as_ptr();
    assert_eq!(bytes(&store.tree(&first.digest).unwrap()), bytes(&store.tree(&second.digest).unwrap()));
}

#[test]
fn putting_the_same_again_changes_nothing() {
    let Place { store, _folder } = place();
    let first = store.put_tree(&home("a"), "x.tar.gz", &tree("1")).unwrap();
    assert_eq!(store.put_tree(&home("a"), "x.tar.gz", &tree("1")).unwrap(), first);
    let names: Vec<_> = fs::read_dir(store.root().join("gitrepository/shop/a")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "the file and its lock, no temporary name: {names:?}");
}

#[test]
fn a_tree_is_read_from_disk_after_a_restart() {
    let Place { store, _folder } = place();
    let stored = store.put_tree(&home("a"), "x.tar.gz", &tree("1")).unwrap();
    let reopened = Store::open(store.root(), Options::default()).unwrap();
    assert_eq!(reopened.tree(&stored.digest).unwrap(), tree("1"));
    assert!(matches!(reopened.tree(&Digest::of(b"other")), Err(StoreError::Gone(_))));
}

#[test]
fn torn_content_is_dropped_and_can_be_put_again() {
    let Place { store, _folder } = place();
    let stored = store.put_tree(&home("a"), "x.tar.gz", &tree("1")).unwrap();
    let path = store.root().join(&stored.path);
    let length = fs::metadata(&path).unwrap().len() as usize;
    fs::write(&path, vec![0; length]).unwrap();
    let reopened = Store::open(store.root(), Options::default()).unwrap();
    assert!(!reopened.verify(&stored.path, &stored.digest).unwrap());
    assert!(!path.exists());
    assert!(matches!(reopened.tree(&stored.digest), Err(StoreError::Gone(_))));
    reopened.put_tree(&home("a"), "x.tar.gz", &tree("1")).unwrap();
    assert!(reopened.verify(&stored.path, &stored.digest).unwrap());
}

#[test]
fn a_wiped_volume_shows_as_a_missing_artifact() {
    let Place { store, _folder } = place();
    let stored = store.put_tree(&home("a"), "x.tar.gz", &tree("1")).unwrap();
    fs::remove_dir_all(store.root().join("gitrepository")).unwrap();
    assert!(!store.verify(&stored.path, &stored.digest).unwrap());
}

#[test]
fn collecting_keeps_the_current_file_and_the_number_of_records() {
    let Place { store, _folder } = place();
    for name in ["1.tar.gz", "2.tar.gz", "3.tar.gz"] {
        store.put_tree(&home("a"), name, &tree(name)).unwrap();
    }
    let removed = store.collect(&home("a"), "3.tar.gz", SystemTime::now()).unwrap();
    assert_eq!(removed, ["1.tar.gz"]);
    let later = SystemTime::now() + Duration::from_secs(61);
    assert_eq!(store.collect(&home("a"), "3.tar.gz", later).unwrap(), ["2.tar.gz"]);
    assert!(store.collect(&home("a"), "3.tar.gz", later).unwrap().is_empty());
    assert_eq!(blobs(&store), 1);
}

#[test]
fn removing_an_object_leaves_the_content_that_others_share() {
    let Place { store, _folder } = place();
    let stored = store.put_tree(&home("a"), "x.tar.gz", &tree("same")).unwrap();
    store.put_tree(&home("b"), "x.tar.gz", &tree("same")).unwrap();
    store.link(&home("a"), "latest.tar.gz", "x.tar.gz").unwrap();
    store.remove(&home("a")).unwrap();
    store.remove(&home("a")).unwrap();
    assert_eq!(store.read(&stored.digest).unwrap().len() as u64, stored.size_bytes);
    store.remove(&home("b")).unwrap();
    assert_eq!(blobs(&store), 0);
}

#[test]
fn a_link_points_at_its_neighbour_and_can_be_moved() {
    let Place { store, _folder } = place();
    for name in ["1.tar.gz", "2.tar.gz"] {
        store.put(&home("a"), name, name.as_bytes()).unwrap();
        store.link(&home("a"), "latest.tar.gz", name).unwrap();
    }
    assert_eq!(fs::read(store.root().join("gitrepository/shop/a/latest.tar.gz")).unwrap(), b"2.tar.gz");
}

#[test]
fn names_that_would_leave_their_folder_are_refused() {
    for (kind, namespace, name) in [("GitRepository", "..", "a"), ("", "n", "a"), ("K", "n", "a/b"), ("K", ".blobs", "a")] {
        assert!(matches!(Home::new(kind, namespace, name), Err(StoreError::Name(_))));
    }
    let Place { store, _folder } = place();
    assert!(store.put(&home("a"), "../x", b"").is_err());
    assert!(store.verify("../outside", &Digest::of(b"")).is_err());
}
