//! Generators, transformers and validators that are objects of their own. Only the built-in ones run here.

use object::Value;

use super::{Accumulator, Step, Target};
use crate::error::{Error, ErrorKind, Errors};
use crate::generators;
use crate::merge::Schema;
use crate::origin::Origin;
use crate::resource::Resource;
use crate::shared_value::SharedValue;
use crate::transformers::{Boxed, Context};

impl Target<'_, '_> {
    pub(super) fn run_validators(&self, into: &mut Accumulator) -> Result<(), Errors> {
        for validator in self.plugin_steps("validators", &self.kustomization.validators)? {
            let before = into.resources.items().iter().map(|resource| (resource.value.clone(), resource.previous.len()));
            let before: Vec<(SharedValue, usize)> = before.collect();
            validator.transformer.transform(&mut into.resources).map_err(|error| self.at(error, "validators"))?;
            let is_same = |(resource, (value, count)): (&Resource, &(SharedValue, usize))| {
                resource.previous.len() == *count && without_mark(&resource.value) == **value
            };
            let after = into.resources.items();
            if after.len() != before.len() || !after.iter().zip(&before).all(is_same) {
                let error = Error::build("validator shouldn't modify the resource map").at_field("validators");
                return Err(self.here(error.hint("list it under `transformers` if it is meant to change resources")).into());
            }
        }
        Ok(())
    }

    pub(super) fn generate(&self, config: &Resource) -> Result<Vec<Resource>, Error> {
        refuse_plugins(config)?;
        match generators::ALL.iter().find(|(kind, _)| *kind == config.kind()) {
            Some((_, generate)) => generate(&config.value, &self.loader).map_err(|error| configuring(error, config)),
            None if crate::transformers::ALL.iter().any(|(kind, _)| *kind == config.kind()) => {
                Err(Error::build(format!("failed to load generator: plugin {} not a generator", config.original_id())))
            }
            None => Err(Error::build(format!("unable to load builtin {}", config.gvk()))),
        }
    }

    /// The transformers that configuration objects ask for.
    pub(super) fn plugin_steps(&self, field: &str, entries: &[String]) -> Result<Vec<Step>, Errors> {
        let schema = self.shared.schema();
        let mut steps: Vec<Step> = Vec::new();
        for config in self.plugin_configs(field, entries)? {
            let transformer = self.transformer(&config, &schema).map_err(|error| self.at(error, field))?;
            steps.push(Step { transformer, origin: plugin_origin(&config), is_patch: false, field: field.to_owned() });
        }
        Ok(steps)
    }

    fn transformer(&self, config: &Resource, schema: &Schema) -> Result<Boxed, Error> {
        refuse_plugins(config)?;
        let scopes = self.shared.scopes();
        let context = Context { loader: &self.loader, schema, scopes: scopes.as_ref() };
        match crate::transformers::ALL.iter().find(|(kind, _)| *kind == config.kind()) {
            Some((_, from_config)) => from_config(&config.value, &context).map_err(|error| configuring(error, config)),
            None if generators::ALL.iter().any(|(kind, _)| *kind == config.kind()) => {
                Err(Error::build(format!("plugin {} not a transformer", config.original_id())))
            }
            None => Err(Error::build(format!("unable to load builtin {}", config.gvk()))),
        }
    }

    /// Configuration objects of generators and transformers: inline, in files, or what a Kustomization in a directory builds.
    pub(super) fn plugin_configs(&self, field: &str, entries: &[String]) -> Result<Vec<Resource>, Errors> {
        let mut configs = Accumulator::default();
        let mut paths = Vec::new();
        for entry in entries {
            match crate::read::resources(entry, "") {
                Ok(mut inline) => {
                    self.shared.meet(&mut inline);
                    let origin = self.origin.as_ref().map(|origin| origin.append(self.file_name));
                    inline.iter_mut().for_each(|resource| resource.origin.clone_from(&origin));
                    configs.resources.append_all(inline).map_err(|error| self.here(error))?;
                }
                Err(_) => paths.push(entry.clone()),
            }
        }
        self.add_resources(&mut configs, field, &paths)?;
        Ok(configs.resources.into_items())
    }
}

/// Only built-in generators and transformers run here.
fn refuse_plugins(config: &Resource) -> Result<(), Error> {
    if config.api_version() == "builtin" {
        return Ok(());
    }
    let message = format!(
        "external plugins disabled; unable to load external plugin '{}': only built-in generators, transformers and validators run",
        config.kind()
    );
    let error = Error::new(ErrorKind::Refused, message)
        .hint("use `apiVersion: builtin`, or render with the plugin beforehand and commit the result");
    Err(error.in_file(&config.place.file).at_line(config.place.line))
}

fn configuring(error: Error, config: &Resource) -> Error {
    let error = error.context(format_args!("plugin {} fails configuration", config.original_id()));
    if config.place.file.is_empty() { error } else { error.in_file(&config.place.file).at_line(config.place.line) }
}

pub(super) fn plugin_origin(config: &Resource) -> Option<Origin> {
    let origin = config.origin.as_ref()?;
    let by = [config.api_version(), config.kind(), &config.name(), &config.namespace()].map(str::to_owned);
    Some(Origin { path: String::new(), configured_in: origin.path.clone(), configured_by: by })
}

/// The object without the label that a validator may leave. Beside other labels it is a change, as in the reference, which
/// compares how the labels were written.
fn without_mark(object: &Value) -> Value {
    let mut object = object.clone();
    let labels = object.pointer("/metadata/labels").and_then(Value::as_object);
    if labels.is_some_and(|labels| labels.len() == 1 && labels.contains_key("validated-by"))
        && let Some(Value::Object(metadata)) = object.get_mut("metadata")
    {
        metadata.remove("labels");
    }
    object
}
