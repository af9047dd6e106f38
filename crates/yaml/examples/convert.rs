//! Reads questions `{"id", "text" | "path"}` line by line and answers with each document in both dialects, as JSON and as YAML.
//! For comparing with other readers.

use serde_json::{Value, json};
use std::io::{BufRead, Write};
use yaml::Options;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let text = match question["path"].as_str() {
            Some(path) => std::fs::read_to_string(path)?,
            None => question["text"].as_str().unwrap_or_default().to_owned(),
        };
        let answer = json!({"id": question["id"], "v2": side(&text, &Options::default()), "v3": side(&text, &Options::v3())});
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

fn side(text: &str, options: &Options) -> Value {
    match yaml::parse(text, options) {
        Ok(documents) => documents
            .iter()
            .map(|document| {
                let v3 = yaml::to_string_v3(&document.value);
                json!({"json": document.value, "yaml": yaml::to_string(&document.value), "yaml3": v3})
            })
            .collect::<Vec<_>>()
            .into(),
        Err(error) => json!({"error": error.message}),
    }
}
