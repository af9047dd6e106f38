//! `replacements`: a value read from one field and written to others, whole or in part.

use object::Value;

use super::{Boxed, Context, Transformer, read_config};
use crate::assign::{self, Given};
use crate::error::{Error, ErrorKind};
use crate::fields::{Faults, Reading};
use crate::id::{DEFAULT_NAMESPACE, Gvk, Id};
use crate::path;
use crate::replacement::{self, FieldOptions, Replacement, ReplacementField, Source, Target};
use crate::resource::{Resource, scalar_text};
use crate::resources::Resources;
use crate::selector::Matcher;

const DEFAULT_FIELD: &str = "metadata.name";

/// The replacements, in order.
pub(crate) struct Replace {
    replacements: Vec<Replacement>,
}

impl Replace {
    /// Reads all entries; those with a path hold one or several in a file.
    pub fn new(entries: &[ReplacementField], context: &Context<'_>) -> Result<Replace, Error> {
        let mut replacements = Vec::new();
        for entry in entries {
            if entry.path.is_empty() {
                replacements.push(entry.replacement.clone());
                continue;
            }
            let has_targets = entry.replacement.targets.as_ref().is_some_and(|targets| !targets.is_empty());
            if entry.replacement.source.is_some() || has_targets {
                return Err(Error::new(ErrorKind::Malformed, "cannot specify both path and inline replacement"));
            }
            replacements.extend(from_file(&entry.path, context)?);
        }
        Ok(Replace { replacements })
    }
}

fn from_file(path: &str, context: &Context<'_>) -> Result<Vec<Replacement>, Error> {
    let text = context.loader.read_text(path)?;
    let value =
        yaml::from_str(&text).map_err(|error| Error::new(ErrorKind::Malformed, error.to_string()).in_file(path).at_line(error.line))?;
    let mut faults = Faults::new(Reading::Allow);
    let replacements = match &value {
        Value::Array(items) => items.iter().map(|item| replacement::read(item, "", &mut faults)).collect(),
        Value::Object(_) => vec![replacement::read(&value, "", &mut faults)],
        _ => return Err(Error::new(ErrorKind::Malformed, "unsupported replacement type encountered within replacement path").in_file(path)),
    };
    faults.check_first().map(|()| replacements).map_err(|fault| fault.in_file(path))
}

impl Transformer for Replace {
    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        for replacement in &self.replacements {
            let has_source = replacement.source.is_some() || replacement.source_value.is_some();
            let (true, Some(targets)) = (has_source, &replacement.targets) else {
                return Err(Error::build("replacements must specify a source and at least one target").at_field("replacements"));
            };
            let mut given = source_value(replacement, resources)?;
            for target in targets {
                write(&mut given, replacement.source.as_ref(), target, resources)?;
            }
        }
        Ok(())
    }
}

fn source_value(replacement: &Replacement, resources: &Resources) -> Result<Given, Error> {
    match (&replacement.source_value, &replacement.source) {
        (Some(_), Some(_)) => Err(Error::build("value and resource selectors are mutually exclusive")),
        (Some(value), None) => Ok(Given { value: Value::String(value.clone()), is_plain: true, from: None }),
        (None, Some(source)) => read(source, resources),
        (None, None) => Err(Error::build("replacements must specify a source and at least one target")),
    }
}

fn read(source: &Source, resources: &Resources) -> Result<Given, Error> {
    let from = source_position(source, resources)?;
    let resource = &resources.items()[from];
    let field_path = field_path(source);
    let found = path::lookup(&resource.value, &path::split_fields(field_path))
        .map_err(|error| error.context("error looking up replacement source").of_object(resource.id()))?;
    let is_empty = |value: &&Value| match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    let Some(value) = found.filter(|value| !is_empty(value)) else {
        let message = format!("fieldPath `{field_path}` is missing for replacement source {}", describe(source));
        return Err(Error::build(message).of_object(resource.id()).hint("check the path against the source as it is at this step"));
    };
    Ok(Given { value: refine(value, &source.options)?, is_plain: false, from: Some(from) })
}

/// Reads the source again, which was just written: later targets get what stands there now.
fn read_again(given: &mut Given, source: Option<&Source>, written: &Resource) {
    let Some(source) = source.filter(|source| source.options.delimiter.is_empty()) else { return };
    if let Ok(Some(now)) = path::lookup(&written.value, &path::split_fields(field_path(source))) {
        given.value.clone_from(now);
    }
}

fn field_path(source: &Source) -> &str {
    if source.field_path.is_empty() { DEFAULT_FIELD } else { &source.field_path }
}

fn selects(source: &Source, resource: &Resource) -> bool {
    let wanted = &source.selector;
    let gvk = Gvk { group: &wanted.group, version: &wanted.version, kind: &wanted.kind };
    let namespace = |id: &Id<'_>| if id.namespace.is_empty() { DEFAULT_NAMESPACE.to_owned() } else { id.namespace.clone().into_owned() };
    resource.all_ids().any(|id| {
        // Whether the kind has a namespace is not looked at here.
        (wanted.name.is_empty() || wanted.name == id.name)
            && (wanted.namespace.is_empty() || wanted.namespace == namespace(&id))
            && id.gvk.is_selected_by(gvk)
    })
}

fn source_position(source: &Source, resources: &Resources) -> Result<usize, Error> {
    let mut found = resources.items().iter().enumerate().filter(|(_, resource)| selects(source, resource));
    match (found.next(), found.next()) {
        (Some((at, _)), None) => Ok(at),
        (None, _) => Err(Error::build(format!("nothing selected by {}", describe_with_path(source)))
            .hint("the source must be a resource of this Kustomization; check kind, name and namespace")),
        _ => Err(Error::build(format!("multiple matches for selector {}", describe_with_path(source)))
            .hint("name the source more exactly: add kind, name or namespace")),
    }
}

fn describe(source: &Source) -> String {
    let wanted = &source.selector;
    let gvk = Gvk { group: &wanted.group, version: &wanted.version, kind: &wanted.kind };
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    format!("{gvk}/{}.{}", or(&wanted.name, "[noName]"), or(&wanted.namespace, "[noNs]"))
}

fn describe_with_path(source: &Source) -> String {
    let mut text = describe(source);
    if !source.field_path.is_empty() {
        text = format!("{text}:{}", source.field_path);
    }
    let options = &source.options;
    if !options.delimiter.is_empty() || options.create {
        text = format!("{text}:{}({}), create={}", options.delimiter, options.index, options.create);
    }
    text
}

/// The part of the value that the options ask for.
fn refine(value: &Value, options: &FieldOptions) -> Result<Value, Error> {
    if options.delimiter.is_empty() {
        return Ok(value.clone());
    }
    if value.is_object() || value.is_array() {
        return Err(Error::build("delimiter option can only be used with scalar nodes"));
    }
    let text = scalar_text(value);
    let part = usize::try_from(options.index).ok().and_then(|index| text.split(&options.delimiter).nth(index));
    let out_of_bounds = || Error::build(format!("options.index {} is out of bounds for value {text}", options.index));
    // A part keeps the type of the whole.
    let typed = |part: &str| if value.is_string() { part.into() } else { path::plain(part) };
    part.map(typed).ok_or_else(out_of_bounds)
}

fn write(given: &mut Given, source: Option<&Source>, target: &Target, resources: &mut Resources) -> Result<(), Error> {
    let Some(select) = &target.select else {
        return Err(Error::build("target must specify resources to select").at_field("targets.select"));
    };
    let failed = |error: Error| error.context("error creating target selector");
    let select = Matcher::new(select).map_err(failed)?;
    let reject = target.reject.iter().map(Matcher::new).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let default = [DEFAULT_FIELD.to_owned()];
    let mut budget = resources.budget;
    let own_source = source.filter(|source| source.options.delimiter.is_empty()).map(|source| path::split_fields(field_path(source)));
    let paths: &[String] = if target.field_paths.is_empty() { &default } else { &target.field_paths };
    for (at, resource) in resources.items_mut().iter_mut().enumerate().filter(|(_, resource)| is_target(resource, &select, &reject)) {
        let shown = resource.id().to_string();
        for path in paths {
            budget.write(&given.value, path.matches('.').count())?;
            let own = own_source.as_deref().filter(|_| given.from == Some(at));
            assign::write(resource, given, path, &target.options, own).map_err(|error| error.of_object(&shown).at_field(path.clone()))?;
            if given.from == Some(at) {
                read_again(given, source, resource);
            }
        }
    }
    resources.budget = budget;
    Ok(())
}

fn is_target(resource: &Resource, select: &Matcher, reject: &[Matcher]) -> bool {
    let is_rejected = |matcher: &Matcher| {
        let by_texts = !matcher.names_no_text() && matcher.matches_texts(resource);
        let by_id = !matcher.names_no_id() && resource.all_ids().any(|id| matcher.matches_id(&id));
        by_texts || by_id
    };
    select.matches_texts(resource) && !reject.iter().any(is_rejected) && resource.all_ids().any(|id| select.matches_id(&id))
}

/// Makes the transformer from a configuration object.
pub(super) fn from_config(config: &Value, context: &Context<'_>) -> Result<Boxed, Error> {
    let entries = read_config(config, |fields| fields.list("replacements", replacement::read_field))?;
    Ok(Box::new(Replace::new(&entries, context)?))
}
