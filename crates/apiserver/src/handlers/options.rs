//! The options of a request, as its query says them: what is no option value is refused before anything is done.

use serde_json::Value;

use crate::request::{Call, Query};
use crate::status::{About, Cause, Status};
use crate::{patch, rules};

/// Refuses a query that says what no option means.
pub fn check(call: &Call) -> Result<(), Status> {
    match call.verb {
        "create" => refuse("CreateOptions", writes(call)),
        "update" => refuse("UpdateOptions", writes(call)),
        "patch" => refuse("PatchOptions", patches(call)),
        "list" | "watch" | "deletecollection" => lists(&call.query, call.verb),
        "get" => check_revision(&call.query, "get"),
        _ => Ok(()),
    }
}

fn refuse(options: &str, causes: Vec<Cause>) -> Result<(), Status> {
    if causes.is_empty() { Ok(()) } else { Err(Status::invalid(About { group: "meta.k8s.io", resource: options, name: "" }, causes)) }
}

/// The faults of options that every write has.
fn writes(call: &Call) -> Vec<Cause> {
    let mut causes = rules::check_manager(call.query.get("fieldManager").unwrap_or_default(), "fieldManager");
    causes.extend(dry_run(call.query.get("dryRun")));
    let validation = call.query.get("fieldValidation").unwrap_or_default();
    if !matches!(validation, "" | "Ignore" | "Warn" | "Strict") {
        causes.push(Cause::unsupported("fieldValidation", &validation.into(), &["", "Ignore", "Strict", "Warn"]));
    }
    causes
}

/// The only dry run there is has the name `All`.
pub fn dry_run(asked: Option<&str>) -> Option<Cause> {
    let asked = asked.filter(|asked| *asked != "All")?;
    Some(Cause::unsupported("dryRun", &Value::from(vec![asked]), &["All"]))
}

fn patches(call: &Call) -> Vec<Cause> {
    let is_apply = call.content_type == patch::APPLY;
    let mut causes = Vec::new();
    if is_apply && call.query.text("fieldManager").is_none() {
        causes.push(Cause::required("fieldManager", "is required for apply patch"));
    } else if !is_apply && call.query.get("force").is_some() {
        causes.push(Cause::forbidden("force", "may not be specified for non-apply patch"));
    }
    causes.extend(writes(call));
    causes
}

fn lists(query: &Query, verb: &str) -> Result<(), Status> {
    for number in ["limit", "timeoutSeconds"] {
        let text = query.text(number).unwrap_or("0");
        if text.parse::<i64>().is_err() {
            return Err(Status::bad_request(format!("strconv.ParseInt: parsing {text:?}: invalid syntax")));
        }
    }
    refuse("ListOptions", if verb == "watch" { watch_faults(query) } else { list_faults(query) })?;
    if query.text("continue").is_some() && !matches!(query.text("resourceVersion"), None | Some("0")) {
        return Err(Status::bad_request("specifying resource version is not allowed when using continue"));
    }
    check_revision(query, verb)
}

fn check_revision(query: &Query, verb: &str) -> Result<(), Status> {
    let revision = query.text("resourceVersion").unwrap_or("0");
    match revision.parse::<u64>() {
        Ok(_) => Ok(()),
        Err(_) => Err(wrong_revision(revision, verb)),
    }
}

fn wrong_revision(revision: &str, verb: &str) -> Status {
    let why = format!("resourceVersion: Invalid value: {revision:?}: strconv.ParseUint: parsing {revision:?}: invalid syntax");
    // kube-apiserver has no reason for this one outside lists, and answers 500.
    if verb == "list" { Status::bad_request(format!("invalid resource version: {why}")) } else { Status::new(500, "", why) }
}

fn list_faults(query: &Query) -> Vec<Cause> {
    let mut causes = Vec::new();
    if let Some(matching) = query.text("resourceVersionMatch") {
        let mut forbid = |why: &str| causes.push(Cause::forbidden("resourceVersionMatch", why));
        if query.text("resourceVersion").is_none() {
            forbid("resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
        if query.text("continue").is_some() {
            forbid("resourceVersionMatch is forbidden when continue is provided");
        }
        if matching == "Exact" && query.text("resourceVersion") == Some("0") {
            forbid("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
        if !matches!(matching, "Exact" | "NotOlderThan") {
            causes.push(Cause::unsupported("resourceVersionMatch", &matching.into(), &["Exact", "NotOlderThan", ""]));
        }
    }
    if query.get("sendInitialEvents").is_some() {
        causes.push(Cause::forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
    }
    causes
}

fn watch_faults(query: &Query) -> Vec<Cause> {
    const NOT_OLDER: &str = "NotOlderThan";
    let (matching, initial) = (query.text("resourceVersionMatch"), query.get("sendInitialEvents").is_some());
    let mut causes = Vec::new();
    let mut forbid = |why: &str| causes.push(Cause::forbidden("resourceVersionMatch", why));
    if initial && matching != Some(NOT_OLDER) {
        forbid("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }
    if !initial && matching.is_some() {
        forbid("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    }
    if let Some(matching) = matching.filter(|matching| *matching != NOT_OLDER) {
        causes.push(Cause::unsupported("resourceVersionMatch", &matching.into(), &[NOT_OLDER]));
    }
    causes
}
