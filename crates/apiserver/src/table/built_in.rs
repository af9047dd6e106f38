//! The columns of built-in kinds: what people look at every day. Kinds that are not listed show name and age.

use serde_json::Value;

use super::{Cell, Column, cells};

/// Kind by kind: columns as `Name=path`, where a path that begins with `#` names one of [`MADE`] and `+` marks a wide column.
const COLUMNS: [(&str, &str); 26] = [
    ("namespaces", "Status=status.phase Age=#age"),
    ("configmaps", "Data=#data Age=#age"),
    ("secrets", "Type=type Data=#data Age=#age"),
    ("serviceaccounts", "Secrets=#secrets Age=#age"),
    ("services", "Type=spec.type Cluster-IP=#cluster-ip External-IP=#external-ip Port(s)=#ports Age=#age Selector=+#selector"),
    ("pods", "Ready=#containers-ready Status=#pod-status Restarts=#restarts Age=#age IP=+status.podIP Node=+spec.nodeName"),
    ("nodes", "Status=#node-status Roles=#none Age=#age Version=status.nodeInfo.kubeletVersion"),
    (
        "persistentvolumeclaims",
        "Status=status.phase Volume=spec.volumeName Capacity=status.capacity.storage Access=#access StorageClass=spec.storageClassName Age=#age",
    ),
    (
        "persistentvolumes",
        "Capacity=spec.capacity.storage Access=#access Reclaim=spec.persistentVolumeReclaimPolicy Status=status.phase Claim=spec.claimRef.name StorageClass=spec.storageClassName Age=#age",
    ),
    ("events", "Last=#last-seen Type=type Reason=reason Object=#involved Message=message"),
    (
        "apps/deployments",
        "Ready=#ready Up-to-date=#updated Available=#available Age=#age Containers=+#names Images=+#images Selector=+#selector",
    ),
    ("apps/statefulsets", "Ready=#ready Age=#age Containers=+#names Images=+#images"),
    ("apps/replicasets", "Desired=spec.replicas Current=#replicas Ready=#ready-count Age=#age"),
    ("apps/daemonsets", "Desired=#ds-desired Current=#ds-current Ready=#ds-ready Up-to-date=#ds-updated Available=#ds-available Age=#age"),
    ("batch/jobs", "Status=#job-status Completions=#completions Age=#age"),
    ("batch/cronjobs", "Schedule=spec.schedule Suspend=#suspend Active=#active Last=#last-schedule Age=#age"),
    ("networking.k8s.io/ingresses", "Class=#class Hosts=#hosts Address=#address Ports=#ingress-ports Age=#age"),
    ("networking.k8s.io/networkpolicies", "Pod-Selector=#pod-selector Age=#age"),
    ("networking.k8s.io/ingressclasses", "Controller=spec.controller Age=#age"),
    ("rbac.authorization.k8s.io/roles", "Created=metadata.creationTimestamp"),
    ("rbac.authorization.k8s.io/clusterroles", "Created=metadata.creationTimestamp"),
    ("rbac.authorization.k8s.io/rolebindings", "Role=#role Age=#age"),
    ("rbac.authorization.k8s.io/clusterrolebindings", "Role=#role Age=#age"),
    ("apiextensions.k8s.io/customresourcedefinitions", "Created=metadata.creationTimestamp"),
    ("storage.k8s.io/storageclasses", "Provisioner=provisioner ReclaimPolicy=reclaimPolicy VolumeBindingMode=volumeBindingMode Age=#age"),
    ("coordination.k8s.io/leases", "Holder=spec.holderIdentity Age=#age"),
];

type Made = fn(&Value) -> Value;

/// Cells that need more than a path.
const MADE: [(&str, Made); 38] = [
    ("age", cells::age),
    ("none", |_| "<none>".into()),
    ("data", |it| (size(&it["data"]) + size(&it["binaryData"])).into()),
    ("secrets", |it| size(&it["secrets"]).into()),
    ("cluster-ip", |it| or_none(&it["spec"]["clusterIP"])),
    ("external-ip", external_address),
    ("ports", service_ports),
    ("selector", |it| selector(&it["spec"]["selector"])),
    ("pod-selector", |it| selector(&it["spec"]["podSelector"])),
    ("containers-ready", containers_ready),
    ("pod-status", |it| if it["metadata"]["deletionTimestamp"].is_string() { "Terminating".into() } else { it["status"]["phase"].clone() }),
    ("restarts", |it| list(&it["status"]["containerStatuses"]).filter_map(|status| status["restartCount"].as_i64()).sum::<i64>().into()),
    ("node-status", |it| if condition(it, "Ready") { "Ready".into() } else { "NotReady".into() }),
    ("access", |it| join(list(&it["spec"]["accessModes"]).map(access_mode))),
    ("last-seen", |it| first_time(it, &["lastTimestamp", "eventTime", "firstTimestamp"])),
    ("involved", |it| format!("{}/{}", word(&it["involvedObject"]["kind"]).to_lowercase(), word(&it["involvedObject"]["name"])).into()),
    ("ready", |it| format!("{}/{}", count(it, "readyReplicas"), it["spec"]["replicas"].as_i64().unwrap_or(0)).into()),
    ("ready-count", |it| count(it, "readyReplicas").into()),
    ("replicas", |it| count(it, "replicas").into()),
    ("updated", |it| count(it, "updatedReplicas").into()),
    ("available", |it| count(it, "availableReplicas").into()),
    ("names", |it| join(list(&it["spec"]["template"]["spec"]["containers"]).map(|container| word(&container["name"])))),
    ("images", |it| join(list(&it["spec"]["template"]["spec"]["containers"]).map(|container| word(&container["image"])))),
    ("ds-desired", |it| count(it, "desiredNumberScheduled").into()),
    ("ds-current", |it| count(it, "currentNumberScheduled").into()),
    ("ds-ready", |it| count(it, "numberReady").into()),
    ("ds-updated", |it| count(it, "updatedNumberScheduled").into()),
    ("ds-available", |it| count(it, "numberAvailable").into()),
    ("job-status", job_status),
    ("completions", |it| format!("{}/{}", count(it, "succeeded"), it["spec"]["completions"].as_i64().unwrap_or(1)).into()),
    ("suspend", |it| if it["spec"]["suspend"] == true { "True".into() } else { "False".into() }),
    ("active", |it| size(&it["status"]["active"]).into()),
    ("last-schedule", |it| it["status"]["lastScheduleTime"].as_str().map_or("<none>".into(), |time| cells::since(time).into())),
    ("class", |it| or_none(&it["spec"]["ingressClassName"])),
    ("hosts", hosts),
    ("address", |it| join(list(&it["status"]["loadBalancer"]["ingress"]).map(address))),
    ("ingress-ports", |it| if size(&it["spec"]["tls"]) > 0 { "80, 443".into() } else { "80".into() }),
    ("role", |it| format!("{}/{}", word(&it["roleRef"]["kind"]), word(&it["roleRef"]["name"])).into()),
];

/// The columns of a collection behind the name.
pub fn columns(collection: &str) -> Vec<Column> {
    let known = COLUMNS.iter().find(|(known, _)| *known == collection);
    let Some((_, columns)) = known else { return vec![Column::age()] };
    columns.split_whitespace().filter_map(column).collect()
}

fn column(text: &str) -> Option<Column> {
    let (name, source) = text.split_once('=')?;
    let (source, priority) = source.strip_prefix('+').map_or((source, 0), |source| (source, 1));
    let cell = match source.strip_prefix('#') {
        Some(made) => Cell::Made(MADE.iter().find(|(known, _)| *known == made)?.1),
        None => Cell::Path(source.to_owned()),
    };
    Some(Column { priority, ..Column::new(name, cell) })
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn size(value: &Value) -> usize {
    value.as_array().map(Vec::len).or_else(|| value.as_object().map(serde_json::Map::len)).unwrap_or(0)
}

fn count(object: &Value, field: &str) -> i64 {
    object["status"][field].as_i64().unwrap_or(0)
}

fn join<'a>(words: impl Iterator<Item = &'a str>) -> Value {
    let words: Vec<&str> = words.collect();
    if words.is_empty() { "<none>".into() } else { words.join(",").into() }
}

fn or_none(value: &Value) -> Value {
    if word(value).is_empty() { "<none>".into() } else { value.clone() }
}

fn condition(object: &Value, kind: &str) -> bool {
    list(&object["status"]["conditions"]).any(|condition| condition["type"] == kind && condition["status"] == "True")
}

fn address(ingress: &Value) -> &str {
    ingress["ip"].as_str().or_else(|| ingress["hostname"].as_str()).unwrap_or_default()
}

fn external_address(service: &Value) -> Value {
    let spec = &service["spec"];
    match word(&spec["type"]) {
        "ExternalName" => spec["externalName"].clone(),
        "LoadBalancer" if size(&service["status"]["loadBalancer"]["ingress"]) == 0 => "<pending>".into(),
        "LoadBalancer" => join(list(&service["status"]["loadBalancer"]["ingress"]).map(address)),
        _ => join(list(&spec["externalIPs"]).map(word)),
    }
}

fn service_ports(service: &Value) -> Value {
    let port = |port: &Value| match port["nodePort"].as_i64() {
        Some(node_port) => format!("{}:{node_port}/{}", port["port"], word(&port["protocol"])),
        None => format!("{}/{}", port["port"], word(&port["protocol"])),
    };
    let ports: Vec<String> = list(&service["spec"]["ports"]).map(port).collect();
    join(ports.iter().map(String::as_str))
}

fn selector(selector: &Value) -> Value {
    let labels = selector.get("matchLabels").unwrap_or(selector);
    let terms: Vec<String> = labels.as_object().into_iter().flatten().map(|(key, value)| format!("{key}={}", word(value))).collect();
    join(terms.iter().map(String::as_str))
}

fn containers_ready(pod: &Value) -> Value {
    let ready = list(&pod["status"]["containerStatuses"]).filter(|status| status["ready"] == true).count();
    format!("{ready}/{}", size(&pod["spec"]["containers"])).into()
}

fn access_mode(mode: &Value) -> &'static str {
    match word(mode) {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => "",
    }
}

fn first_time(event: &Value, fields: &[&str]) -> Value {
    let time = fields.iter().find_map(|field| event[*field].as_str());
    time.map_or("<unknown>".into(), |time| cells::since(time).into())
}

fn job_status(job: &Value) -> Value {
    let status = ["Complete", "Failed", "Suspended"].into_iter().find(|kind| condition(job, kind));
    status.unwrap_or("Running").into()
}

fn hosts(ingress: &Value) -> Value {
    let hosts: Vec<&str> = list(&ingress["spec"]["rules"]).map(|rule| rule["host"].as_str().unwrap_or("*")).collect();
    if hosts.is_empty() { "*".into() } else { hosts.join(",").into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_can_be_made() {
        for (collection, text) in COLUMNS {
            assert_eq!(columns(collection).len(), text.split_whitespace().count(), "{collection}");
        }
    }
}
