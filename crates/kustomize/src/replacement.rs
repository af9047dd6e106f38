//! What `replacements` says: one source, and targets with their fields.

use object::Value;

use crate::fields::{Faults, Fields};
use crate::kustomization::{Selector, read_selector};

/// An entry of `replacements`: the replacement itself, or a file that holds one or several.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReplacementField {
    pub path: String,
    pub replacement: Replacement,
}

/// One replacement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replacement {
    pub source: Option<Source>,
    pub source_value: Option<String>,
    pub targets: Option<Vec<Target>>,
}

/// Where the value is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    pub selector: Selector,
    pub field_path: String,
    pub options: FieldOptions,
}

/// Where the value is written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    pub select: Option<Selector>,
    pub reject: Vec<Selector>,
    pub field_paths: Vec<String>,
    pub options: FieldOptions,
}

/// How a field is cut and joined.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldOptions {
    pub delimiter: String,
    pub index: i64,
    pub create: bool,
}

/// Reads an entry of `replacements`.
pub(crate) fn read_field(value: &Value, path: &str, faults: &mut Faults) -> ReplacementField {
    let mut fields = Fields::new(value, path, faults);
    let field = ReplacementField { path: fields.text("path"), replacement: read_parts(&mut fields) };
    fields.refuse_unknown();
    field
}

/// Reads a replacement of a file of its own.
pub(crate) fn read(value: &Value, path: &str, faults: &mut Faults) -> Replacement {
    read_parts(&mut Fields::new(value, path, faults))
}

fn read_parts(fields: &mut Fields<'_, '_>) -> Replacement {
    let has_targets = fields.get("targets").is_some();
    Replacement {
        source: fields.part("source", read_source),
        source_value: fields.optional_text("sourceValue"),
        targets: Some(fields.list("targets", read_target)).filter(|_| has_targets),
    }
}

fn read_source(value: &Value, path: &str, faults: &mut Faults) -> Source {
    let mut fields = Fields::new(value, path, faults);
    let source = Source {
        selector: Selector {
            group: fields.text("group"),
            version: fields.text("version"),
            kind: fields.text("kind"),
            name: fields.text("name"),
            namespace: fields.text("namespace"),
            ..Selector::default()
        },
        field_path: fields.text("fieldPath"),
        options: fields.part("options", read_options).unwrap_or_default(),
    };
    fields.refuse_unknown();
    source
}

fn read_target(value: &Value, path: &str, faults: &mut Faults) -> Target {
    let mut fields = Fields::new(value, path, faults);
    let target = Target {
        select: fields.part("select", read_selector),
        reject: fields.list("reject", read_selector),
        field_paths: fields.texts("fieldPaths"),
        options: fields.part("options", read_options).unwrap_or_default(),
    };
    fields.refuse_unknown();
    target
}

fn read_options(value: &Value, path: &str, faults: &mut Faults) -> FieldOptions {
    let mut fields = Fields::new(value, path, faults);
    let options = FieldOptions { delimiter: fields.text("delimiter"), index: fields.number("index"), create: fields.flag("create") };
    fields.text("encoding");
    fields.refuse_unknown();
    options
}
