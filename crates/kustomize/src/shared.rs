//! What all Kustomizations of one build share: the files, the schema that one of them may give, the limits, the memory between builds.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use crate::cache::{Base, Cache};
use crate::error::{Error, ErrorKind, Errors};
use crate::files::Files;
use crate::loader::Loader;
use crate::merge::Schema;
use crate::options::Options;
use crate::origin::Origin;
use crate::resource::Resource;
use crate::resources::Resources;
use crate::scope::Scopes;
use crate::target::{Accumulator, Target};
use crate::watch::{Seen, Watch};

/// The one built-in OpenAPI version, which `openapi.version` may name.
const OPENAPI_VERSION: &str = "v1.21.2";

/// What all Kustomizations of one build share.
pub(crate) struct Shared<'a> {
    files: &'a dyn Files,
    options: &'a Options,
    cache: Option<&'a Cache>,
    watch: Option<&'a Watch<'a>>,
    openapi: RefCell<OpenApi>,
    /// Whether the built-in schema was asked for something that its tables do not tell at once.
    needs_schema: Cell<bool>,
    /// The same, for the innermost base that is to be remembered.
    asked: Cell<bool>,
    visits: Cell<usize>,
}

/// The schema of the build: the first Kustomization that names one decides.
#[derive(Clone, Default)]
struct OpenApi {
    is_set: bool,
    schema: Schema,
    scopes: Option<Arc<Scopes>>,
}

impl<'a> Shared<'a> {
    /// The state before the first Kustomization.
    pub fn new(files: &'a dyn Files, options: &'a Options, cache: Option<&'a Cache>, watch: Option<&'a Watch<'a>>) -> Shared<'a> {
        Shared {
            files,
            options,
            cache,
            watch,
            openapi: RefCell::default(),
            needs_schema: Cell::default(),
            asked: Cell::default(),
            visits: Cell::new(0),
        }
    }

    /// Counts one visited Kustomization against the limit.
    pub fn count_visit(&self) -> Result<(), Error> {
        self.visits.set(self.visits.get() + 1);
        if self.visits.get() > self.options.limits.visits_max {
            let message = format!("more than {} Kustomizations are visited", self.options.limits.visits_max);
            return Err(Error::new(ErrorKind::Limit, message).hint("bases that are repeated at every level multiply"));
        }
        Ok(())
    }

    /// Compares the number of resources with the limit.
    pub fn check_count(&self, resources: &Resources) -> Result<(), Error> {
        let (count, most) = (resources.items().len(), self.options.limits.resources_max);
        if count > most { Err(Error::new(ErrorKind::Limit, format!("{count} resources are more than {most}"))) } else { Ok(()) }
    }

    /// Takes the schema that a Kustomization names, unless one is taken already.
    ///
    /// The reference takes up its built-in schema with the first object of a kind that its table of scopes lacks, or the first
    /// strategic merge: a document that is named later comes on top of it, one that is named earlier stands alone.
    pub fn set_openapi(&self, target: &Target<'_, '_>) -> Result<(), Error> {
        let openapi = &target.kustomization.openapi;
        if self.openapi.borrow().is_set {
            return Ok(());
        }
        let version = openapi.get("version");
        if let Some(path) = openapi.get("path") {
            let text = target.loader().read_text(path)?;
            if version.is_some() {
                return Err(Error::build("builtin version and custom schema provided, cannot use both").at_field("openapi"));
            }
            let parsed = yaml::from_str(&text)
                .map_err(|error| Error::new(ErrorKind::Malformed, format!("invalid schema file: {error}")).in_file(path))?;
            let scopes = Some(Arc::new(Scopes::from_openapi(&parsed)));
            let parsed = Arc::new(parsed);
            let schema = if self.needs_schema.get() || self.options.keeps_schema { Schema::Over(parsed) } else { Schema::Given(parsed) };
            self.openapi.replace(OpenApi { is_set: true, schema, scopes });
        } else if let Some(version) = version.filter(|version| !version.is_empty()) {
            if version != OPENAPI_VERSION {
                return Err(Error::build("the specified OpenAPI version is not built in")
                    .at_field("openapi.version")
                    .hint(format!("`{OPENAPI_VERSION}` is the one that is built in; leave the field out")));
            }
            self.openapi.borrow_mut().is_set = true;
        }
        Ok(())
    }

    /// Merge keys of kinds.
    pub fn schema(&self) -> Schema {
        self.openapi.borrow().schema.clone()
    }

    /// Scopes of kinds beyond the built-in ones.
    pub fn scopes(&self) -> Option<Arc<Scopes>> {
        self.openapi.borrow().scopes.clone()
    }

    /// Takes note of objects, and tells them the scopes of the document that is taken.
    pub fn meet(&self, resources: &mut [Resource]) {
        let scopes = self.scopes();
        for resource in resources {
            self.ask_if(!self.asked.get() && !crate::scope::is_known(resource.api_version(), resource.kind()));
            if scopes.is_some() {
                resource.scopes.clone_from(&scopes);
            }
        }
    }

    /// Takes note of a strategic merge.
    pub fn merge(&self) {
        self.ask_if(true);
    }

    fn ask_if(&self, condition: bool) {
        self.needs_schema.set(self.needs_schema.get() || condition);
        self.asked.set(self.asked.get() || condition);
    }

    /// The memory between builds, if there is one.
    pub fn cache(&self) -> Option<&Cache> {
        self.cache
    }

    /// What a base gathers, from memory if there is one and nothing changed.
    pub fn remembered(
        &self,
        loader: &Loader<'_>,
        origin: Option<&Origin>,
        build_metadata: &[String],
        gather: impl FnOnce() -> Result<Accumulator, Errors>,
    ) -> Result<Accumulator, Errors> {
        let (Some(cache), Some(watch)) = (self.cache, self.watch) else { return gather() };
        // A schema that a base sets changes what comes after it: such builds are not remembered.
        if self.openapi.borrow().is_set {
            return gather();
        }
        let key = format!("{}\0{origin:?}\0{build_metadata:?}\0{:?}\0{}", loader.root(), self.options, loader.depth());
        if let Some(base) = cache.base(&key, |seen| watch.agrees(seen, self.files)) {
            watch.add(&base.seen);
            self.ask_if(base.needs_schema);
            return Ok(base.gathered.clone());
        }
        let outer = watch.swap(Seen::new());
        let asked_before = self.asked.replace(false);
        let gathered = gather();
        let needs_schema = self.asked.get();
        self.asked.set(asked_before || needs_schema);
        let seen = watch.swap(outer);
        watch.add(&seen);
        let gathered = gathered?;
        if !self.openapi.borrow().is_set {
            cache.keep_base(key, Base { seen, needs_schema, gathered: gathered.clone() });
        }
        Ok(gathered)
    }
}
