//! The Kustomization and Component files as plain types: every field, read and checked, deprecated forms folded into new ones.

mod entries;

use std::collections::BTreeMap;

use object::Value;

use crate::error::{Error, ErrorKind, Errors};
use crate::fields::{Faults, Fields, Reading};
use crate::replacement::{self, ReplacementField};

pub(crate) use entries::{
    GeneratorArgs, GeneratorOptions, Image, Label, LegacySortOptions, Patch, Replica, Selector, SortOptions, Var, generator_of, patch_of,
    read_field_spec, read_image, read_replica, read_selector,
};
use entries::{read_generator_options, read_label, read_patch, read_sort_options, read_var, strict_generator};

/// The names a Kustomization file may have.
pub(crate) const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// One Kustomization or Component.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kustomization {
    /// The lines that the reference prints for deprecated fields of the file.
    pub deprecations: Vec<String>,
    pub is_component: bool,
    pub kind: String,
    pub resources: Vec<String>,
    pub components: Vec<String>,
    pub crds: Vec<String>,
    pub configurations: Vec<String>,
    pub openapi: BTreeMap<String, String>,
    pub namespace: String,
    pub name_prefix: String,
    pub name_suffix: String,
    pub common_labels: BTreeMap<String, String>,
    pub labels: Vec<Label>,
    pub common_annotations: BTreeMap<String, String>,
    pub patches_strategic_merge: Vec<String>,
    pub patches_json6902: Vec<Patch>,
    pub patches: Vec<Patch>,
    pub images: Vec<Image>,
    pub replacements: Vec<ReplacementField>,
    pub replicas: Vec<Replica>,
    pub vars: Vec<Var>,
    pub sort_options: Option<SortOptions>,
    pub config_map_generator: Vec<GeneratorArgs>,
    pub secret_generator: Vec<GeneratorArgs>,
    pub generator_options: Option<GeneratorOptions>,
    pub helm_charts: bool,
    pub generators: Vec<String>,
    pub transformers: Vec<String>,
    pub validators: Vec<String>,
    pub build_metadata: Vec<String>,
}

impl Kustomization {
    /// Reads and checks the file's text.
    pub fn parse(text: &str, root: &str, reading: Reading) -> Result<Kustomization, Errors> {
        let value = yaml::from_str(text).map_err(|error| invalid(Error::new(ErrorKind::Malformed, error.to_string())))?;
        let mut faults = Faults::new(reading);
        let mut kustomization = read(&value, &mut faults);
        kustomization.deprecations = deprecations(&value);
        faults.check().map_err(|errors| errors.map(invalid))?;
        if is_empty(&value) {
            return Err(Error::new(ErrorKind::Malformed, "kustomization.yaml is empty")
                .hint("list at least one resource or generator")
                .into());
        }
        kustomization.check_type(&value, root)?;
        Ok(kustomization)
    }

    fn check_type(&self, value: &Value, root: &str) -> Result<(), Errors> {
        let api_version = value.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
        let wanted = if self.is_component { "kustomize.config.k8s.io/v1alpha1" } else { "kustomize.config.k8s.io/v1beta1" };
        let mut faults = Vec::new();
        let failed = |what: String| Error::new(ErrorKind::Malformed, format!("Failed to read kustomization file under {root}:\n{what}"));
        if !["Kustomization", "Component"].contains(&self.kind.as_str()) {
            faults.push(failed("kind should be Kustomization or Component".to_owned()).at_field("kind"));
        }
        if !api_version.is_empty() && api_version != wanted {
            faults.push(failed(format!("apiVersion for {} should be {wanted}", self.kind)).at_field("apiVersion"));
        }
        Errors::check(faults)
    }
}

/// The lines that the reference prints to standard error for deprecated fields of a file.
fn deprecations(value: &Value) -> Vec<String> {
    const FIELDS: [(&str, &str, &str); 6] = [
        ("bases", "resources", ""),
        ("commonLabels", "labels", ""),
        ("imageTags", "images", ""),
        ("patchesJson6902", "patches", ""),
        ("patchesStrategicMerge", "patches", ""),
        ("vars", "replacements", "[EXPERIMENTAL] "),
    ];
    let used = FIELDS.iter().filter(|(field, _, _)| value.get(*field).is_some_and(|value| !value.is_null()));
    used.map(|(old, new, mark)| {
        format!(
            "# Warning: '{old}' is deprecated. Please use '{new}' instead. {mark}Run 'kustomize edit fix' to update your Kustomization automatically."
        )
    })
    .collect()
}

fn invalid(error: Error) -> Error {
    error.context("invalid Kustomization")
}

/// Whether nothing but the type is set.
fn is_empty(value: &Value) -> bool {
    let is_type = |key: &str| key.eq_ignore_ascii_case("apiVersion") || key.eq_ignore_ascii_case("kind");
    let mut fields = value.as_object().into_iter().flatten();
    !fields.any(|(key, value)| !is_type(key) && is_set(value))
}

/// Whether decoding the value gives anything but the zero value.
fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

fn read(value: &Value, faults: &mut Faults) -> Kustomization {
    let mut fields = Fields::new(value, "", faults);
    fields.get("apiVersion");
    let kind = fields.optional_text("kind").filter(|kind| !kind.is_empty()).unwrap_or_else(|| "Kustomization".to_owned());
    fields.part("metadata", read_metadata);
    let mut kustomization = Kustomization { is_component: kind == "Component", kind, ..Kustomization::default() };
    read_operands(&mut kustomization, &mut fields);
    read_operators(&mut kustomization, &mut fields);
    read_generators(&mut kustomization, &mut fields);
    fields.refuse_unknown();
    kustomization
}

fn read_operands(kustomization: &mut Kustomization, fields: &mut Fields<'_, '_>) {
    kustomization.resources = fields.texts("resources");
    kustomization.resources.extend(fields.texts("bases"));
    kustomization.components = fields.texts("components");
    kustomization.crds = fields.texts("crds");
    kustomization.configurations = fields.texts("configurations");
    kustomization.openapi = fields.text_map("openapi");
}

fn read_operators(kustomization: &mut Kustomization, fields: &mut Fields<'_, '_>) {
    kustomization.namespace = fields.text("namespace");
    kustomization.name_prefix = fields.text("namePrefix");
    kustomization.name_suffix = fields.text("nameSuffix");
    kustomization.common_labels = fields.text_map("commonLabels");
    kustomization.labels = fields.list("labels", read_label);
    kustomization.common_annotations = fields.text_map("commonAnnotations");
    kustomization.patches_strategic_merge = fields.texts("patchesStrategicMerge");
    kustomization.patches_json6902 = fields.list("patchesJson6902", read_patch);
    kustomization.patches = fields.list("patches", read_patch);
    kustomization.images = fields.list("images", read_image);
    kustomization.images.extend(fields.list("imageTags", read_image));
    kustomization.replacements = fields.list("replacements", replacement::read_field);
    kustomization.replicas = fields.list("replicas", read_replica);
    kustomization.vars = fields.list("vars", read_var);
    kustomization.sort_options = fields.part("sortOptions", read_sort_options);
    kustomization.transformers = fields.texts("transformers");
    kustomization.validators = fields.texts("validators");
    kustomization.build_metadata = fields.texts("buildMetadata");
}

fn read_generators(kustomization: &mut Kustomization, fields: &mut Fields<'_, '_>) {
    kustomization.config_map_generator =
        fields.list("configMapGenerator", |value, path, faults| strict_generator(value, path, faults, false));
    kustomization.secret_generator = fields.list("secretGenerator", |value, path, faults| strict_generator(value, path, faults, true));
    kustomization.generator_options = fields.part("generatorOptions", read_generator_options);
    kustomization.generators = fields.texts("generators");
    let is_non_empty = |value: Option<&Value>| value.and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    fields.get("helmGlobals");
    kustomization.helm_charts = is_non_empty(fields.get("helmCharts"));
    kustomization.helm_charts |= is_non_empty(fields.get("helmChartInflationGenerator"));
}

fn read_metadata(value: &Value, path: &str, faults: &mut Faults) {
    let mut fields = Fields::new(value, path, faults);
    fields.text("name");
    fields.text("namespace");
    fields.text_map("labels");
    fields.text_map("annotations");
    fields.refuse_unknown();
}
