//! Nobody grants what he does not hold: writes of roles and bindings are measured against the writer's own rules.

use serde_json::Value;

use super::authorize::is_allowed;
use crate::options::Authorization;
use crate::rbac::{Attributes, Rule};
use crate::registry::Resolved;
use crate::request::Call;
use crate::shared::Shared;
use crate::status::Status;
use crate::store::Key;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Refuses a role or binding that grants more than the caller holds.
pub fn check_escalation(shared: &Shared, call: &Call, resolved: &Resolved, object: &Value) -> Result<(), Status> {
    let concerned = resolved.resource.group == GROUP && shared.options.authorization == Authorization::Rbac;
    if !concerned || call.user.is_master() || unchanged(shared, call, resolved, object) {
        return Ok(());
    }
    let (granted, verb) = match &*resolved.resource.plural {
        "roles" | "clusterroles" => (Rule::read_all(object), "escalate"),
        _ => (Vec::new(), "bind"),
    };
    if is_permitted(shared, call, object, verb) {
        return Ok(());
    }
    let granted = if verb == "bind" { granted_by_binding(shared, call, resolved, object)? } else { granted };
    let held = shared.rbac.rules_of(&shared.store, &call.user, call.namespace());
    let missing: Vec<Rule> = granted.iter().flat_map(Rule::atoms).filter(|atom| !held.iter().any(|own| own.covers(atom))).collect();
    if missing.is_empty() { Ok(()) } else { Err(refusal(call, resolved, object, &missing)) }
}

/// What was granted before may stay granted.
fn unchanged(shared: &Shared, call: &Call, resolved: &Resolved, object: &Value) -> bool {
    let key = Key::new(call.namespace(), call.name());
    let Some(old) = shared.store.get(&resolved.resource.collection, &key) else { return false };
    let old = old.value();
    ["rules", "roleRef", "subjects", "aggregationRule"].iter().all(|field| old[*field] == object[*field])
}

/// The rules of the bound role. One that does not exist cannot be measured, and is refused in the binding's name.
fn granted_by_binding(shared: &Shared, call: &Call, resolved: &Resolved, binding: &Value) -> Result<Vec<Rule>, Status> {
    let role = &binding["roleRef"];
    let name = role["name"].as_str().unwrap_or_default();
    let rules = shared.rbac.rules_of_role(&shared.store, role["kind"] == "ClusterRole", call.namespace(), name);
    rules.ok_or_else(|| Status::not_found(resolved.about(name)))
}

/// Whether the caller has the verb that lifts the check.
fn is_permitted(shared: &Shared, call: &Call, object: &Value, verb: &str) -> bool {
    let (resource, name) = match verb {
        "bind" => (if object["roleRef"]["kind"] == "ClusterRole" { "clusterroles" } else { "roles" }, object["roleRef"]["name"].as_str()),
        _ => (&*call.target.plural, object["metadata"]["name"].as_str()),
    };
    let namespace = call.namespace();
    is_allowed(
        shared,
        &call.user,
        &Attributes { verb, group: GROUP, resource, namespace, name: name.unwrap_or_default(), ..Attributes::default() },
    )
}

fn refusal(call: &Call, resolved: &Resolved, object: &Value, missing: &[Rule]) -> Status {
    let groups = call.user.groups.iter().map(|group| format!("{group:?}")).collect::<Vec<_>>().join(" ");
    let missing = missing.iter().map(Rule::describe).collect::<Vec<_>>().join("\n");
    let why =
        format!("user {:?} (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n{missing}", call.user.name);
    Status::forbidden(resolved.about(object["metadata"]["name"].as_str().unwrap_or_default()), why)
}
