//! Generators: what makes resources out of literals, files and environment files.

pub(crate) mod config_map;
mod iam_policy;
mod pairs;
pub(crate) mod secret;

use std::collections::BTreeMap;

use object::{Map, Value};

use crate::error::Error;
use crate::fields::{Faults, Fields, Reading};
use crate::kustomization::{GeneratorArgs, GeneratorOptions};
use crate::loader::Loader;
use crate::resource::{Behavior, Place, Resource};

/// A generator that a configuration object asks for.
pub(crate) type Generate = fn(&Value, &Loader<'_>) -> Result<Vec<Resource>, Error>;

/// The built-in generators by the kind of their configuration. One line registers one file.
pub(crate) const ALL: &[(&str, Generate)] = &[
    ("ConfigMapGenerator", config_map::from_config),
    ("SecretGenerator", secret::from_config),
    ("IAMPolicyGenerator", iam_policy::from_config),
    ("HelmChartInflationGenerator", refuse_charts),
];

/// Charts are the Helm engine's business; a Kustomization with charts is refused as the reference refuses it without `--enable-helm`.
pub(crate) fn refuse_charts(_: &Value, _: &Loader<'_>) -> Result<Vec<Resource>, Error> {
    Err(Error::new(crate::ErrorKind::Refused, "trouble configuring builtin HelmChartInflationGenerator: must specify --enable-helm")
        .hint("charts are not inflated while building overlays: render the chart as a HelmRelease, or commit its output as resources"))
}

/// Global options where the generator's own say nothing.
pub(crate) fn with_global(args: &GeneratorArgs, global: Option<&GeneratorOptions>) -> GeneratorArgs {
    let mut args = args.clone();
    let Some(global) = global else { return args };
    let options = args.options.get_or_insert_default();
    for (mine, theirs) in [(&mut options.labels, &global.labels), (&mut options.annotations, &global.annotations)] {
        for (key, value) in theirs {
            mine.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    options.disable_name_suffix_hash |= global.disable_name_suffix_hash;
    options.immutable |= global.immutable;
    args
}

/// Reads the arguments out of a configuration object, whose metadata gives name and namespace where the fields do not.
fn args_of(config: &Value, is_secret: bool) -> Result<GeneratorArgs, Error> {
    let mut faults = Faults::new(Reading::Allow);
    let mut args = crate::kustomization::generator_of(&mut Fields::new(config, "", &mut faults), is_secret);
    faults.check_first()?;
    let metadata = |field: &str| config.pointer("/metadata").and_then(|metadata| metadata.get(field)).and_then(Value::as_str);
    if args.name.is_empty() {
        args.name = metadata("name").unwrap_or_default().to_owned();
    }
    if args.namespace.is_empty() {
        args.namespace = metadata("namespace").unwrap_or_default().to_owned();
    }
    Ok(args)
}

/// The object without its data.
fn base(kind: &str, args: &GeneratorArgs) -> Result<Map<String, Value>, Error> {
    if args.name.is_empty() {
        return Err(Error::build("a configmap must have a name").hint(format!("set `name` of the {kind} generator")));
    }
    let mut metadata = Map::from_iter([("name".to_owned(), args.name.as_str().into())]);
    if !args.namespace.is_empty() {
        metadata.insert("namespace".to_owned(), args.namespace.as_str().into());
    }
    let options = args.options.clone().unwrap_or_default();
    for (field, texts) in [("labels", options.labels), ("annotations", options.annotations)] {
        if !texts.is_empty() {
            metadata.insert(field.to_owned(), text_map(texts));
        }
    }
    let mut object = Map::from_iter([
        ("apiVersion".to_owned(), "v1".into()),
        ("kind".to_owned(), kind.into()),
        ("metadata".to_owned(), Value::Object(metadata)),
    ]);
    if options.immutable {
        object.insert("immutable".to_owned(), true.into());
    }
    Ok(object)
}

fn text_map(texts: BTreeMap<String, String>) -> Value {
    Value::Object(texts.into_iter().map(|(key, value)| (key, Value::String(value))).collect())
}

/// The resource around a generated object.
fn finish(object: Map<String, Value>, args: &GeneratorArgs) -> Resource {
    let mut resource = Resource::new(Value::Object(object), Place::default());
    resource.behavior = Behavior::parse(&args.behavior);
    resource.needs_hash = !args.options.as_ref().is_some_and(|options| options.disable_name_suffix_hash);
    resource
}

/// Base64 in lines of 70 characters, as the reference breaks it; short values stay on one line.
fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    const LINE: usize = 70;
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut text = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text
}
