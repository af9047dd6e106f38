//! Cells of workloads: what they run, how far they are, how long they took.

use jiff::Timestamp;
use serde_json::Value;

use super::column::Made;
use super::texts::{condition, first_of, join, list, selector, short, since, size, word};

/// Metrics of an autoscaler that are shown.
const METRICS_SHOWN: usize = 2;

/// Each cell by its name in the table.
pub const CELLS: &[(&str, Made)] = &[
    ("ready", |it| format!("{}/{}", count(it, "readyReplicas"), it["spec"]["replicas"].as_i64().unwrap_or(0)).into()),
    ("names", |it| containers(&it["spec"]["template"], "name")),
    ("images", |it| containers(&it["spec"]["template"], "image")),
    ("selector", |it| selector(&it["spec"]["selector"])),
    ("node-selector", |it| selector(&it["spec"]["template"]["spec"]["nodeSelector"])),
    ("template-names", |it| containers(&it["template"], "name")),
    ("template-images", |it| containers(&it["template"], "image")),
    ("template-labels", |it| selector(&it["template"]["metadata"]["labels"])),
    ("revision-owner", revision_owner),
    ("suspend", |it| if it["spec"]["suspend"] == true { "True".into() } else { "False".into() }),
    ("active", |it| size(&it["status"]["active"]).into()),
    ("last-schedule", |it| it["status"]["lastScheduleTime"].as_str().map_or("<none>".into(), |time| since(time).into())),
    ("cron-names", |it| containers(&it["spec"]["jobTemplate"]["spec"]["template"], "name")),
    ("cron-images", |it| containers(&it["spec"]["jobTemplate"]["spec"]["template"], "image")),
    ("cron-selector", |it| selector(&it["spec"]["jobTemplate"]["spec"]["selector"])),
    ("job-status", job_status),
    ("job-completions", job_completions),
    ("job-duration", job_duration),
    ("scale-target", |it| {
        let target = &it["spec"]["scaleTargetRef"];
        format!("{}/{}", word(&target["kind"]), word(&target["name"])).into()
    }),
    ("scale-metrics", scale_metrics),
    ("scale-least", |it| it["spec"]["minReplicas"].as_i64().map_or("<unset>".into(), |least| least.to_string().into())),
    ("budget-least", |it| bound(&it["spec"]["minAvailable"])),
    ("budget-most", |it| bound(&it["spec"]["maxUnavailable"])),
];

fn count(object: &Value, field: &str) -> i64 {
    object["status"][field].as_i64().unwrap_or(0)
}

fn containers(template: &Value, field: &str) -> Value {
    join(list(&template["spec"]["containers"]).map(|container| word(&container[field]))).into()
}

fn bound(value: &Value) -> Value {
    match value {
        Value::Null => "N/A".into(),
        Value::String(text) => text.as_str().into(),
        number => number.to_string().into(),
    }
}

fn revision_owner(revision: &Value) -> Value {
    let Some(owner) = list(&revision["metadata"]["ownerReferences"]).find(|owner| owner["controller"] == true) else {
        return "<none>".into();
    };
    let group = word(&owner["apiVersion"]).split_once('/').map(|(group, _)| format!(".{group}")).unwrap_or_default();
    format!("{}{group}/{}", word(&owner["kind"]).to_lowercase(), word(&owner["name"])).into()
}

fn job_status(job: &Value) -> Value {
    let holds = |kind: &&str| condition(job, kind) == "True";
    if let Some(ended) = ["Complete", "Failed"].into_iter().find(holds) {
        return ended.into();
    }
    if job["metadata"]["deletionTimestamp"].is_string() {
        return "Terminating".into();
    }
    ["Suspended", "FailureTarget", "SuccessCriteriaMet"].into_iter().find(holds).unwrap_or("Running").into()
}

fn job_completions(job: &Value) -> Value {
    let done = count(job, "succeeded");
    match (job["spec"]["completions"].as_i64(), job["spec"]["parallelism"].as_i64().unwrap_or(0)) {
        (Some(wanted), _) => format!("{done}/{wanted}").into(),
        (None, parallel) if parallel > 1 => format!("{done}/1 of {parallel}").into(),
        (None, _) => format!("{done}/1").into(),
    }
}

fn job_duration(job: &Value) -> Value {
    let time = |field: &str| job["status"][field].as_str().and_then(|text| text.parse::<Timestamp>().ok());
    match (time("startTime"), time("completionTime")) {
        (None, _) => "".into(),
        (Some(start), None) => short(Timestamp::now().as_second() - start.as_second()).into(),
        (Some(start), Some(end)) => short(end.as_second() - start.as_second()).into(),
    }
}

fn scale_metrics(autoscaler: &Value) -> Value {
    let specs = list(&autoscaler["spec"]["metrics"]);
    let metrics: Vec<String> = specs.enumerate().map(|(at, spec)| metric(spec, &autoscaler["status"]["currentMetrics"][at])).collect();
    if metrics.is_empty() { "<none>".into() } else { first_of(&metrics, METRICS_SHOWN, ", ").into() }
}

/// `cpu: 20%/80%`: what is measured, how much of it there is, and how much there should be.
fn metric(spec: &Value, status: &Value) -> String {
    let (field, named) = match word(&spec["type"]) {
        "Resource" => ("resource", true),
        "ContainerResource" => ("containerResource", true),
        "External" => ("external", false),
        "Object" => ("object", false),
        "Pods" => ("pods", false),
        _ => return "<unknown type>".into(),
    };
    let (target, current) = (&spec[field]["target"], &status[field]["current"]);
    let name = if named { format!("{}: ", word(&spec[field]["name"])) } else { String::new() };
    let text = |value: &Value| value.as_str().unwrap_or("<unknown>").to_owned();
    let percent = |value: &Value, absent: &str| value.as_i64().map_or(absent.to_owned(), |percent| format!("{percent}%"));
    if !target["averageValue"].is_null() {
        let average = if matches!(field, "external" | "object") { " (avg)" } else { "" };
        return format!("{name}{}/{}{average}", text(&current["averageValue"]), text(&target["averageValue"]));
    }
    if named {
        return format!(
            "{name}{}/{}",
            percent(&current["averageUtilization"], "<unknown>"),
            percent(&target["averageUtilization"], "<auto>")
        );
    }
    format!("{}/{}", text(&current["value"]), text(&target["value"]))
}
