//! What a plan does to an object, for a person. Values of Secrets never print.

use controllers::Preview;
use object::Value;
use plan::{Action, Change};

/// The lines for one object, or none if nothing happens to it.
pub fn difference(preview: &Preview) -> Option<String> {
    let entry = &preview.entry;
    let verb = match entry.action {
        Action::Create => "created",
        Action::Update => "drifted",
        Action::Replace => "replaced",
        Action::Delete => "deleted",
        Action::Hold => return Some(format!("► {} held: {}\n", entry.id, entry.why)),
        Action::Skip | Action::Ignore | Action::Disown | Action::Refuse(_) => return None,
    };
    let is_secret = entry.id.kind == "Secret" && entry.id.group.is_empty();
    let changes: String = preview.changes.iter().map(|change| one(change, is_secret)).collect();
    Some(match changes.is_empty() {
        true => format!("► {} {verb}\n", entry.id),
        false => format!("► {} {verb}\n\n{changes}", entry.id),
    })
}

fn one(change: &Change, is_secret: bool) -> String {
    let title = match (&change.before, &change.after) {
        (Value::Null, _) => "+ value added",
        (_, Value::Null) => "- value removed",
        _ => "± value change",
    };
    let is_masked = is_secret && !is_plain_in_secrets(&change.path);
    let side = |sign: &str, value: &Value, when: &str| match value {
        Value::Null => String::new(),
        _ if is_masked => format!("{sign} *** ({when})\n"),
        value => signed(sign, value),
    };
    let (before, after) = (side("-", &change.before, "before"), side("+", &change.after, "after"));
    format!("{}\n{title}\n{before}{after}\n", change.path)
}

/// Labels and the type are not secret; anything else of a Secret may be.
fn is_plain_in_secrets(path: &str) -> bool {
    path == "type" || path == "immutable" || path.starts_with("metadata.labels")
}

/// A value as YAML, the sign in front of each line.
fn signed(sign: &str, value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        value => yaml::to_string(value),
    };
    text.lines().map(|line| format!("{sign} {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::ObjectId;
    use serde_json::json;

    fn preview(kind: &str, action: Action, path: &str, before: Value, after: Value) -> Preview {
        let id = ObjectId { group: String::new(), kind: kind.into(), namespace: "apps".into(), name: "a".into() };
        let entry = plan::Entry { id, version: "v1".into(), action, why: String::new(), object: None };
        Preview { entry, changes: vec![Change { path: path.into(), before, after }] }
    }

    #[test]
    fn a_change_shows_both_values() {
        let shown = difference(&preview("Service", Action::Update, "spec.ports.0.port", json!(9899), json!(9898)));
        assert_eq!(shown.unwrap(), "► Service/apps/a drifted\n\nspec.ports.0.port\n± value change\n- 9899\n+ 9898\n\n");
        let shown = difference(&preview("ConfigMap", Action::Update, "data.a", Value::Null, json!("x\ny")));
        assert_eq!(shown.unwrap(), "► ConfigMap/apps/a drifted\n\ndata.a\n+ value added\n+ x\n+ y\n\n");
    }

    #[test]
    fn values_of_secrets_are_masked_wherever_they_are() {
        for path in ["data.password", "stringData.password", "metadata.annotations.kubectl.kubernetes.io/last-applied-configuration"] {
            let shown = difference(&preview("Secret", Action::Update, path, json!("old"), json!("new"))).unwrap();
            assert!(shown.contains("- *** (before)\n+ *** (after)\n") && !shown.contains("old") && !shown.contains("new"), "{shown}");
        }
        let shown = difference(&preview("Secret", Action::Update, "metadata.labels.a", json!("old"), json!("new"))).unwrap();
        assert!(shown.contains("- old\n+ new\n"));
    }

    #[test]
    fn nothing_is_shown_of_what_stays() {
        assert_eq!(difference(&preview("Secret", Action::Skip, "", Value::Null, Value::Null)), None);
    }
}
