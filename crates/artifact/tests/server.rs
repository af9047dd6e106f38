//! The file server over a store, asked by hand.

#![allow(clippy::unwrap_used)] // a helper of tests may panic as a test may

use std::time::Duration;

use artifact::{File, Home, Options, Store, Tree, server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn ask(address: std::net::SocketAddr, method: &str, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn artifacts_are_served_whole_in_parts_and_as_listings_until_the_stop() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Options::default()).unwrap();
    let home = Home::new("GitRepository", "shop", "web").unwrap();
    let stored = store.put(&home, "text.yaml", b"0123456789").unwrap();
    store.link(&home, "index.yaml", "text.yaml").unwrap();
    store.put_tree(&home, "a.tar.gz", &Tree::from_files([("a", File::new("1"))]).unwrap()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(listener, folder.path().to_path_buf(), async move { stopped.await.unwrap_or(()) }));

    let path = format!("/{}", stored.path);
    assert!(ask(address, "GET", &path, "").await.ends_with("\r\n\r\n0123456789"));
    assert!(ask(address, "GET", "/gitrepository/shop/web/index.yaml", "").await.ends_with("0123456789"));
    let head = ask(address, "HEAD", &path, "").await;
    assert!(head.contains("content-length: 10") && head.ends_with("\r\n\r\n"), "{head}");
    let part = ask(address, "GET", &path, "range: bytes=2-4\r\n").await;
    assert!(part.starts_with("HTTP/1.1 206") && part.contains("content-range: bytes 2-4/10") && part.ends_with("\r\n\r\n234"), "{part}");
    assert!(ask(address, "GET", &path, "range: bytes=10-\r\n").await.starts_with("HTTP/1.1 416"));
    let listing = ask(address, "GET", "/gitrepository/shop/web/", "").await;
    assert!(listing.contains("a.tar.gz") && listing.contains("index.yaml"), "{listing}");
    assert!(!ask(address, "GET", "/", "").await.contains("blobs"));
    assert!(ask(address, "GET", "/none", "").await.starts_with("HTTP/1.1 404"));
    assert!(ask(address, "POST", &path, "").await.starts_with("HTTP/1.1 405"));

    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(6), serving).await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
