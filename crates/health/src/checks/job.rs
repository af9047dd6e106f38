//! Job: current when it is complete or suspended. kstatus calls a running Job current; Flux waits for it, and so do we.

use jiff::Timestamp;
use object::{Object, Value};

use crate::Health;
use crate::view::{conditions, count, int, text};

pub fn judge(object: &Object, _: Timestamp) -> Health {
    if object.get("spec.suspend").and_then(Value::as_bool) == Some(true) {
        return Health::current("Job is suspended");
    }
    finished(object).unwrap_or_else(|| running(object))
}

/// A Job that will not change any more.
fn finished(object: &Object) -> Option<Health> {
    let wanted = int(object, "spec.completions").unwrap_or_else(|| parallelism(object));
    let (succeeded, failed) = (count(object, "status.succeeded"), count(object, "status.failed"));
    conditions(object).filter(|condition| condition.is_true()).find_map(|condition| match condition.r#type {
        "Complete" => Some(Health::current(format!("Job Completed. succeeded: {succeeded}/{wanted}"))),
        "Failed" => Some(Health::failed("JobFailed", format!("Job Failed. failed: {failed}/{wanted}"))),
        _ => None,
    })
}

fn running(object: &Object) -> Health {
    if text(object, "status.startTime").is_empty() {
        return Health::in_progress("JobNotStarted", format!("Job not started. active: 0/{}", parallelism(object)));
    }
    let status = |name: &str| count(object, &format!("status.{name}"));
    let (succeeded, active, failed) = (status("succeeded"), status("active"), status("failed"));
    Health::in_progress("JobInProgress", format!("Job in progress. success:{succeeded}, active: {active}, failed: {failed}"))
}

fn parallelism(object: &Object) -> i64 {
    int(object, "spec.parallelism").unwrap_or(1)
}
