//! What a deletion says beside its path: preconditions, propagation, dry run; from the query and from the body.

use serde_json::Value;

use super::options::dry_run;
use crate::decode;
use crate::objects::{Propagation, Write};
use crate::registry::Resolved;
use crate::request::Call;
use crate::shared::Shared;
use crate::status::{About, Cause, Status};

/// Options of a deletion.
pub struct DeleteOptions {
    /// The uid that the object must have, empty for any.
    pub uid: String,
    /// The revision that the object must be at, empty for any.
    pub resource_version: String,
    /// What becomes of dependents, if the request says.
    pub propagation: Option<Propagation>,
    /// Whether nothing is to be stored.
    dry_run: bool,
}

impl DeleteOptions {
    /// Reads them. Refuses what no option of a deletion means.
    pub fn of(call: &Call) -> Result<DeleteOptions, Status> {
        let body = if call.body.is_empty() { Value::Null } else { decode::value(call, "DeleteOptions")? };
        check(call, &body)?;
        let precondition = |key: &str| body["preconditions"][key].as_str().unwrap_or_default().to_owned();
        Ok(DeleteOptions {
            uid: precondition("uid"),
            resource_version: precondition("resourceVersion"),
            propagation: propagation(call, &body)?,
            dry_run: call.is_dry_run() || body["dryRun"].as_array().is_some_and(|list| list.iter().any(|item| item == "All")),
        })
    }

    /// The write of the deletion.
    pub fn write<'a>(&self, shared: &'a Shared, call: &'a Call, resolved: &'a Resolved) -> Write<'a> {
        let write = Write::of_call(shared, call, resolved);
        if self.dry_run { write.pretending() } else { write }
    }
}

fn check(call: &Call, body: &Value) -> Result<(), Status> {
    let grace = call.query.text("gracePeriodSeconds").unwrap_or("0");
    if grace.parse::<i64>().is_err() {
        return Err(Status::bad_request(format!("strconv.ParseInt: parsing {grace:?}: invalid syntax")));
    }
    let listed = body["dryRun"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let dry_runs = call.query.get("dryRun").into_iter().chain(listed);
    let mut causes: Vec<Cause> = dry_runs.filter_map(|asked| dry_run(Some(asked))).collect();
    if !body["orphanDependents"].is_null() && !body["propagationPolicy"].is_null() {
        let why = "orphanDependents and deletionPropagation cannot be both set";
        causes.insert(0, Cause::invalid("propagationPolicy", &body["propagationPolicy"], why));
    }
    if causes.is_empty() { Ok(()) } else { Err(Status::invalid(DELETE_OPTIONS, causes)) }
}

const DELETE_OPTIONS: About<'static> = About { group: "meta.k8s.io", resource: "DeleteOptions", name: "" };

/// The wish for dependents, from the query, the body, or the deprecated `orphanDependents`.
fn propagation(call: &Call, body: &Value) -> Result<Option<Propagation>, Status> {
    let wish = call.query.text("propagationPolicy").or_else(|| body["propagationPolicy"].as_str());
    match wish {
        Some("Background") => Ok(Some(Propagation::Background)),
        Some("Foreground") => Ok(Some(Propagation::Foreground)),
        Some("Orphan") => Ok(Some(Propagation::Orphan)),
        None => Ok((body["orphanDependents"] == true).then_some(Propagation::Orphan)),
        Some(other) => {
            let cause = Cause::unsupported("propagationPolicy", &other.into(), &["Foreground", "Background", "Orphan", "nil"]);
            Err(Status::invalid(DELETE_OPTIONS, vec![cause]))
        }
    }
}
