//! Semantic versions: reading, comparing, and the methods of a version.

use std::rc::Rc;

use semver::{Constraint, Version};

use super::table;
use crate::error::Fault;
use crate::value::{Methods, Param, Signature, Struct, Text, Uint, Value};

table! {
    "semver" 1 version, "A version with Major, Minor, Patch, Prerelease, Metadata and more.";
    "semverCompare" 2 compare, "Whether a version satisfies a constraint.";
}

const TYPE: &str = "semver.Version";

fn read(text: &Text) -> Result<Version, Fault> {
    Version::parse_lenient(&text.lossy()).map_err(|error| error.to_string().into())
}

fn version(text: Text) -> Result<Value, Fault> {
    read(&text).map(value)
}

fn value(version: Version) -> Value {
    Value::Struct(Rc::new(Struct { name: TYPE, pointer: true, fields: Vec::new(), methods: Some(Rc::new(VersionMethods(version))) }))
}

fn compare(constraint: Text, version: Text) -> Result<bool, Fault> {
    let constraint = Constraint::parse(&constraint.lossy()).map_err(|error| Fault::new(error.to_string()))?;
    Ok(constraint.matches(&read(&version)?))
}

/// The methods of `*semver.Version`.
struct VersionMethods(Version);

impl Methods for VersionMethods {
    fn signature(&self, name: &str) -> Option<Signature> {
        Some(Signature::of(match name {
            "Major" | "Minor" | "Patch" | "Prerelease" | "Metadata" | "Original" | "String" | "IncMajor" | "IncMinor" | "IncPatch" => &[],
            "Compare" | "Equal" | "LessThan" | "GreaterThan" | "LessThanEqual" | "GreaterThanEqual" => &[Param::Pointer(TYPE)],
            "SetPrerelease" | "SetMetadata" => &[Param::Text],
            _ => return None,
        }))
    }

    fn call(&self, _: &Value, name: &str, arguments: Vec<Value>) -> Result<Value, Fault> {
        let version = &self.0;
        let number = |number| Value::Uint(number, Uint::Uint64);
        let changed = |changed: Result<Version, semver::VersionError>| changed.map(value).map_err(|error| Fault::new(error.to_string()));
        Ok(match (name, arguments.first()) {
            ("Major", _) => number(version.major()),
            ("Minor", _) => number(version.minor()),
            ("Patch", _) => number(version.patch()),
            ("Prerelease", _) => version.prerelease().into(),
            ("Metadata", _) => version.metadata().into(),
            ("Original", _) => version.original().into(),
            ("IncMajor", _) => value(version.inc_major()),
            ("IncMinor", _) => value(version.inc_minor()),
            ("IncPatch", _) => value(version.inc_patch()),
            ("SetPrerelease", Some(Value::String(text))) => changed(version.with_prerelease(&text.lossy()))?,
            ("SetMetadata", Some(Value::String(text))) => changed(version.with_metadata(&text.lossy()))?,
            ("String", _) => version.to_string().into(),
            (name, other) => order(version, name, other)?,
        })
    }

    fn text(&self, _: &Value) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// Compares with another version, which travels as its text.
fn order(version: &Version, name: &str, other: Option<&Value>) -> Result<Value, Fault> {
    let text = other
        .and_then(crate::value::print::method_text)
        .ok_or_else(|| Fault::from("runtime error: invalid memory address or nil pointer dereference"))?;
    let order = version.cmp(&read(&text.into())?);
    Ok(match name {
        "Compare" => Value::int(order as i64),
        "Equal" => order.is_eq().into(),
        "LessThan" => order.is_lt().into(),
        "GreaterThan" => order.is_gt().into(),
        "LessThanEqual" => order.is_le().into(),
        _ => order.is_ge().into(),
    })
}
