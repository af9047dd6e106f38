//! Reviews: objects that are answered instead of stored, about identities and permissions.

use serde_json::{Value, json};

use crate::access::{is_allowed, user_of_token};
use crate::answer::{self, Answer};
use crate::rbac::{Attributes, Rule};
use crate::registry::Resolved;
use crate::request::Call;
use crate::shared::Shared;
use crate::status::{About, Cause, Status};
use crate::tokens::AUDIENCE;
use crate::user::User;
use crate::{decode, meta};

/// Answers a review.
pub fn review(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    if call.verb != "create" {
        return Err(Status::method_not_allowed());
    }
    let mut review = decode::value(call, &resolved.resource.kind)?;
    check(&resolved.resource.kind, &review["spec"])?;
    let status = match &*resolved.resource.kind {
        "SelfSubjectAccessReview" => access(shared, &call.user, &review["spec"]),
        "SubjectAccessReview" | "LocalSubjectAccessReview" => access(shared, &user_of(&review["spec"]), &review["spec"]),
        "SelfSubjectRulesReview" => rules(shared, &call.user, &review["spec"]),
        "SelfSubjectReview" => json!({"userInfo": user_info(&call.user)}),
        "TokenReview" => token(shared, &review["spec"]),
        _ => return Err(Status::method_not_allowed()),
    };
    review["apiVersion"] = resolved.api_version().into();
    review["kind"] = resolved.resource.kind.as_str().into();
    meta::metadata(&mut review);
    match &*resolved.resource.kind {
        "SelfSubjectRulesReview" => review["spec"] = json!({}),
        "SelfSubjectReview" => {
            let now = meta::timestamp(shared.options.clock.now());
            meta::metadata(&mut review).insert("creationTimestamp".into(), now.into());
        }
        _ => {}
    }
    review["status"] = status;
    Ok(answer::json(201, &review))
}

/// What a review of access must say.
fn check(kind: &str, spec: &Value) -> Result<(), Status> {
    if !kind.ends_with("AccessReview") {
        return Ok(());
    }
    let mut causes = Vec::new();
    if spec["resourceAttributes"].is_object() == spec["nonResourceAttributes"].is_object() {
        let why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
        causes.push(Cause::invalid("spec.resourceAttributes", &Value::Null, why));
    }
    let is_nobody = spec["user"].as_str().unwrap_or_default().is_empty() && spec["groups"].as_array().is_none_or(Vec::is_empty);
    if kind != "SelfSubjectAccessReview" && is_nobody {
        causes.push(Cause::invalid("spec.user", &"".into(), "at least one of user or group must be specified"));
    }
    let about = About { group: "authorization.k8s.io", resource: "", name: "" };
    if causes.is_empty() { Ok(()) } else { Err(Status::invalid(about, causes)) }
}

fn access(shared: &Shared, user: &User, spec: &Value) -> Value {
    let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
    let (resource, path) = (&spec["resourceAttributes"], &spec["nonResourceAttributes"]);
    let verb = if resource.is_object() { text(&resource["verb"]) } else { text(&path["verb"]) };
    let parts = ["group", "resource", "subresource", "namespace", "name"].map(|key| text(&resource[key]));
    let path = text(&path["path"]);
    let [group, resource, subresource, namespace, name] = &parts;
    let allowed = is_allowed(shared, user, &Attributes { verb: &verb, group, resource, subresource, namespace, name, path: &path });
    json!({"allowed": allowed})
}

fn rules(shared: &Shared, user: &User, spec: &Value) -> Value {
    let everything = [
        Rule { verbs: vec!["*".into()], groups: vec!["*".into()], resources: vec!["*".into()], ..Rule::default() },
        Rule { verbs: vec!["*".into()], paths: vec!["*".into()], ..Rule::default() },
    ];
    let all = is_allowed(shared, user, &Attributes { verb: "*", group: "*", resource: "*", ..Attributes::default() });
    let rules =
        if all { everything.to_vec() } else { shared.rbac.rules_of(&shared.store, user, spec["namespace"].as_str().unwrap_or_default()) };
    let (paths, resources): (Vec<&Rule>, Vec<&Rule>) = rules.iter().partition(|rule| !rule.paths.is_empty());
    let resource = |rule: &&Rule| {
        let mut shown = json!({"verbs": rule.verbs, "apiGroups": rule.groups, "resources": rule.resources});
        if !rule.names.is_empty() {
            shown["resourceNames"] = json!(rule.names);
        }
        shown
    };
    let path = |rule: &&Rule| json!({"verbs": rule.verbs, "nonResourceURLs": rule.paths});
    json!({
        "resourceRules": resources.iter().map(resource).collect::<Vec<_>>(),
        "nonResourceRules": paths.iter().map(path).collect::<Vec<_>>(), "incomplete": false,
    })
}

fn token(shared: &Shared, spec: &Value) -> Value {
    let audience = spec["audiences"][0].as_str().unwrap_or(AUDIENCE);
    match user_of_token(shared, spec["token"].as_str().unwrap_or_default(), audience) {
        Some(user) => json!({"authenticated": true, "user": user_info(&user), "audiences": [audience]}),
        None => json!({"user": {}, "error": "invalid bearer token"}),
    }
}

fn user_info(user: &User) -> Value {
    let mut info = json!({"username": user.name, "groups": user.groups});
    if !user.uid.is_empty() {
        info["uid"] = user.uid.as_str().into();
    }
    if !user.extra.is_empty() {
        info["extra"] = json!(user.extra);
    }
    info
}

fn user_of(spec: &Value) -> User {
    let groups = spec["groups"].as_array().into_iter().flatten().filter_map(|group| group.as_str().map(str::to_owned));
    User { name: spec["user"].as_str().unwrap_or_default().into(), groups: groups.collect(), ..User::default() }
}
