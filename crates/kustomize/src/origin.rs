//! Where a resource came from and what changed it, as `buildMetadata` asks to record it.

use object::{Map, Value};

/// One record: a file, or the configuration of a generator or transformer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file, from the root of the build.
    pub path: String,
    /// The file that configures the generator or transformer.
    pub configured_in: String,
    /// `apiVersion`, `kind`, `name` and `namespace` of the generator or transformer; empty parts are not printed.
    pub configured_by: [String; 4],
}

impl Origin {
    /// The record of something reached through `path` from here.
    pub fn append(&self, path: &str) -> Origin {
        Origin { path: crate::files::join_relative(&self.path, path), ..Origin::default() }
    }

    /// The record of a built-in generator or transformer that a field of a Kustomization asks for.
    pub fn of_field(&self, file: &str, kind: &str) -> Origin {
        Origin {
            configured_in: crate::files::join_relative(&self.path, file),
            configured_by: ["builtin".to_owned(), kind.to_owned(), String::new(), String::new()],
            ..Origin::default()
        }
    }

    /// The record as lines of YAML, in the reference's order of fields.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.path.is_empty() {
            lines.push(format!("path: {}", scalar(&self.path)));
        }
        if !self.configured_in.is_empty() {
            lines.push(format!("configuredIn: {}", scalar(&self.configured_in)));
        }
        if self.configured_by.iter().any(|part| !part.is_empty()) {
            lines.push("configuredBy:".to_owned());
            let named = ["apiVersion", "kind", "name", "namespace"].iter().zip(&self.configured_by);
            lines.extend(named.filter(|(_, part)| !part.is_empty()).map(|(name, part)| format!("  {name}: {}", scalar(part))));
        }
        lines
    }

    /// The text of the origin annotation.
    pub fn text(&self) -> String {
        self.lines().into_iter().map(|line| line + "\n").collect()
    }
}

/// The text of the transformations annotation: a list of records.
pub(crate) fn list_text(origins: &[Origin]) -> String {
    let mut text = String::new();
    for origin in origins {
        for (index, line) in origin.lines().iter().enumerate() {
            text += if index == 0 { "- " } else { "  " };
            text += line;
            text.push('\n');
        }
    }
    text
}

/// A scalar as the YAML writer quotes it.
fn scalar(text: &str) -> String {
    let mut map = Map::new();
    map.insert("k".to_owned(), Value::String(text.to_owned()));
    let text = yaml::to_string(&Value::Object(map));
    text.trim_end().strip_prefix("k: ").unwrap_or_default().to_owned()
}
