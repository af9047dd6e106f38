//! Sets of parsed templates, and the renders that execute them.
//!
//! A [`Set`] is immutable and may be shared between threads. A [`Render`] is one run over it on one thread: it keeps
//! the counters, the templates that `tpl` adds, and the limits. Begin at [`execute`].

mod call;
mod eval;
mod field;
mod frame;
mod methods;
mod render;
mod scope;
mod walk;

pub use render::{MissingKey, Options, Render, without_no_value};

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Error;
use crate::functions::Functions;
use crate::host::Host;
use crate::parse::{Template, parse};
use crate::value::Value;

/// Parsed templates by name, in Go's terms a template and everything associated with it.
#[derive(Clone, Debug)]
pub struct Set {
    name: Arc<str>,
    functions: Functions,
    templates: HashMap<Arc<str>, Arc<Template>>,
}

/// What one file holds, on its way into a [`Set`]: files know nothing of each other until they are there.
#[derive(Debug)]
pub struct ParsedFile(Vec<Template>);

impl ParsedFile {
    /// Parses a file. Errors: a text that is no template, a function that is not among `functions`.
    pub fn new(name: &str, text: impl Into<Arc<str>>, functions: &Functions) -> Result<Self, Error> {
        parse(name, text.into(), functions).map(Self)
    }
}

impl Set {
    /// An empty set. The name appears in messages about templates that do not exist; Helm's is `gotpl`.
    pub fn new(name: &str, functions: Functions) -> Self {
        Self { name: name.into(), functions, templates: HashMap::new() }
    }

    /// An empty set as Helm has it, with its functions.
    pub fn helm() -> Self {
        Self::new("gotpl", Functions::helm())
    }

    /// Parses files as Helm does: in the given order, where a later definition replaces an earlier one.
    pub fn parse<N: AsRef<str>, T: Into<Arc<str>>>(files: impl IntoIterator<Item = (N, T)>) -> Result<Self, Error> {
        let mut set = Self::helm();
        for (name, text) in files {
            set.add(name.as_ref(), text)?;
        }
        Ok(set)
    }

    /// Parses one more file into the set.
    ///
    /// A blank template does not replace one that has content, as in Go.
    pub fn add(&mut self, name: &str, text: impl Into<Arc<str>>) -> Result<(), Error> {
        self.add_file(ParsedFile::new(name, text, &self.functions)?);
        Ok(())
    }

    /// As [`Set::add`], with a file that was parsed before, perhaps by another thread.
    pub fn add_file(&mut self, file: ParsedFile) {
        file.0.into_iter().for_each(|template| scope::associate(&mut self.templates, template));
    }

    /// The template of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Template>> {
        self.templates.get(name)
    }

    /// Names of all templates, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(|name| &**name)
    }

    /// The set's own name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The functions its templates were parsed with.
    pub fn functions(&self) -> &Functions {
        &self.functions
    }
}

/// Executes one template with default options: the short way for a single file. See [`Render`] for many.
pub fn execute(set: &Set, name: &str, data: Value, host: &dyn Host) -> Result<String, Error> {
    Render::new(set, host, Options::default()).execute(name, data)
}
