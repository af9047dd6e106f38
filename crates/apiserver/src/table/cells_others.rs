//! Cells of everything else: names and times, data, volumes, nodes, events, roles, requests.

use serde_json::Value;

use super::column::Made;
use super::texts::{age, condition, first_of, join, list, or_none, short, since, size, word};

/// Annotations that mark the class used where none is named.
const DEFAULTS: [&str; 3] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
    "ingressclass.kubernetes.io/is-default-class",
];
/// Labels of a node that name its roles.
const ROLE_PREFIX: &str = "node-role.kubernetes.io/";

/// Each cell by its name in the table.
pub const CELLS: &[(&str, Made)] = &[
    ("name", |it| it["metadata"]["name"].clone()),
    ("default-name", default_name),
    ("age", age),
    ("created", |it| it["metadata"]["creationTimestamp"].clone()),
    ("data", |it| (size(&it["data"]) + size(&it["binaryData"])).into()),
    ("webhooks", |it| size(&it["webhooks"]).into()),
    ("mutations", |it| size(&it["spec"]["mutations"]).into()),
    ("validations", |it| size(&it["spec"]["validations"]).into()),
    ("param-kind", |it| {
        let kind = &it["spec"]["paramKind"];
        if kind.is_object() { format!("{}/{}", word(&kind["apiVersion"]), word(&kind["kind"])).into() } else { "<unset>".into() }
    }),
    ("param-ref", param_ref),
    ("api-service", api_service),
    ("api-available", api_available),
    (
        "volume-phase",
        |it| if it["metadata"]["deletionTimestamp"].is_string() { "Terminating".into() } else { it["status"]["phase"].clone() },
    ),
    ("volume-access", |it| access(&it["spec"]["accessModes"])),
    ("volume-claim", |it| {
        let claim = &it["spec"]["claimRef"];
        if claim.is_object() { format!("{}/{}", word(&claim["namespace"]), word(&claim["name"])).into() } else { "".into() }
    }),
    ("claim-capacity", |it| if is_bound(it) { it["status"]["capacity"]["storage"].as_str().unwrap_or("0").into() } else { "".into() }),
    ("claim-access", |it| if is_bound(it) { access(&it["status"]["accessModes"]) } else { "".into() }),
    ("claim-state", claim_state),
    ("drivers", |it| size(&it["spec"]["drivers"]).into()),
    ("driver-audiences", |it| match &it["spec"]["tokenRequests"] {
        Value::Array(requests) => join(requests.iter().map(|request| word(&request["audience"]))).into(),
        _ => "<unset>".into(),
    }),
    ("driver-modes", |it| or_none(join(list(&it["spec"]["volumeLifecycleModes"]).map(word)))),
    ("node-status", node_status),
    ("node-roles", node_roles),
    ("node-internal", |it| node_address(it, "InternalIP")),
    ("node-external", |it| node_address(it, "ExternalIP")),
    ("node-kernel", node_kernel),
    ("event-last", |it| event_time(it, true)),
    ("event-first", |it| event_time(it, false)),
    ("event-object", event_object),
    ("event-source", event_source),
    ("event-message", |it| word(&it["message"]).trim().into()),
    ("event-count", |it| it["series"]["count"].as_i64().or(it["count"].as_i64()).unwrap_or(0).max(1).into()),
    ("quota-requests", |it| quota(it, false)),
    ("quota-limits", |it| quota(it, true)),
    ("role", |it| format!("{}/{}", word(&it["roleRef"]["kind"]), word(&it["roleRef"]["name"])).into()),
    ("users", |it| subjects(it, "User")),
    ("groups", |it| subjects(it, "Group")),
    ("accounts", |it| subjects(it, "ServiceAccount")),
    ("request-duration", |it| it["spec"]["expirationSeconds"].as_i64().map_or("<none>".into(), |seconds| short(seconds).into())),
    ("request-condition", request_condition),
    ("flow-dangling", |it| Some(condition(it, "Dangling")).filter(|status| !status.is_empty()).unwrap_or("?").into()),
];

fn default_name(class: &Value) -> Value {
    let name = word(&class["metadata"]["name"]);
    let is_default = DEFAULTS.iter().any(|annotation| class["metadata"]["annotations"][*annotation] == "true");
    if is_default { format!("{name} (default)").into() } else { name.into() }
}

fn param_ref(binding: &Value) -> Value {
    let reference = &binding["spec"]["paramRef"];
    match (word(&reference["namespace"]), word(&reference["name"])) {
        _ if !reference.is_object() => "<unset>".into(),
        ("", "") => "*".into(),
        ("", name) => format!("*/{name}").into(),
        (namespace, "") => format!("{namespace}/*").into(),
        (namespace, name) => format!("{namespace}/{name}").into(),
    }
}

fn api_service(service: &Value) -> Value {
    let target = &service["spec"]["service"];
    if target.is_object() { format!("{}/{}", word(&target["namespace"]), word(&target["name"])).into() } else { "Local".into() }
}

fn api_available(service: &Value) -> Value {
    let available = list(&service["status"]["conditions"]).find(|it| it["type"] == "Available");
    match available {
        None => "Unknown".into(),
        Some(it) if it["status"] == "True" => "True".into(),
        Some(it) => format!("{} ({})", word(&it["status"]), word(&it["reason"])).into(),
    }
}

fn is_bound(claim: &Value) -> bool {
    !word(&claim["spec"]["volumeName"]).is_empty()
}

/// Access modes in short, in their standing order.
fn access(modes: &Value) -> Value {
    let has = |wanted: &str| list(modes).any(|mode| mode == wanted);
    let short = [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];
    join(short.into_iter().filter(|(mode, _)| has(mode)).map(|(_, short)| short)).into()
}

fn claim_state(claim: &Value) -> Value {
    let status = &claim["status"];
    let states = [
        (claim["metadata"]["deletionTimestamp"].is_string(), "deleted"),
        (status["allocation"].is_object(), "allocated"),
        (size(&status["reservedFor"]) > 0, "reserved"),
    ];
    let states = join(states.into_iter().filter(|(holds, _)| *holds).map(|(_, state)| state));
    if states.is_empty() { "pending".into() } else { states.into() }
}

fn node_status(node: &Value) -> Value {
    let ready = match condition(node, "Ready") {
        "" => "Unknown",
        "True" => "Ready",
        _ => "NotReady",
    };
    if node["spec"]["unschedulable"] == true { format!("{ready},SchedulingDisabled").into() } else { ready.into() }
}

fn node_roles(node: &Value) -> Value {
    let labels = node["metadata"]["labels"].as_object().into_iter().flatten();
    let roles = labels.filter_map(|(key, value)| match key.strip_prefix(ROLE_PREFIX) {
        None if key == "kubernetes.io/role" => Some(word(value)),
        role => role,
    });
    let mut roles: Vec<&str> = roles.filter(|role| !role.is_empty()).collect();
    roles.sort_unstable();
    or_none(roles.join(","))
}

fn node_address(node: &Value, kind: &str) -> Value {
    let found = list(&node["status"]["addresses"]).find(|address| address["type"] == kind);
    found.map_or("<none>".into(), |address| address["address"].clone())
}

fn node_kernel(node: &Value) -> Value {
    let info = &node["status"]["nodeInfo"];
    let kernel = Some(word(&info["kernelVersion"])).filter(|version| !version.is_empty()).unwrap_or("<unknown>");
    match word(&info["architecture"]) {
        "" => kernel.into(),
        architecture => format!("{kernel} ({architecture})").into(),
    }
}

/// When an event was seen first or last, in whichever of the two styles it was written.
fn event_time(event: &Value, last: bool) -> Value {
    let first = ["firstTimestamp", "eventTime"].into_iter().find_map(|field| event[field].as_str());
    let latest = event["series"]["lastObservedTime"].as_str().or_else(|| event["lastTimestamp"].as_str());
    let time = if last { latest.or(first) } else { first };
    time.map_or("<unknown>".into(), |time| since(time).into())
}

fn event_object(event: &Value) -> Value {
    let object = &event["involvedObject"];
    let kind = word(&object["kind"]).to_lowercase();
    match word(&object["name"]) {
        "" => kind.into(),
        name => format!("{kind}/{name}").into(),
    }
}

fn event_source(event: &Value) -> Value {
    let first = |one: &Value, other: &Value| Some(word(one)).filter(|text| !text.is_empty()).unwrap_or(word(other)).to_owned();
    let component = first(&event["source"]["component"], &event["reportingComponent"]);
    let host = first(&event["source"]["host"], &event["reportingInstance"]);
    if host.is_empty() { component.into() } else { format!("{component}, {host}").into() }
}

/// What a quota counts: limits, or everything else.
fn quota(quota: &Value, limits: bool) -> Value {
    let hard = quota["status"]["hard"].as_object().into_iter().flatten();
    let shown = hard.filter(|(name, _)| name.starts_with("limits.") == limits);
    let used = |name: &str| quota["status"]["used"][name].as_str().unwrap_or("0").to_owned();
    let parts: Vec<String> = shown.map(|(name, hard)| format!("{name}: {}/{}", used(name), word(hard))).collect();
    first_of(&parts, parts.len(), ", ").into()
}

fn subjects(binding: &Value, kind: &str) -> Value {
    let of_kind = list(&binding["subjects"]).filter(|subject| subject["kind"] == kind);
    let name = |subject: &Value| match kind {
        "ServiceAccount" => format!("{}/{}", word(&subject["namespace"]), word(&subject["name"])),
        _ => word(&subject["name"]).to_owned(),
    };
    of_kind.map(name).collect::<Vec<_>>().join(", ").into()
}

fn request_condition(request: &Value) -> Value {
    let has = |kind: &str| list(&request["status"]["conditions"]).any(|condition| condition["type"] == kind);
    let verdict = if has("Denied") {
        "Denied"
    } else if has("Approved") {
        "Approved"
    } else {
        "Pending"
    };
    let failed = has("Failed").then_some("Failed");
    let issued = (!word(&request["status"]["certificate"]).is_empty()).then_some("Issued");
    join([verdict].into_iter().chain(failed).chain(issued)).into()
}
