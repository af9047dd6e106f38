//! Cells of pods: readiness, the one word for their state, restarts.

use serde_json::Value;

use super::column::Made;
use super::texts::{condition, list, since, size, word};

/// Each cell by its name in the table.
pub const CELLS: &[(&str, Made)] = &[
    ("pod-ready", |pod| format!("{}/{}", summary(pod).ready, size(&pod["spec"]["containers"]) + sidecars(pod).count()).into()),
    ("pod-status", |pod| summary(pod).status.into()),
    ("pod-restarts", |pod| summary(pod).restarts()),
    ("pod-ip", |pod| pod["status"]["podIPs"][0]["ip"].as_str().unwrap_or("<none>").into()),
    ("pod-gates", gates),
];

/// What the containers of a pod amount to.
struct Summary {
    ready: usize,
    status: String,
    restarts: i64,
    last_restart: String,
}

impl Summary {
    fn restarts(&self) -> Value {
        if self.restarts == 0 || self.last_restart.is_empty() {
            return self.restarts.to_string().into();
        }
        format!("{} ({} ago)", self.restarts, since(&self.last_restart)).into()
    }

    fn count_restarts(&mut self, container: &Value) {
        self.restarts += container["restartCount"].as_i64().unwrap_or(0);
        let finished = word(&container["lastState"]["terminated"]["finishedAt"]);
        if finished > self.last_restart.as_str() {
            self.last_restart = finished.to_owned();
        }
    }
}

/// Init containers that go on running beside the others.
fn sidecars(pod: &Value) -> impl Iterator<Item = &str> {
    list(&pod["spec"]["initContainers"])
        .filter(|container| container["restartPolicy"] == "Always")
        .map(|container| word(&container["name"]))
}

fn summary(pod: &Value) -> Summary {
    let status = &pod["status"];
    let gated = list(&status["conditions"]).any(|it| it["type"] == "PodScheduled" && it["reason"] == "SchedulingGated");
    let reason = if word(&status["reason"]).is_empty() { word(&status["phase"]) } else { word(&status["reason"]) };
    let reason = if gated { "SchedulingGated" } else { reason };
    let mut summary = Summary { ready: 0, status: reason.to_owned(), restarts: 0, last_restart: String::new() };
    let starting = start(pod, &mut summary);
    if !starting || condition(pod, "Initialized") == "True" {
        run(pod, &mut summary);
    }
    let ended = matches!(word(&status["phase"]), "Succeeded" | "Failed");
    if pod["metadata"]["deletionTimestamp"].is_string() {
        match word(&status["reason"]) {
            "NodeLost" => summary.status = "Unknown".into(),
            _ if !ended => summary.status = "Terminating".into(),
            _ => {}
        }
    }
    summary
}

/// Looks at the init containers; whether one of them is still at work.
fn start(pod: &Value, summary: &mut Summary) -> bool {
    for (at, container) in list(&pod["status"]["initContainerStatuses"]).enumerate() {
        summary.count_restarts(container);
        let state = &container["state"];
        let is_sidecar = sidecars(pod).any(|name| name == word(&container["name"]));
        if state["terminated"]["exitCode"] == 0 {
            continue;
        }
        if is_sidecar && container["started"] == true {
            summary.ready += usize::from(container["ready"] == true);
            continue;
        }
        let waiting = word(&state["waiting"]["reason"]);
        summary.status = match () {
            () if state["terminated"].is_object() => format!("Init:{}", exit(&state["terminated"])),
            () if !waiting.is_empty() && waiting != "PodInitializing" => format!("Init:{waiting}"),
            () => format!("Init:{at}/{}", size(&pod["spec"]["initContainers"])),
        };
        return true;
    }
    false
}

/// Looks at the containers proper.
fn run(pod: &Value, summary: &mut Summary) {
    summary.restarts = 0;
    summary.last_restart.clear();
    let is_sidecar = |container: &&Value| sidecars(pod).any(|name| name == word(&container["name"]));
    list(&pod["status"]["initContainerStatuses"]).filter(is_sidecar).for_each(|container| summary.count_restarts(container));
    let (mut running, mut fault) = (false, String::new());
    for container in list(&pod["status"]["containerStatuses"]).rev() {
        summary.count_restarts(container);
        let state = &container["state"];
        let waiting = word(&state["waiting"]["reason"]);
        if !waiting.is_empty() {
            summary.status = waiting.to_owned();
        } else if state["terminated"].is_object() {
            summary.status = exit(&state["terminated"]);
            if state["terminated"]["exitCode"] != 0 {
                fault.clone_from(&summary.status);
            }
        } else if container["ready"] == true && state["running"].is_object() {
            running = true;
            summary.ready += 1;
        }
    }
    if summary.status == "Completed" {
        summary.status = match (running, condition(pod, "Ready") == "True") {
            (true, true) => "Running".into(),
            _ if !fault.is_empty() => fault,
            (true, false) => "NotReady".into(),
            _ => "Completed".into(),
        };
    }
}

/// How a container ended: its reason, its signal or its code.
fn exit(terminated: &Value) -> String {
    match (word(&terminated["reason"]), terminated["signal"].as_i64().unwrap_or(0)) {
        ("", 0) => format!("ExitCode:{}", terminated["exitCode"].as_i64().unwrap_or(0)),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}

fn gates(pod: &Value) -> Value {
    let gates = &pod["spec"]["readinessGates"];
    if size(gates) == 0 {
        return "<none>".into();
    }
    let open = list(gates).filter(|gate| condition(pod, word(&gate["conditionType"])) == "True").count();
    format!("{open}/{}", size(gates)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_state_of_a_pod_is_one_word() {
        let spec = json!({"containers": [{"name": "a"}], "initContainers": [{"name": "i"}]});
        for (status, expected) in [
            (json!({"phase": "Pending"}), "Pending"),
            (json!({"phase": "Pending", "initContainerStatuses": [{"name": "i", "state": {"running": {}}}]}), "Init:0/1"),
            (
                json!({"phase": "Pending", "initContainerStatuses": [{"name": "i", "state": {"waiting": {"reason": "ErrImagePull"}}}]}),
                "Init:ErrImagePull",
            ),
            (
                json!({"phase": "Running", "containerStatuses": [{"name": "a", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}),
                "CrashLoopBackOff",
            ),
            (json!({"phase": "Failed", "containerStatuses": [{"name": "a", "state": {"terminated": {"exitCode": 3}}}]}), "ExitCode:3"),
        ] {
            assert_eq!(summary(&json!({"spec": spec, "status": status})).status, expected, "{status}");
        }
    }
}
