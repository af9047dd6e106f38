//! Which charts take part in one render: subcharts picked by name and version, renamed by alias, switched off by condition and tag,
//! with the values that parents import from children.

use std::borrow::Cow;

use object::Value;

use crate::chart::{Chart, Dependency};
use crate::coalesce::{coalesce, merge_defaults};
use crate::instance::Instance;
use crate::limits::CHART_INSTANCES_MAX;
use crate::values::{self, Imports, Values, path_value, table};
use crate::{Error, Result};

/// Works out which charts take part for the caller's `values`, and what they import.
pub fn resolve<'a>(chart: &'a Chart, values: &Values) -> Result<Instance<'a>> {
    let mut budget = CHART_INSTANCES_MAX;
    let mut root = Instance::new(chart, chart.name(), &mut budget)?;
    root.switch(values, "", &mut budget)?;
    root.import()?;
    Ok(root)
}

/// The declared dependencies that charts/ does not hold, by name.
pub fn missing_dependencies(chart: &Chart) -> Vec<&str> {
    let declared = chart.metadata.dependencies.iter().flatten().map(|dependency| dependency.name.as_str());
    declared.filter(|name| !chart.dependencies.iter().any(|present| present.name() == *name)).collect()
}

impl<'a> Instance<'a> {
    /// Picks and switches the subcharts of this chart, then of those that are on. A chart that declares nothing keeps all of charts/
    /// as it is, down to the leaves.
    fn switch(&mut self, values: &Values, path: &str, budget: &mut usize) -> Result<()> {
        let Some(mut declared) = self.dependencies.take() else { return Ok(()) };
        self.children = pick(self.chart, &declared, budget)?;
        for dependency in &mut declared {
            dependency.name = dependency.local_name().to_owned();
        }
        let coalesced = coalesce(self, values).map_err(Error::Dependencies)?;
        for dependency in &mut declared {
            dependency.enabled = by_condition(dependency, &coalesced, path).unwrap_or_else(|| by_tags(dependency, &coalesced));
        }
        let is_off = |name: &str| declared.iter().any(|dependency| !dependency.enabled && dependency.name == name);
        self.children.retain(|child| !is_off(&child.name));
        for child in &mut self.children {
            let path = format!("{path}{}.", child.name);
            child.switch(&coalesced, &path, budget)?;
        }
        let off: Vec<String> = declared.iter().filter(|one| !one.enabled).map(|one| one.name.clone()).collect();
        declared.retain(|dependency| !off.contains(&dependency.name));
        self.dependencies = Some(declared).filter(|declared| !declared.is_empty());
        Ok(())
    }

    /// Takes over the values that `import-values` names, children first. Imported values lie under the chart's own.
    fn import(&mut self) -> Result<()> {
        for child in &mut self.children {
            child.import()?;
        }
        if self.dependencies.is_none() {
            return Ok(());
        }
        let imports = Imports::new(merge_defaults(self, &Values::new()).map_err(Error::Dependencies)?);
        for dependency in self.dependencies.iter_mut().flatten() {
            for import in std::mem::take(&mut dependency.import_values) {
                let Some((child, parent)) = pair(&import) else { continue };
                imports.import(&format!("{}.{child}", dependency.name), &parent);
                dependency.import_values.push(serde_json::json!({"child": child, "parent": parent}));
            }
        }
        self.values = Cow::Owned(imports.finish());
        Ok(())
    }
}

/// The subcharts in the order Helm gives them: those that nobody declares, then one for each declaration that finds a chart.
fn pick<'a>(chart: &'a Chart, declared: &[Dependency], budget: &mut usize) -> Result<Vec<Instance<'a>>> {
    let fits = |dependency: &Dependency, child: &Chart| child.name() == dependency.name && in_range(dependency, child);
    let undeclared = chart.dependencies.iter().filter(|child| !declared.iter().any(|dependency| fits(dependency, child)));
    let undeclared: Vec<&Chart> = undeclared.collect();
    let mut picked = Vec::new();
    for child in undeclared {
        picked.push(Instance::new(child, child.name(), budget)?);
    }
    for dependency in declared {
        if let Some(child) = chart.dependencies.iter().find(|child| fits(dependency, child)) {
            picked.push(Instance::new(child, dependency.local_name(), budget)?);
        }
    }
    Ok(picked)
}

fn in_range(dependency: &Dependency, child: &Chart) -> bool {
    is_compatible(&dependency.version, &child.metadata.version)
}

/// Whether `version` satisfies `constraint`; false where either cannot be read.
pub(crate) fn is_compatible(constraint: &str, version: &str) -> bool {
    let (Ok(version), Ok(constraint)) = (semver::Version::parse_lenient(version), semver::Constraint::parse(constraint)) else {
        return false;
    };
    constraint.matches(&version)
}

/// The first condition whose path holds a boolean.
fn by_condition(dependency: &Dependency, values: &Values, path: &str) -> Option<bool> {
    let conditions = dependency.condition.trim().split(',').filter(|condition| !condition.is_empty());
    conditions.filter_map(|condition| path_value(values, &format!("{path}{condition}"))?.as_bool()).next()
}

/// Off if a tag is off and none is on.
fn by_tags(dependency: &Dependency, values: &Values) -> bool {
    let Some(tags) = table(values, "tags") else { return true };
    let set: Vec<bool> = dependency.tags.iter().filter_map(|tag| tags.get(tag)?.as_bool()).collect();
    set.is_empty() || set.contains(&true)
}

/// A name means `exports.<name>` into the root; a mapping names both ends.
fn pair(import: &Value) -> Option<(String, String)> {
    match import {
        Value::String(name) => Some((format!("exports.{name}"), ".".into())),
        Value::Object(ends) => Some((end(ends, "child"), end(ends, "parent"))),
        _ => None,
    }
}

fn end(ends: &Values, key: &str) -> String {
    match ends.get(key) {
        None | Some(Value::Null) => "<nil>".into(),
        Some(Value::String(path)) => path.clone(),
        Some(other) => values::as_json(other).to_string(),
    }
}
