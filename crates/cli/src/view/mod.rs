//! How values are shown: tables, trees, differences, marks. Text only, so that it can be read without colour.

mod age;
mod diff;
mod marks;
mod revision;
mod table;
mod tree;

pub use age::age;
pub use diff::difference;
pub use marks::{done, failed, starting, waiting};
pub use revision::shorten;
pub use table::Table;
pub use tree::Node;

use std::io::Write;

use anyhow::bail;
use object::Value;

/// How objects are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// As JSON.
    Json,
    /// As YAML.
    Yaml,
    /// As a table with more columns.
    Wide,
}

/// Writes to standard output. Errors: nobody reads it any more.
pub fn put(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

/// Prints a value as JSON or YAML.
pub fn put_value(value: &Value, format: Format) -> anyhow::Result<()> {
    match format {
        Format::Json => put(&format!("{}\n", serde_json::to_string_pretty(value)?)),
        Format::Yaml => put(&yaml::to_string(value)),
        Format::Wide => bail!("`-o wide` is for tables: use `json` or `yaml`"),
    }
}

/// Documents of one YAML stream.
pub fn documents<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let documents: Vec<String> = values.into_iter().map(yaml::to_string).collect();
    documents.join("---\n")
}
