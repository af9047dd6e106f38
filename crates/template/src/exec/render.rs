//! One run over a set: counters, limits, the host, and the templates that `tpl` added.

use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use super::Set;
use super::frame::Frame;
use super::scope::Scope;
use crate::error::{Error, ErrorKind, Facts, Fault, Wraps};
use crate::host::Host;
use crate::limits::{INCLUDE_DEPTH_MAX, Limits};
use crate::parse::{Template, parse};
use crate::value::quote::quote;
use crate::value::{Map, Text, Value};

/// What a missing map key yields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// Nothing, printed as `<no value>`: Go's default.
    Invalid,
    /// The zero of the map's element type: what Helm uses.
    #[default]
    Zero,
    /// An error: Helm's strict mode.
    Error,
}

/// How templates are run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What a missing map key yields.
    pub missing_key: MissingKey,
    /// `required` and `fail` tell [`Host::note`] instead of failing.
    pub lint: bool,
    /// Bounds.
    pub limits: Limits,
}

/// One run over a set of templates, on one thread.
///
/// Executing several templates in one render shares the counters and the values, as Helm does for a chart.
pub struct Render<'s> {
    set: &'s Set,
    pub(crate) host: &'s dyn Host,
    pub(crate) options: Options,
    pub(super) steps: u64,
    pub(super) depth: usize,
    includes: HashMap<Text, u32>,
    pub(super) scope: Option<Rc<Scope>>,
    parsed: HashMap<Text, Rc<Vec<Arc<Template>>>>,
    pub(crate) regexes: HashMap<Text, Rc<regex::Regex>>,
    mutated: Vec<Weak<Map>>,
}

impl<'s> Render<'s> {
    /// A run over `set` with the given outside.
    pub fn new(set: &'s Set, host: &'s dyn Host, options: Options) -> Self {
        Self {
            set,
            host,
            options,
            steps: 0,
            depth: 0,
            includes: HashMap::new(),
            scope: None,
            parsed: HashMap::new(),
            regexes: HashMap::new(),
            mutated: Vec::new(),
        }
    }

    /// Executes the template of this name over `data` and gives what it wrote.
    ///
    /// Invalid UTF-8 that a template wrote becomes U+FFFD. `<no value>` stays; see [`without_no_value`].
    pub fn execute(&mut self, name: &str, data: Value) -> Result<String, Error> {
        let bytes = self.execute_bytes(name, data)?;
        Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    fn execute_bytes(&mut self, name: &str, data: Value) -> Result<Vec<u8>, Error> {
        let Some(template) = self.find(name) else {
            return Err(self.no_template(name));
        };
        let mut out = Vec::new();
        Frame::run(self, &template, data, &mut out)?;
        Ok(out)
    }

    pub(super) fn find(&self, name: &str) -> Option<Arc<Template>> {
        let inner = self.scope.as_ref().and_then(|scope| scope.find(name));
        match inner {
            Some(template) if !template.is_blank() => Some(template),
            blank => self.set.get(name).cloned().or(blank),
        }
    }

    fn no_template(&self, name: &str) -> Error {
        let message =
            format!("no template {} associated with template {}", quote(name.as_bytes(), false), quote(self.set.name().as_bytes(), false));
        Error::new(Facts {
            kind: ErrorKind::NoTemplate,
            template: name.into(),
            file: String::new(),
            line: 0,
            column: None,
            expression: String::new(),
            text: format!("template: {message}"),
            message,
            value: None,
            cause: None,
            wraps: Wraps::Nothing,
            limit: None,
        })
    }

    /// Counts work done; refuses when there was too much of it.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), Fault> {
        self.steps = self.steps.saturating_add(steps as u64);
        if self.steps > self.options.limits.steps {
            return Err(Fault::limit("steps", format!("more than {} steps", self.options.limits.steps)));
        }
        Ok(())
    }

    /// Remembers a map that templates changed: it may have come to hold itself.
    pub(crate) fn changed(&mut self, map: &Rc<Map>) {
        let holds_itself = self.mutated.last().is_some_and(|last| std::ptr::eq(last.as_ptr(), Rc::as_ptr(map)));
        if !holds_itself {
            self.mutated.push(Rc::downgrade(map));
        }
    }

    /// `include`: executes a template and gives its output.
    pub(crate) fn include(&mut self, name: &Text, data: Value) -> Result<Text, Fault> {
        let count = self.includes.entry(name.clone()).or_insert(0);
        if *count > INCLUDE_DEPTH_MAX {
            let name = name.to_string();
            let mut fault = Fault::limit("include_depth", "");
            fault.message = format!("rendering template has a nested reference name: {name}: unable to execute template");
            return Err(fault);
        }
        *count += 1;
        let result = self.execute_bytes(&name.lossy(), data);
        if let Some(count) = self.includes.get_mut(name) {
            *count -= 1;
        }
        Ok(Text::from(result?))
    }

    /// `tpl`: parses a text where it stands and executes it; its definitions are seen by nobody after it.
    pub(crate) fn tpl(&mut self, text: &Text, data: Value) -> Result<Text, Fault> {
        let templates = self.parse_inner(text)?;
        let Some(main) = templates.last().cloned() else {
            return Ok(Text::default());
        };
        let outer = self.scope.take();
        self.scope = Some(Rc::new(Scope { templates, outer: outer.clone() }));
        let mut out = Vec::new();
        let result = Frame::run(self, &main, data, &mut out);
        self.scope = outer;
        match result {
            Ok(()) => Ok(Text::from(without_no_value(out))),
            Err(error) => {
                let text = quote(text.as_bytes(), false);
                let message = format!("error during tpl function execution for {text}: {error}");
                Err(Fault { message, wraps: Wraps::Plain, ..Fault::from(error) })
            }
        }
    }

    fn parse_inner(&mut self, text: &Text) -> Result<Rc<Vec<Arc<Template>>>, Fault> {
        if let Some(templates) = self.parsed.get(text) {
            return Ok(templates.clone());
        }
        let parsed = parse(self.set.name(), text.shared(), self.set.functions());
        let mut templates = match parsed {
            Ok(templates) => templates,
            Err(error) => {
                let message = format!("cannot parse template {}: {error}", quote(text.as_bytes(), false));
                return Err(Fault { message, wraps: Wraps::Plain, ..Fault::from(error) });
            }
        };
        let main = templates.iter().position(|template| *template.name == *self.set.name());
        if let Some(main) = main {
            let main = templates.remove(main);
            templates.push(main);
        }
        let templates: Rc<Vec<_>> = Rc::new(templates.into_iter().map(Arc::new).collect());
        self.parsed.insert(text.clone(), templates.clone());
        Ok(templates)
    }
}

impl Drop for Render<'_> {
    /// Maps that hold themselves would never be freed: what templates put into maps that only they hold is let go.
    fn drop(&mut self) {
        for map in self.mutated.drain(..).filter_map(|map| map.upgrade()) {
            if reaches(&map, &map, 0) {
                let entries = std::mem::take(&mut *map.entries_mut());
                drop(entries);
            }
        }
    }
}

/// How deep self-containment is looked for.
const CYCLE_DEPTH_MAX: usize = 16;

fn reaches(from: &Rc<Map>, to: &Rc<Map>, depth: usize) -> bool {
    depth < CYCLE_DEPTH_MAX
        && from.entries().values().any(|value| match value {
            Value::Map(map) => Rc::ptr_eq(map, to) || reaches(map, to, depth + 1),
            _ => false,
        })
}

/// Removes every `<no value>`, as Helm does with what it has rendered.
pub fn without_no_value(bytes: Vec<u8>) -> Vec<u8> {
    const MARK: &[u8] = b"<no value>";
    if !bytes.windows(MARK.len()).any(|window| window == MARK) {
        return bytes;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        match rest.strip_prefix(MARK) {
            Some(tail) => rest = tail,
            None => {
                out.push(rest[0]);
                rest = &rest[1..];
            }
        }
    }
    out
}
