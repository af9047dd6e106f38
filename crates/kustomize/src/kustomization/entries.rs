//! The entries of a Kustomization's fields as plain types, and how each is read.

use std::collections::BTreeMap;

use object::Value;

use crate::field_spec::FieldSpec;
use crate::fields::{Faults, Fields};
use crate::id::Gvk;

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

pub(super) fn read_label(value: &Value, path: &str, faults: &mut Faults) -> Label {
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

pub(super) fn read_patch(value: &Value, path: &str, faults: &mut Faults) -> Patch {
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

pub(super) fn read_var(value: &Value, path: &str, faults: &mut Faults) -> Var {
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

pub(super) fn read_sort_options(value: &Value, path: &str, faults: &mut Faults) -> SortOptions {
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

pub(super) fn strict_generator(value: &Value, path: &str, faults: &mut Faults, is_secret: bool) -> GeneratorArgs {
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

pub(super) fn read_generator_options(value: &Value, path: &str, faults: &mut Faults) -> GeneratorOptions {
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
