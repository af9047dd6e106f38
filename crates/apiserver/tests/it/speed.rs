//! How fast writes are, printed for whoever asks with `--ignored`.

use std::time::Instant;

use crate::world::{api, create, open};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, not a check"]
async fn writes_per_second() {
    const WRITES: usize = 4000;
    const CONCURRENT: usize = 16;
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    let start = Instant::now();
    let tasks = (0..CONCURRENT).map(|task| {
        let maps = maps.clone();
        tokio::spawn(async move {
            for number in 0..WRITES / CONCURRENT {
                let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("m-{task}-{number}")}, "data": {"a": "b"}});
                create(&maps, object).await.unwrap();
            }
        })
    });
    futures::future::try_join_all(tasks).await.unwrap();
    let rate = WRITES as f64 / start.elapsed().as_secs_f64();
    println!("writes: n={WRITES} per_second={rate:.0}");
}
