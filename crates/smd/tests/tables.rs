//! The tables of the reference program: field sets, typed values, sequences of applies and updates.
//!
//! The tables are read in place; types that a table does not carry stand in `types.json`.

#![allow(clippy::unwrap_used)] // a panic is how these helpers fail

use schema::{Catalog, Type};
use serde_json::{Map, Value, json};
use smd::{ApplyRequest, Duplicates, Element, Error, FieldSet, Managers, Path, UpdateRequest};
use std::path::PathBuf;

const NOW: &str = "2026-01-02T03:04:05Z";

fn table(name: &str) -> Option<Vec<Value>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/tables").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not here", path.display());
        return None;
    };
    let mut table: Value = serde_json::from_str(&text).unwrap();
    Some(table["cases"].as_array_mut().unwrap().drain(..).filter(|case| case["complete"] == true).collect())
}

/// Runs one check for each case and reports counts; `None` means that the check does not know the case.
fn run(name: &str, check: impl Fn(&str, &Value) -> Option<Result<(), String>>) {
    let Some(cases) = table(name) else { return };
    let (mut passed, mut skipped, mut failed) = (0, Vec::new(), Vec::new());
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        match check(id, &case["data"]) {
            None => skipped.push(id),
            Some(Ok(())) => passed += 1,
            Some(Err(why)) => failed.push(format!("{id}: {why}")),
        }
    }
    println!("{name}: {passed} passed, {} failed, {} not understood: {skipped:?}", failed.len(), skipped.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn same(found: &FieldSet, expected: &Value) -> Result<(), String> {
    let expected = set(expected);
    if *found == expected { Ok(()) } else { Err(format!("found {}, expected {}", found.to_json(), expected.to_json())) }
}

fn set(data: &Value) -> FieldSet {
    FieldSet::of(data["set"].as_array().into_iter().flatten().map(path))
}

fn path(data: &Value) -> Path {
    Path(data["path"].as_array().unwrap().iter().map(element).collect())
}

fn element(data: &Value) -> Element {
    match data {
        Value::String(name) => Element::field(name),
        Value::Number(index) => Element::index(index.as_i64().unwrap()),
        Value::Object(map) if map.contains_key("value") => Element::value(&map["value"]),
        Value::Object(map) => Element::key(map["key"].as_object().unwrap().clone()),
        Value::Array(keys) => {
            Element::key(keys.iter().map(|key| (key["Name"].as_str().unwrap().into(), key["Value"]["value"].clone())).collect())
        }
        other => panic!("no element: {other}"),
    }
}

fn expect(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what.into()) }
}

#[test]
fn field_paths() {
    run("smd-fieldpath.json", |id, data| {
        Some(match id.split([':', '/']).nth(1)? {
            "TestPathString" => expect(path(&data["fp"]).to_string() == data["expect"], &path(&data["fp"]).to_string()),
            "TestDeserializePathElementError" => expect(Element::parse(data.as_str()?).is_err(), "was accepted"),
            "TestSerializeV1GoldenData" => {
                let json: Value = serde_json::from_str(data.as_str()?).unwrap();
                expect(FieldSet::from_json(&json).unwrap().to_json() == json, "does not come back")
            }
            "TestSetFromJSONTokenTypeErrors" => expect(read(data["input"].as_str()?).is_none(), "was accepted"),
            "TestSetFromJSON" => expect(read(data["input"].as_str()?).is_some(), "was refused"),
            "TestSetEquals" => expect((set(&data["a"]) == set(&data["b"])) == data["equal"], "wrong"),
            "TestSetLeaves" => {
                let mut leaves = set(&data["input"]).leaves();
                leaves.subtract(&FieldSet::default());
                same(&leaves, &data["expected"])
            }
            "TestSetDifference" => {
                let (mut plain, mut deep) = (set(&data["a"]), set(&data["a"]));
                plain.subtract(&set(&data["b"]));
                deep.subtract_below(&set(&data["b"]));
                same(&plain, &data["expectDifference"]).and(same(&deep, &data["expectRecursiveDifference"]))
            }
            "TestFromValue" => None?,
            "TestPathElementLess" => {
                let (a, b) = (bare_element(&data["a"])?, bare_element(&data["b"])?);
                expect(if data["eq"] == true { a == b } else { a < b }, "wrong order")
            }
            "TestDeserializePathElementSuccess" => {
                expect(Element::parse(data[0].as_str()?).ok() == bare_element(&data[1]), "is read wrong")
            }
            "TestDeserializeForValidNonNormalized" => expect(read(data["nonNormalizedString"].as_str()?).is_some(), "was refused"),
            _ => return None,
        })
    });
}

fn bare_element(data: &Value) -> Option<Element> {
    let map = data.as_object()?;
    if let Some(name) = map.get("FieldName") {
        return Some(Element::field(name.as_str()?));
    }
    if let Some(keys) = map.get("Key") {
        return Some(Element::key(keys["key"].as_object()?.clone()));
    }
    if let Some(value) = map.get("Value") {
        return Some(Element::value(&value["value"]));
    }
    Some(Element::index(map.get("Index")?.as_i64()?))
}

fn read(text: &str) -> Option<FieldSet> {
    FieldSet::from_json(&serde_json::from_str(text).ok()?).ok()
}

/// The schema language of the tables as OpenAPI definitions.
fn catalog(text: &str) -> Catalog {
    let schema = yaml::from_str(text).unwrap();
    let types = schema["types"].as_array().unwrap().iter();
    Catalog::from_openapi(&Value::Object(types.map(|entry| (entry["name"].as_str().unwrap().into(), openapi(entry))).collect()))
}

fn openapi(entry: &Value) -> Value {
    if let Some(name) = entry["namedType"].as_str() {
        return json!({"$ref": format!("#/definitions/{name}")});
    }
    match (&entry["scalar"], &entry["list"], &entry["map"]) {
        (Value::String(_), list, _) if list.is_object() => {
            let atomic = entry["map"]["elementRelationship"] == "atomic";
            if atomic { json!({"x-kubernetes-map-type": "atomic"}) } else { json!({}) }
        }
        (Value::String(scalar), ..) => {
            json!({"type": match scalar.as_str() { "numeric" => "number", other => other }})
        }
        (_, list, _) if list.is_object() => {
            let kind = match (&list["elementRelationship"], &list["keys"]) {
                (Value::String(kind), Value::Array(_)) if kind == "associative" => "map",
                (Value::String(kind), _) if kind == "associative" => "set",
                _ => "atomic",
            };
            json!({"type": "array", "items": openapi(&list["elementType"]), "x-kubernetes-list-type": kind,
                "x-kubernetes-list-map-keys": list["keys"]})
        }
        (_, _, map) => {
            let fields: Map<String, Value> = map["fields"].as_array().into_iter().flatten().map(field).collect();
            let mut schema = json!({"type": "object"});
            if !fields.is_empty() {
                schema["properties"] = Value::Object(fields);
            }
            if map["elementType"].is_object() {
                schema["additionalProperties"] = openapi(&map["elementType"]);
            }
            schema
        }
    }
}

fn field(field: &Value) -> (String, Value) {
    (field["name"].as_str().unwrap().into(), openapi(&field["type"]))
}

#[test]
fn typed_values() {
    run("smd-typed.json", |id, data| {
        let catalog = data["schema"].as_str().map(catalog);
        let place = catalog.as_ref().map_or(Some(Type::any()), |catalog| catalog.get(data["rootTypeName"].as_str()?))?;
        let parse = |value: &Value| yaml::from_str(value.as_str().unwrap()).ok();
        let list = |name: &str| data[name].as_array().cloned().unwrap_or_default();
        match id.split([':', '/']).nth(1)? {
            "TestMergeDeduced" => Some(merges(&parse, place, data)),
            "mergeCases" => Some(list("triplets").iter().try_for_each(|triplet| merges(&parse, place, triplet))),
            "TestToSetDeduced" => Some(owns(&parse, place, data)),
            "fieldsetCases" => Some(list("pairs").iter().try_for_each(|pair| owns(&parse, place, pair))),
            "TestSymdiffDeduced" => Some(differs(&parse, place, data)),
            // Lists whose items are told apart without a declared type do not occur in Kubernetes.
            "TestComparisonExcludeFields" => Some(excludes(data)),
            "symdiffCases" if data["name"] == "untyped separable" => None,
            "symdiffCases" => Some(list("quints").iter().try_for_each(|quint| differs(&parse, place, quint))),
            "removeCases" => Some(list("quadruplets").iter().try_for_each(|quadruplet| cuts(&parse, place, quadruplet))),
            "validationCases" => Some(validates(&parse, place, data)),
            _ => None,
        }
    });
}

fn excludes(data: &Value) -> Result<(), String> {
    let read =
        |data: &Value| smd::Comparison { added: set(&data["Added"]), modified: set(&data["Modified"]), removed: set(&data["Removed"]) };
    let found = read(&data["Comparison"]).without(&set(&data["Remove"]));
    expect(found == read(&data["Expect"]), &format!("found {found:?}"))
}

type Parse<'p> = &'p dyn Fn(&Value) -> Option<Value>;

fn merges(parse: Parse<'_>, place: Type<'_>, data: &Value) -> Result<(), String> {
    let found = smd::merge(&parse(&data["lhs"]).unwrap(), &parse(&data["rhs"]).unwrap(), place);
    expect(Some(&found) == parse(&data["out"]).as_ref(), &format!("{data}: found {found}"))
}

fn owns(parse: Parse<'_>, place: Type<'_>, data: &Value) -> Result<(), String> {
    let found = smd::field_set(&parse(&data["object"]).unwrap(), place, Duplicates::Allow).map_err(|errors| errors.join("; "))?;
    same(&found, &data["set"]).map_err(|why| format!("{}: {why}", data["object"]))
}

fn differs(parse: Parse<'_>, place: Type<'_>, data: &Value) -> Result<(), String> {
    let (Some(old), Some(new)) = (parse(&data["lhs"]), parse(&data["rhs"])) else { return Ok(()) };
    let found = smd::compare(&old, &new, place);
    same(&found.removed, &data["removed"])
        .and(same(&found.modified, &data["modified"]))
        .and(same(&found.added, &data["added"]))
        .map_err(|why| format!("{} -> {}: {why}", data["lhs"], data["rhs"]))
}

fn cuts(parse: Parse<'_>, place: Type<'_>, data: &Value) -> Result<(), String> {
    let object = parse(&data["object"]).unwrap();
    let wanted = |name: &str| without_null(parse(&data[name]).unwrap());
    let removed = without_null(smd::remove(&object, place, &set(&data["set"])));
    let extracted = without_null(smd::extract(&object, place, &set(&data["set"])));
    expect(removed == wanted("removeOutput"), &format!("{data}: removed {removed}"))
        .and(expect(extracted == wanted("extractOutput"), &format!("{data}: extracted {extracted}")))
}

/// The reference leaves null where nothing is left; here the field goes.
fn without_null(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let map: Map<String, Value> = map.into_iter().filter(|(_, value)| !value.is_null()).collect();
            if map.is_empty() { Value::Null } else { Value::Object(map) }
        }
        other => other,
    }
}

fn validates(parse: Parse<'_>, place: Type<'_>, data: &Value) -> Result<(), String> {
    let fits = |value: &Value, duplicates| parse(value).is_some_and(|value| smd::field_set(&value, place, duplicates).is_ok());
    let list = |name: &str| data[name].as_array().cloned().unwrap_or_default();
    for value in list("validObjects") {
        expect(fits(&value, Duplicates::Refuse), &format!("refused {value}"))?;
    }
    for value in list("invalidObjects") {
        expect(!fits(&value, Duplicates::Allow), &format!("accepted {value}"))?;
    }
    for value in list("duplicatesObjects") {
        expect(fits(&value, Duplicates::Allow) && !fits(&value, Duplicates::Refuse), &format!("duplicates in {value}"))?;
    }
    Ok(())
}

/// The type of a merge test's objects, by the file that the test comes from.
fn merge_type(id: &str) -> Option<Catalog> {
    let types: Value = serde_json::from_str(include_str!("types.json")).unwrap();
    let mut fields = types[id.split("_test.go").next()?].as_object()?.clone();
    if fields.is_empty() {
        return Some(Catalog::from_schema(&json!({"x-kubernetes-preserve-unknown-fields": true, "type": "object"})));
    }
    if fields.remove("mapOfMapsRecursive").is_some() {
        let level = |below: Value| json!({"type": "object", "additionalProperties": below});
        fields.insert("mapOfMapsRecursive".into(), (0..8).fold(json!({"type": "object"}), |below, _| level(below)));
    }
    Some(Catalog::from_schema(&json!({"type": "object", "properties": fields})))
}

#[test]
fn applies_and_updates() {
    run("smd-merge.json", |id, data| {
        let known = data["Ops"].as_array()?.iter().all(|operation| operation["Object"].is_string());
        if id.contains("Conversion") || !known {
            return None;
        }
        let catalog = merge_type(id)?;
        Some(story(catalog.root(), data))
    });
}

fn story(place: Type<'_>, data: &Value) -> Result<(), String> {
    let mut live: Option<Value> = None;
    let is_error_case = data["Object"].is_null() && data["Managed"].is_null();
    for (index, operation) in data["Ops"].as_array().unwrap().iter().enumerate() {
        match step(place, live.as_ref(), operation) {
            Ok(object) => live = Some(object),
            Err(_) if is_error_case => return Ok(()),
            Err(Error::Conflict(conflicts)) => {
                let found: Vec<String> = conflicts.0.iter().map(|conflict| conflict.path.to_string()).collect();
                let wanted = operation["Conflicts"].as_array().into_iter().flatten();
                let wanted: Vec<String> = wanted.map(|conflict| path(&conflict["Path"]).to_string()).collect();
                expect(found == wanted, &format!("step {index}: conflicts {found:?}, expected {wanted:?}"))?;
            }
            Err(error) => return Err(format!("step {index}: {error}")),
        }
    }
    expect(!is_error_case, "was not refused")?;
    let live = live.unwrap();
    if let Some(text) = data["Object"].as_str() {
        let wanted = yaml::from_str(&text.replace('\t', "")).unwrap();
        let mut found = live.clone();
        ["apiVersion", "kind", "metadata"].iter().for_each(|name| drop(found.as_object_mut().unwrap().remove(*name)));
        expect(found == wanted, &format!("object {found}, expected {wanted}"))?;
    }
    let managers = Managers::of(&live).0;
    let wanted = data["Managed"].as_object().cloned().unwrap_or_default();
    for (name, entry) in wanted.iter().filter(|(name, _)| *name != "_type") {
        let found = managers.iter().find(|manager| manager.name == *name).ok_or(format!("no manager {name}"))?;
        same(&found.fields, &entry["set"]).map_err(|why| format!("manager {name}: {why}"))?;
    }
    expect(wanted.is_empty() || managers.len() == wanted.len() - 1, &format!("{} managers", managers.len()))
}

fn step(place: Type<'_>, live: Option<&Value>, operation: &Value) -> Result<Value, Error> {
    let mut object = yaml::from_str(&operation["Object"].as_str().unwrap().replace('\t', "")).unwrap();
    let version = operation["APIVersion"].as_str().unwrap();
    object["apiVersion"] = json!(version);
    object["kind"] = json!("Test");
    object["metadata"] = json!({});
    let manager = operation["Manager"].as_str().unwrap();
    let ignored = &FieldSet::default();
    if operation["_type"] == "Update" {
        return Ok(smd::update(UpdateRequest {
            live,
            new: &object,
            place,
            empty: &json!({}),
            manager,
            subresource: "",
            now: NOW,
            ignored,
        }));
    }
    let force = operation["_type"] == "ForceApply";
    if let (true, Some(live)) = (operation["_type"] == "ExtractApply", live) {
        let mine = Managers::of(live).0.into_iter().find(|known| known.name == manager).map(|known| known.fields).unwrap_or_default();
        let had = smd::extract(live, place, &mine.leaves());
        object = if had.is_object() { smd::merge(&had, &object, place) } else { object };
    }
    smd::apply(ApplyRequest { live, applied: &object, place, empty: &json!({}), manager, subresource: "", force, now: NOW, ignored })
        .map(|applied| applied.object)
}
