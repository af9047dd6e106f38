//! Scripts as they lie in the folder: `about`, and `steps`.
//!
//! | key of a step | meaning |
//! |---|---|
//! | `do` | method and path |
//! | `body`, `type` | a tree, or text as it is sent; `apply`, `merge`, `json`, `strategic` or a media type, null for none |
//! | `as` | `user` and `groups` to impersonate |
//! | `accept`, `agent` | `table`, `partial`, `partials` or a media type; the `User-Agent` |
//! | `keep` | names for parts of the answer; later steps write `{name}`, as they write `{ns}` for the script's namespace |
//! | `until` | the step is repeated until these parts of the answer (or `code`) have these values |
//! | `show` | only these parts are compared, or only the `code` |
//! | `differs` | `at`: paths that are not compared, and `why` |

use std::path::Path;

use serde_json::Value;

/// One topic.
pub struct Script {
    /// Name of the file.
    pub name: String,
    /// What is said, in order.
    pub steps: Vec<Step>,
}

/// One request and what is done with its answer.
pub struct Step {
    /// `do`: method and path.
    pub request: String,
    /// Everything else, as it is written.
    pub options: Value,
    /// Paths that may differ.
    pub accepted: Vec<String>,
}

/// Every script, or the one that `DIALOGUE` names, by name.
pub fn all() -> Vec<Script> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialogues");
    let wanted = std::env::var("DIALOGUE").unwrap_or_default();
    let mut scripts: Vec<Script> = std::fs::read_dir(folder).unwrap().map(|entry| read(&entry.unwrap().path())).collect();
    scripts.retain(|script| wanted.is_empty() || script.name == wanted);
    scripts.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(!scripts.is_empty(), "no script is named {wanted:?}");
    scripts
}

fn read(path: &Path) -> Script {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let script = yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(script["about"].is_string(), "{name} does not say what it is about");
    Script { steps: script["steps"].as_array().unwrap().iter().map(|step| Step::read(&name, step)).collect(), name }
}

const KEYS: [&str; 11] = ["do", "body", "type", "as", "accept", "agent", "keep", "until", "show", "differs", "note"];

impl Step {
    fn read(script: &str, step: &Value) -> Step {
        let request = step["do"].as_str().unwrap_or_else(|| panic!("{script}: a step without `do`")).to_owned();
        let unknown = step.as_object().unwrap().keys().find(|key| !KEYS.contains(&key.as_str()));
        assert!(unknown.is_none(), "{script}: {request}: unknown key {unknown:?}");
        let accepted = step["differs"]["at"].as_array().into_iter().flatten().filter_map(|path| path.as_str().map(str::to_owned));
        let accepted: Vec<String> = accepted.collect();
        assert!(accepted.is_empty() || step["differs"]["why"].is_string(), "{script}: {request}: a difference without a reason");
        Step { request, accepted, options: step.clone() }
    }

    /// Whether a path lies in what may differ.
    pub fn accepts(&self, path: &str) -> bool {
        self.accepted.iter().any(|accepted| path.starts_with(accepted.as_str()))
    }

    /// The parts of an answer that are compared.
    pub fn shown(&self, answer: &Value) -> Value {
        match &self.options["show"] {
            Value::Null => answer.clone(),
            Value::Array(paths) => {
                let parts = paths.iter().filter_map(Value::as_str).map(|path| (path.to_owned(), part(&answer["body"], path).clone()));
                let shown: Value = Value::Object(parts.collect());
                serde_json::json!({"code": answer["code"], "body": shown})
            }
            _ => serde_json::json!({"code": answer["code"]}),
        }
    }

    /// Whether an answer is the one that the step waits for.
    pub fn is_awaited(&self, answer: &Value) -> bool {
        let wanted = self.options["until"].as_object().into_iter().flatten();
        wanted.into_iter().all(|(path, value)| if path == "code" { &answer["code"] == value } else { part(&answer["body"], path) == value })
    }
}

/// The part of a tree at a dotted path; null if it is not there.
pub fn part<'v>(tree: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(tree, |value, step| match step.parse::<usize>() {
        Ok(at) if value.is_array() => &value[at],
        _ => &value[step],
    })
}
