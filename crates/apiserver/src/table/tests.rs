//! What `kubectl get` would print.

use super::*;
use crate::registry::Registry;
use crate::store::Key;

fn row_of(group: &str, plural: &str, object: Value) -> Vec<Value> {
    let resolved = Registry::new().find(group, "v1", plural).unwrap();
    let stored = Stored::freeze(Key::new("a", "b"), object, 1);
    let table = table(&resolved, Include::Metadata, &[&stored], &json!({}));
    table["rows"][0]["cells"].as_array().unwrap().clone()
}

#[test]
fn a_deployment_shows_its_counts() {
    let object = json!({"metadata": {"name": "web"}, "spec": {"replicas": 3}, "status": {"readyReplicas": 1, "updatedReplicas": 2}});
    assert_eq!(row_of("apps", "deployments", object)[..4], [json!("web"), json!("1/3"), json!(2), json!(0)]);
}

#[test]
fn a_service_shows_its_ports() {
    let spec = json!({"type": "NodePort", "clusterIP": "10.0.0.1", "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]});
    let row = row_of("", "services", json!({"metadata": {"name": "web"}, "spec": spec}));
    assert_eq!(row[1..5], [json!("NodePort"), json!("10.0.0.1"), json!("<none>"), json!("80:30080/TCP,53/UDP")]);
}

#[test]
fn paths_with_filters_find_conditions() {
    let object =
        json!({"status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "X", "status": "False"}]}, "spec": {"a.b": [1]}});
    for (path, expected) in [
        (".status.conditions[?(@.type==\"Ready\")].status", json!("True")),
        (".status.conditions[?(@.type==\"Missing\")].status", Value::Null),
        (".status.conditions[1].type", json!("X")),
        (".spec['a\\.b'][0]", json!(1)),
        (".spec.missing", Value::Null),
    ] {
        assert_eq!(path::query(&object, path), expected, "{path}");
    }
}

#[test]
fn ages_are_short() {
    for (seconds, text) in [
        (5, "5s"),
        (119, "119s"),
        (125, "2m5s"),
        (720, "12m"),
        (7200, "120m"),
        (10860, "3h1m"),
        (36000, "10h"),
        (180_000, "2d2h"),
        (864_000, "10d"),
    ] {
        assert_eq!(texts::short(seconds), text);
    }
}
