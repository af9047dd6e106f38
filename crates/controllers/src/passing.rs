//! Jobs that their cluster removes when they are finished: `spec.ttlSecondsAfterFinished`.
//!
//! That such a Job is gone is no drift. It is made again at the next interval, as Flux does it, or when something new is declared.

use std::time::Duration;

use api::Kustomization;
use object::{Object, Value};

/// Whether an object is a Job that goes when it is finished.
pub fn is_passing(object: &Object) -> bool {
    is_job(object.group(), object.kind()) && object.get("spec.ttlSecondsAfterFinished").is_some_and(Value::is_i64)
}

/// Whether such a Job is finished, so that it goes by itself.
pub fn is_passing_away(object: &Object) -> bool {
    is_passing(object) && object.get("status.conditions").and_then(Value::as_array).is_some_and(|all| all.iter().any(is_end))
}

/// How long such a Job is left alone: the shortest interval that the spread allows.
pub fn rest(kustomization: &Kustomization, interval_jitter_percent: u8) -> Duration {
    kustomization.spec.interval.get() * u32::from(100 - interval_jitter_percent.min(99)) / 100
}

fn is_job(group: &str, kind: &str) -> bool {
    (group, kind) == ("batch", "Job")
}

fn is_end(condition: &Value) -> bool {
    matches!(condition["type"].as_str(), Some("Complete" | "Failed")) && condition["status"] == "True"
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_finished_job_with_a_time_to_live_passes_away() {
        let job = |spec: Value, condition: &str| {
            let status = json!({"conditions": [{"type": condition, "status": "True"}]});
            Object::new(json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": spec, "status": status}))
                .unwrap()
        };
        let short = json!({"ttlSecondsAfterFinished": 0});
        assert!(is_passing_away(&job(short.clone(), "Complete")) && is_passing_away(&job(short.clone(), "Failed")));
        assert!(!is_passing_away(&job(short, "Suspended")) && !is_passing_away(&job(json!({}), "Complete")));
    }
}
