//! Sorts a chart's files into their places and loads the charts inside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Chart, File, Lock, Metadata, unpack};
use crate::decode;
use crate::limits::{CHART_DEPTH_MAX, CHART_FILES_MAX, SCHEMA_BYTES_MAX};
use crate::values::{self, Values};
use crate::{Error, Result};

pub(super) fn from_files(files: Vec<File>, depth: usize) -> Result<Chart> {
    within_limits(&files, depth)?;
    let mut metadata = read_metadata(&files)?;
    if depth == 0 && metadata.as_ref().is_some_and(|metadata| !["v1", "v2", "v3"].contains(&metadata.api_version.as_str())) {
        return Err(Error::Load("unsupported chart version".into()));
    }
    let mut parts = Parts::default();
    for file in &files {
        parts.place(file, metadata.as_mut())?;
    }
    let mut metadata = metadata.filter(|_| parts.has_chart_yaml).ok_or_else(|| Error::Load("Chart.yaml file is missing".into()))?;
    metadata.validate()?;
    let dependencies = parts.subcharts.into_iter().map(|(name, files)| subchart(&metadata.name, &name, files, depth));
    Ok(Chart {
        dependencies: dependencies.filter_map(Result::transpose).collect::<Result<_>>()?,
        metadata,
        lock: parts.lock,
        values: parts.values,
        schema: parts.schema,
        templates: parts.templates,
        files: Arc::new(parts.files),
        raw: files,
        parsed: Default::default(),
    })
}

fn within_limits(files: &[File], depth: usize) -> Result<()> {
    if depth > CHART_DEPTH_MAX {
        return Err(Error::Limit { name: "CHART_DEPTH_MAX", what: format!("charts inside charts, {depth} deep") });
    }
    if files.len() > CHART_FILES_MAX {
        return Err(Error::Limit { name: "CHART_FILES_MAX", what: format!("a chart of {} files", files.len()) });
    }
    Ok(())
}

/// Chart.yaml, wherever it stands in the list.
fn read_metadata(files: &[File]) -> Result<Option<Metadata>> {
    let Some(file) = files.iter().find(|file| file.name == "Chart.yaml") else { return Ok(None) };
    let mut metadata = Metadata::default();
    read_into(&mut metadata, file)?;
    if metadata.api_version.is_empty() {
        metadata.api_version = "v1".into();
    }
    Ok(Some(metadata))
}

fn read_into(metadata: &mut Metadata, file: &File) -> Result<()> {
    metadata.read(&parse(file)?).map_err(|message| cannot_load(file, &message))
}

fn parse(file: &File) -> Result<object::Value> {
    decode::document(&file.text()).map_err(|error| cannot_load(file, &format!("error converting YAML to JSON: {error}")))
}

fn cannot_load(file: &File, message: &str) -> Error {
    Error::Load(format!("cannot load {}: {message}", file.name))
}

#[derive(Default)]
struct Parts {
    has_chart_yaml: bool,
    lock: Option<Lock>,
    values: Values,
    schema: Option<template::Text>,
    templates: Vec<File>,
    files: Vec<File>,
    /// The files under charts/, by the first step of their path, with paths that start with that step.
    subcharts: BTreeMap<String, Vec<File>>,
}

impl Parts {
    fn place(&mut self, file: &File, metadata: Option<&mut Metadata>) -> Result<()> {
        let is_v1 = metadata.as_ref().is_some_and(|metadata| metadata.api_version == "v1");
        match file.name.as_str() {
            "Chart.yaml" => self.has_chart_yaml = true,
            "Chart.lock" => self.lock = Some(Lock::read(&parse(file)?).map_err(|message| cannot_load(file, &message))?),
            "values.yaml" => {
                self.values = values::load(&file.text()).map_err(|error| cannot_load(file, &error.to_string()))?;
            }
            "values.schema.json" if file.data().len() > SCHEMA_BYTES_MAX => {
                return Err(Error::Limit { name: "SCHEMA_BYTES_MAX", what: format!("a schema of {} bytes", file.data().len()) });
            }
            "values.schema.json" => self.schema = Some(file.data().clone()),
            "requirements.yaml" => {
                metadata.map_or(Ok(()), |metadata| read_into(metadata, file))?;
                self.files.extend(is_v1.then(|| file.clone()));
            }
            "requirements.lock" => {
                self.lock = Some(Lock::read(&parse(file)?).map_err(|message| cannot_load(file, &message))?);
                self.files.extend(is_v1.then(|| file.clone()));
            }
            name if name.starts_with("templates/") => self.templates.push(file.clone()),
            name if name.starts_with("charts/") && !name.ends_with(".prov") => self.place_in_subchart(file),
            _ => self.files.push(file.clone()),
        }
        Ok(())
    }

    fn place_in_subchart(&mut self, file: &File) {
        let path = file.name.strip_prefix("charts/").unwrap_or_default();
        let name = path.split('/').next().unwrap_or_default();
        let file = file.renamed(path);
        self.subcharts.entry(name.to_owned()).or_default().push(file);
    }
}

/// One entry of charts/: an archive, a folder, or something that is no chart by its name.
fn subchart(parent: &str, name: &str, files: Vec<File>, depth: usize) -> Result<Option<Chart>> {
    if name.starts_with(['_', '.']) {
        return Ok(None);
    }
    let chart = if name.ends_with(".tgz") {
        archived(parent, name, &files, depth)
    } else {
        let inner = files.into_iter().filter_map(|file| {
            let (_, path) = file.name.split_once('/')?;
            Some(file.renamed(path))
        });
        from_files(inner.collect(), depth + 1)
    };
    chart.map(Some).map_err(|error| match error {
        limit @ Error::Limit { .. } => limit,
        error => Error::Load(format!("error unpacking subchart {name} in {parent}: {error}")),
    })
}

fn archived(parent: &str, name: &str, files: &[File], depth: usize) -> Result<Chart> {
    let file = files.first().expect("an entry of charts/ has at least one file");
    if file.name != name {
        return Err(Error::Load(format!("error unpacking subchart tar in {parent}: expected {name}, got {}", file.name)));
    }
    from_files(unpack(file.data().as_bytes())?, depth + 1)
}
