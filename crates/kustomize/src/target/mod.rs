//! One Kustomization, from its file to its accumulated resources; the order of the steps is the language.
//!
//! ```text
//! resources -> configurations, crds -> generators -> components -> transformers -> validators -> vars
//! ```
//!
//! Begin with [`Target::accumulate`].

mod bases;
mod plugins;

use object::Value;

use crate::config::{Config, from_crds};
use crate::error::{Error, ErrorKind, Errors};
use crate::generators;
use crate::kustomization::{FILE_NAMES, GeneratorArgs, Kustomization};
use crate::loader::Loader;
use crate::origin::Origin;
use crate::resource::Resource;
use crate::resources::Resources;
use crate::shared::Shared;
use crate::spelling;
use crate::steps::{self, FieldStep};
use crate::transformers::variables::{self, Vars};
use crate::transformers::{Boxed, Context};

use plugins::plugin_origin;

/// What has been gathered so far: resources, configuration, variables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accumulator {
    pub resources: Resources,
    pub config: Config,
    pub vars: Vars,
}

impl Accumulator {
    /// Takes over what another Kustomization gathered.
    fn absorb(&mut self, other: Accumulator) -> Result<(), Error> {
        self.resources.budget.join(other.resources.budget)?;
        self.resources.append_all(other.resources.into_items())?;
        self.config.merge(&other.config)?;
        variables::merge(&mut self.vars, other.vars.into_values())
    }
}

/// A transformer, the record it leaves, and the field that asks for it.
struct Step {
    transformer: Boxed,
    origin: Option<Origin>,
    is_patch: bool,
    field: String,
}

/// One Kustomization that is being built.
pub(crate) struct Target<'a, 's> {
    loader: Loader<'a>,
    shared: &'s Shared<'a>,
    pub kustomization: Kustomization,
    file_name: &'static str,
    /// Where this Kustomization stands, if the build records origins.
    origin: Option<Origin>,
}

impl<'a, 's> Target<'a, 's> {
    /// Reads the Kustomization of a directory.
    pub fn load(loader: Loader<'a>, shared: &'s Shared<'a>) -> Result<Target<'a, 's>, Errors> {
        shared.count_visit()?;
        let (file_name, text) = kustomization_file(&loader)?;
        let path = crate::files::join(loader.root(), file_name);
        let kustomization = Kustomization::parse(&text, loader.root(), loader.reading());
        let kustomization = kustomization.map_err(|errors| errors.map(|error| locate(error, &path, &text)))?;
        Ok(Target { loader, shared, kustomization, file_name, origin: None })
    }

    /// Records origins from here on, as `buildMetadata` of the root asks.
    pub fn record_origins(&mut self, origin: Origin) {
        self.origin = Some(origin);
    }

    /// The reader of this Kustomization.
    pub fn loader(&self) -> &Loader<'a> {
        &self.loader
    }

    /// Runs every step but the last ones, which run once for the whole build.
    pub fn accumulate(&self, mut into: Accumulator) -> Result<Accumulator, Errors> {
        let accumulating = |errors: Errors, what: &str| errors.map(|error| error.context(format_args!("accumulating {what}")));
        self.add_resources(&mut into, "resources", &self.kustomization.resources).map_err(|errors| accumulating(errors, "resources"))?;
        self.add_configuration(&mut into)?;
        self.run_generators(&mut into)?;
        let into = self.add_components(into).map_err(|errors| accumulating(errors, "components"))?;
        let mut into = self.run_transformers(into)?;
        self.run_validators(&mut into)?;
        variables::declare(&mut into.vars, &self.kustomization.vars, &mut into.resources)
            .map_err(|error| self.here(error.context("merging vars")))?;
        Ok(into)
    }

    fn add_configuration(&self, into: &mut Accumulator) -> Result<(), Errors> {
        let mut own = Config::Empty;
        for path in &self.kustomization.configurations {
            let text = self.loader.read_text(path).map_err(|error| self.here(error))?;
            let file = crate::files::join(self.loader.root(), path);
            let config = Config::parse(&text).map_err(|errors| errors.map(|error| error.in_file(&file)))?;
            own.merge(&config).map_err(|error| error.in_file(&file))?;
        }
        let mut all = Config::BuiltIn;
        all.merge(&own).and_then(|()| into.config.merge(&all)).map_err(|error| self.here(error.context("merging config")))?;
        for path in &self.kustomization.crds {
            let text = self.loader.read_text(path).map_err(|error| self.here(error.context("loading CRDs")))?;
            let parsed =
                from_crds(&text).map_err(|error| error.context(format_args!("unable to parse open API definition from '{path}'")))?;
            into.config.merge(&parsed).map_err(|error| self.here(error.context("merging CRDs")))?;
        }
        Ok(())
    }

    /// Runs all generators. Faults of different ones are reported together.
    fn run_generators(&self, into: &mut Accumulator) -> Result<(), Errors> {
        let kustomization = &self.kustomization;
        let with_global = |args: &GeneratorArgs| generators::with_global(args, kustomization.generator_options.as_ref());
        let mut faults = Vec::new();
        for (at, args) in kustomization.config_map_generator.iter().map(with_global).enumerate() {
            let generated = generators::config_map::generate(&args, &self.loader).map(|one| vec![one]);
            let absorbed = self.absorb(into, generated, self.field_origin("ConfigMapGenerator"));
            faults.extend(absorbed.err().map(|error| self.at(error, &format!("configMapGenerator[{at}]"))));
        }
        for (at, args) in kustomization.secret_generator.iter().map(with_global).enumerate() {
            let generated = generators::secret::generate(&args, &self.loader).map(|one| vec![one]);
            let absorbed = self.absorb(into, generated, self.field_origin("SecretGenerator"));
            faults.extend(absorbed.err().map(|error| self.at(error, &format!("secretGenerator[{at}]"))));
        }
        if kustomization.helm_charts {
            faults.extend(generators::refuse_charts(&Value::Null, &self.loader).err().map(|error| self.at(error, "helmCharts")));
        }
        Errors::check(faults)?;
        for config in self.plugin_configs("generators", &kustomization.generators)? {
            let generated = self.generate(&config);
            self.absorb(into, generated, plugin_origin(&config)).map_err(|error| self.at(error, "generators"))?;
        }
        Ok(())
    }

    fn absorb(&self, into: &mut Accumulator, generated: Result<Vec<Resource>, Error>, origin: Option<Origin>) -> Result<(), Error> {
        for mut resource in generated? {
            if resource.origin.is_none() {
                resource.origin.clone_from(&origin);
            }
            self.shared.meet(std::slice::from_mut(&mut resource));
            into.resources.absorb(resource).map_err(|error| error.context("merging from generator"))?;
        }
        Ok(())
    }

    fn run_transformers(&self, into: Accumulator) -> Result<Accumulator, Errors> {
        let mut into = into;
        let mut steps = self.field_steps(&into.config)?;
        steps.extend(self.plugin_steps("transformers", &self.kustomization.transformers)?);
        let mut faults = Vec::new();
        for step in steps {
            // Patches do not depend on each other, so all that fail are reported; what comes behind them would only stumble.
            if !faults.is_empty() && !step.is_patch {
                break;
            }
            if let Err(error) = self.run(&step, &mut into.resources) {
                faults.push(error);
            }
        }
        Errors::check(faults)?;
        self.shared.check_count(&into.resources)?;
        Ok(into)
    }

    fn run(&self, step: &Step, resources: &mut Resources) -> Result<(), Error> {
        if step.transformer.uses_schema(resources) {
            self.shared.merge();
        }
        step.transformer.transform(resources).map_err(|error| self.at(error, &step.field))?;
        if let Some(origin) = &step.origin {
            record(resources, origin, self.asks_for("transformerAnnotations"));
        }
        resources.drop_deleted();
        Ok(())
    }

    /// The transformers that fields of the Kustomization ask for, in the reference's order.
    fn field_steps(&self, config: &Config) -> Result<Vec<Step>, Errors> {
        let schema = self.shared.schema();
        let scopes = self.shared.scopes();
        let context = Context { loader: &self.loader, schema: &schema, scopes: scopes.as_ref() };
        let steps = steps::of_fields(&self.kustomization, config, &context);
        let steps = steps.map_err(|errors| errors.map(|error| self.here(error)))?;
        let step = |FieldStep { transformer, kind, field }| Step {
            transformer,
            origin: self.field_origin(kind),
            is_patch: kind == steps::PATCH || kind == steps::MERGE,
            field,
        };
        Ok(steps.into_iter().map(step).collect())
    }

    fn field_origin(&self, kind: &str) -> Option<Origin> {
        self.origin.as_ref().map(|origin| origin.of_field(self.file_name, kind))
    }

    /// Whether the root's `buildMetadata` has a word.
    fn asks_for(&self, word: &str) -> bool {
        self.kustomization.build_metadata.iter().any(|other| other == word)
    }

    /// Names this Kustomization's file, and the line of the field that the fault names, in a fault that names no file.
    pub fn here(&self, error: Error) -> Error {
        let field = error.field.clone();
        self.at(error, &field)
    }

    /// As [`Target::here`], for a fault of what a field asks for.
    fn at(&self, error: Error, field: &str) -> Error {
        if !error.file.is_empty() {
            return error;
        }
        let text = self.loader.read_text(self.file_name).unwrap_or_default();
        let mut error = error.in_file(&crate::files::join(self.loader.root(), self.file_name));
        // A line without a file is one of a text inside this one.
        error.line = crate::lines::line_of_known(&text, field);
        if field.is_empty() { error } else { error.at_field(field) }
    }
}

/// The one Kustomization file of a directory.
fn kustomization_file(loader: &Loader<'_>) -> Result<(&'static str, String), Error> {
    let mut found = None;
    for name in FILE_NAMES {
        match loader.read_text(name) {
            Ok(_) if found.is_some() => {
                return Err(Error::new(ErrorKind::File, format!("Found multiple kustomization files under: {}", loader.root()))
                    .hint("keep one of `kustomization.yaml`, `kustomization.yml`, `Kustomization`"));
            }
            Ok(text) => found = Some((name, text.into_owned())),
            Err(error) if error.kind == ErrorKind::File => {}
            Err(error) => return Err(error),
        }
    }
    found.ok_or_else(|| {
        let names = FILE_NAMES.map(|name| format!("'{name}'")).join(", ").replace(", 'Kustomization'", " or 'Kustomization'");
        Error::new(ErrorKind::File, format!("unable to find one of {names} in directory '{}'", loader.root()))
            .hint("add a kustomization.yaml, or list the files one by one")
    })
}

/// Adds file and line to a fault of a Kustomization file, the line by its field path.
fn locate(error: Error, path: &str, text: &str) -> Error {
    let line = crate::lines::line_of(text, &error.field);
    error.in_file(path).at_line(line)
}

/// Leaves a transformer's record on every resource.
fn record(resources: &mut Resources, origin: &Origin, in_annotations: bool) {
    for resource in resources.items_mut() {
        if in_annotations {
            spelling::settle_annotations(&mut resource.value, &mut resource.written);
        }
        if resource.origin.is_none() {
            resource.origin = Some(origin.clone());
        } else {
            resource.transformations.push(origin.clone());
        }
    }
}
