//! One chart in one render: the chart, the name it goes by, its defaults, and the subcharts that take part.
//!
//! Refuses to be: a copy of charts. An [`Instance`] borrows its [`Chart`] and holds only what this render decides.

use std::borrow::Cow;

use crate::chart::{Chart, Dependency};
use crate::limits::CHART_INSTANCES_MAX;
use crate::values::Values;
use crate::{Error, Result};

/// One chart in one render.
#[derive(Debug)]
pub struct Instance<'a> {
    /// The chart.
    pub chart: &'a Chart,
    /// Its name here: an alias, or its own.
    pub name: String,
    /// Its defaults, with what it imports.
    pub values: Cow<'a, Values>,
    /// The declared dependencies that are switched on, with the names they go by; none where nothing is declared.
    pub dependencies: Option<Vec<Dependency>>,
    /// The subcharts that take part.
    pub children: Vec<Instance<'a>>,
}

impl<'a> Instance<'a> {
    /// An instance with every subchart that lies in charts/, under its own name.
    pub(crate) fn new(chart: &'a Chart, name: &str, budget: &mut usize) -> Result<Instance<'a>> {
        let what = || format!("more than {CHART_INSTANCES_MAX} charts in one render");
        *budget = budget.checked_sub(1).ok_or_else(|| Error::Limit { name: "CHART_INSTANCES_MAX", what: what() })?;
        let children = chart.dependencies.iter().map(|child| Instance::new(child, child.name(), budget)).collect::<Result<_>>()?;
        let dependencies = chart.metadata.dependencies.clone();
        Ok(Instance { chart, name: name.to_owned(), values: Cow::Borrowed(&chart.values), dependencies, children })
    }
}
