//! Objects that a server with our CRDs must accept or refuse: the table under `crates/api/tests/cases/admission`.
//!
//! Refuses to be: a test. It reads the table and asks one server; the tests run it against the real server and the embedded one.

use ::kube::api::{Api, DynamicObject, PostParams};
use ::kube::core::{ApiResource, GroupVersionKind};
use ::kube::{Client, Error};
use anyhow::{Context, Result};
use object::Value;
use serde::Deserialize;
use std::path::Path;

/// Namespace the objects are created in.
const NAMESPACE: &str = "default";

/// One file of the table: the cases of one kind.
#[derive(Deserialize)]
struct Table {
    kind: String,
    accepted: Vec<Case>,
    refused: Vec<Case>,
}

/// One object and what must become of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// What the case shows.
    pub shows: String,
    /// Text that the server's refusal must hold; empty for an accepted object.
    #[serde(default)]
    pub because: String,
    /// The spec of the object.
    pub spec: Value,
    /// Fields of the spec that the server fills in, with their values.
    #[serde(default)]
    pub filled: Value,
    /// Kind of the object.
    #[serde(skip)]
    pub kind: String,
}

/// Every case of the table, in the order of the files.
pub fn cases() -> Result<Vec<Case>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/tests/cases/admission");
    let mut paths = std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    let tables = paths.iter().map(|path| read(path).with_context(|| path.display().to_string())).collect::<Result<Vec<_>>>()?;
    Ok(tables.into_iter().flatten().collect())
}

fn read(path: &Path) -> Result<Vec<Case>> {
    let table: Table = serde_json::from_value(yaml::from_str(&std::fs::read_to_string(path)?)?)?;
    anyhow::ensure!(table.refused.iter().all(|case| !case.because.is_empty()), "a refused case says no `because`");
    let kind = |case: Case| Case { kind: table.kind.clone(), ..case };
    Ok(table.accepted.into_iter().chain(table.refused).map(kind).collect())
}

/// Asks the server about every case by dry run and gives what differs from the table, one line each.
pub async fn differences(client: &Client) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for case in cases()? {
        if let Some(line) = difference(client, &case).await? {
            lines.push(format!("{}: {}: {line}", case.kind, case.shows));
        }
    }
    Ok(lines)
}

async fn difference(client: &Client, case: &Case) -> Result<Option<String>> {
    let resource = resource(&case.kind)?;
    let mut object = DynamicObject::new("sample", &resource).within(NAMESPACE);
    object.data = serde_json::json!({"spec": case.spec});
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), NAMESPACE, &resource);
    let dry_run = PostParams { dry_run: true, ..PostParams::default() };
    match api.create(&dry_run, &object).await {
        Ok(_) if !case.because.is_empty() => Ok(Some("accepted, but must be refused".into())),
        Ok(created) => Ok(unfilled(&created.data["spec"], &case.filled)),
        Err(Error::Api(status)) if !case.because.is_empty() && status.message.contains(&case.because) => Ok(None),
        Err(Error::Api(status)) => Ok(Some(status.message.clone())),
        Err(error) => Err(error.into()),
    }
}

/// What the server should have filled in and did not.
fn unfilled(spec: &Value, filled: &Value) -> Option<String> {
    let fields = filled.as_object()?;
    let missing = fields.iter().find(|(pointer, value)| spec.pointer(pointer) != Some(value));
    missing.map(|(pointer, value)| format!("spec{pointer} should be {value} and is {:?}", spec.pointer(pointer)))
}

fn resource(kind: &str) -> Result<ApiResource> {
    let crd = api::crds().into_iter().find(|crd| crd["spec"]["names"]["kind"] == kind).with_context(|| format!("no kind {kind}"))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let gvk = GroupVersionKind::gvk(&text(&crd["spec"]["group"]), &text(&crd["spec"]["versions"][0]["name"]), kind);
    Ok(ApiResource::from_gvk_with_plural(&gvk, &text(&crd["spec"]["names"]["plural"])))
}
