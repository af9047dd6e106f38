//! The Kustomization and Component files as plain types: every field, read and checked, deprecated forms folded into new ones.

use std::collections::BTreeMap;

use object::Value;

use crate::error::{Error, ErrorKind, Errors};
use crate::field_spec::FieldSpec;
use crate::fields::{Faults, Fields, Reading};
use crate::id::Gvk;
use crate::replacement::{self, ReplacementField};

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

/// An entry of `labels`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Label {
    pub pairs: BTreeMap<String, String>,
    pub include_selectors: bool,
    pub include_templates: bool,
    pub include_volume_claim_templates: bool,
    pub fields: Vec<FieldSpec>,
}

/// An entry of `patches` or `patchesJson6902`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Patch {
    pub path: String,
    pub patch: String,
    pub target: Option<Selector>,
    pub allow_name_change: bool,
    pub allow_kind_change: bool,
}

/// What a patch or replacement selects, as written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selector {
    pub group: String,
    pub version: String,
    pub kind: String,
    pub name: String,
    pub namespace: String,
    pub label_selector: String,
    pub annotation_selector: String,
}

/// An entry of `images`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Image {
    pub name: String,
    pub new_name: String,
    pub tag_suffix: String,
    pub new_tag: String,
    pub digest: String,
}

/// An entry of `replicas`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replica {
    pub name: String,
    pub count: i64,
}

/// An entry of `vars`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Var {
    pub name: String,
    pub group: String,
    pub version: String,
    pub kind: String,
    pub object_name: String,
    pub object_namespace: String,
    pub field_path: String,
}

/// `sortOptions`.
#[derive(Clone, Debug, Default)]
pub(crate) struct SortOptions {
    pub order: String,
    pub legacy: Option<LegacySortOptions>,
}

/// `sortOptions.legacySortOptions`.
#[derive(Clone, Debug, Default)]
pub(crate) struct LegacySortOptions {
    pub order_first: Vec<String>,
    pub order_last: Vec<String>,
}

/// An entry of `configMapGenerator` or `secretGenerator`.
#[derive(Clone, Debug, Default)]
pub(crate) struct GeneratorArgs {
    pub name: String,
    pub namespace: String,
    pub behavior: String,
    pub literals: Vec<String>,
    pub files: Vec<String>,
    pub envs: Vec<String>,
    pub secret_type: String,
    pub options: Option<GeneratorOptions>,
}

/// `generatorOptions`, for all generators or one.
#[derive(Clone, Debug, Default)]
pub(crate) struct GeneratorOptions {
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    pub disable_name_suffix_hash: bool,
    pub immutable: bool,
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

fn read_label(value: &Value, path: &str, faults: &mut Faults) -> Label {
    let mut fields = Fields::new(value, path, faults);
    let label = Label {
        pairs: fields.text_map("pairs"),
        include_selectors: fields.flag("includeSelectors"),
        include_templates: fields.flag("includeTemplates"),
        include_volume_claim_templates: fields.flag("includeVolumeClaimTemplates"),
        fields: fields.list("fields", read_field_spec),
    };
    fields.refuse_unknown();
    label
}

/// A field specification as configuration files write it.
pub(crate) fn read_field_spec(value: &Value, path: &str, faults: &mut Faults) -> FieldSpec {
    let mut fields = Fields::new(value, path, faults);
    let (group, version, kind) = (fields.text("group"), fields.text("version"), fields.text("kind"));
    let spec_path = fields.text("path");
    let spec = FieldSpec::new(Gvk { group: &group, version: &version, kind: &kind }, &spec_path, fields.flag("create"));
    fields.refuse_unknown();
    spec
}

fn read_patch(value: &Value, path: &str, faults: &mut Faults) -> Patch {
    let mut fields = Fields::new(value, path, faults);
    let patch = patch_of(&mut fields);
    fields.refuse_unknown();
    patch
}

/// The fields of a patch entry.
pub(crate) fn patch_of(fields: &mut Fields<'_, '_>) -> Patch {
    let options = fields.part("options", |value, path, faults| {
        let mut fields = Fields::new(value, path, faults);
        let flags = (fields.flag("allowNameChange"), fields.flag("allowKindChange"));
        fields.refuse_unknown();
        flags
    });
    let (allow_name_change, allow_kind_change) = options.unwrap_or_default();
    Patch {
        path: fields.text("path"),
        patch: fields.text("patch"),
        target: fields.part("target", read_selector),
        allow_name_change,
        allow_kind_change,
    }
}

/// A selector as patches and replacements write it.
pub(crate) fn read_selector(value: &Value, path: &str, faults: &mut Faults) -> Selector {
    let mut fields = Fields::new(value, path, faults);
    let selector = Selector {
        group: fields.text("group"),
        version: fields.text("version"),
        kind: fields.text("kind"),
        name: fields.text("name"),
        namespace: fields.text("namespace"),
        label_selector: fields.text("labelSelector"),
        annotation_selector: fields.text("annotationSelector"),
    };
    fields.refuse_unknown();
    selector
}

/// An image entry.
pub(crate) fn read_image(value: &Value, path: &str, faults: &mut Faults) -> Image {
    let mut fields = Fields::new(value, path, faults);
    let image = Image {
        name: fields.text("name"),
        new_name: fields.text("newName"),
        tag_suffix: fields.text("tagSuffix"),
        new_tag: fields.text("newTag"),
        digest: fields.text("digest"),
    };
    fields.refuse_unknown();
    image
}

/// A replica entry.
pub(crate) fn read_replica(value: &Value, path: &str, faults: &mut Faults) -> Replica {
    let mut fields = Fields::new(value, path, faults);
    let replica = Replica { name: fields.text("name"), count: fields.number("count") };
    fields.refuse_unknown();
    replica
}

fn read_var(value: &Value, path: &str, faults: &mut Faults) -> Var {
    let mut fields = Fields::new(value, path, faults);
    let name = fields.text("name");
    let mut var = fields.part("objref", read_var_target).unwrap_or_default();
    var.name = name;
    let field_path = fields.part("fieldref", |value, path, faults| {
        let mut fields = Fields::new(value, path, faults);
        let field_path = fields.text("fieldPath");
        fields.refuse_unknown();
        field_path
    });
    var.field_path = field_path.filter(|path| !path.is_empty()).unwrap_or_else(|| "metadata.name".to_owned());
    fields.refuse_unknown();
    var
}

fn read_var_target(value: &Value, path: &str, faults: &mut Faults) -> Var {
    let mut fields = Fields::new(value, path, faults);
    let mut var = Var {
        group: fields.text("group"),
        version: fields.text("version"),
        kind: fields.text("kind"),
        object_name: fields.text("name"),
        object_namespace: fields.text("namespace"),
        ..Var::default()
    };
    let api_version = fields.text("apiVersion");
    if !api_version.is_empty() {
        let gvk = Gvk::new(&api_version, "");
        var.version = gvk.version.to_owned();
        if api_version.contains('/') {
            var.group = gvk.group.to_owned();
        }
    }
    fields.refuse_unknown();
    var
}

fn read_sort_options(value: &Value, path: &str, faults: &mut Faults) -> SortOptions {
    let mut fields = Fields::new(value, path, faults);
    let order = fields.text("order");
    let legacy = fields.part("legacySortOptions", |value, path, faults| {
        let mut fields = Fields::new(value, path, faults);
        let legacy = LegacySortOptions { order_first: fields.texts("orderFirst"), order_last: fields.texts("orderLast") };
        fields.refuse_unknown();
        legacy
    });
    fields.refuse_unknown();
    SortOptions { order, legacy }
}

fn strict_generator(value: &Value, path: &str, faults: &mut Faults, is_secret: bool) -> GeneratorArgs {
    let mut fields = Fields::new(value, path, faults);
    let mut args = generator_of(&mut fields, is_secret);
    args.envs.extend(fields.optional_text("env").filter(|env| !env.is_empty()));
    fields.refuse_unknown();
    args
}

/// The fields of a generator entry, without the older `env`, which generators that are objects do not read.
pub(crate) fn generator_of(fields: &mut Fields<'_, '_>, is_secret: bool) -> GeneratorArgs {
    let mut args = GeneratorArgs {
        name: fields.text("name"),
        namespace: fields.text("namespace"),
        behavior: fields.text("behavior"),
        literals: fields.texts("literals"),
        files: fields.texts("files"),
        envs: fields.texts("envs"),
        options: fields.part("options", read_generator_options),
        ..GeneratorArgs::default()
    };
    if is_secret {
        args.secret_type = fields.text("type");
    }
    args
}

fn read_generator_options(value: &Value, path: &str, faults: &mut Faults) -> GeneratorOptions {
    let mut fields = Fields::new(value, path, faults);
    let options = GeneratorOptions {
        labels: fields.text_map("labels"),
        annotations: fields.text_map("annotations"),
        disable_name_suffix_hash: fields.flag("disableNameSuffixHash"),
        immutable: fields.flag("immutable"),
    };
    fields.refuse_unknown();
    options
}
