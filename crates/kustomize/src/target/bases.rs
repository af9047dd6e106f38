//! What a Kustomization gathers from elsewhere: files of objects, other Kustomizations, Components.

use std::collections::VecDeque;

use super::{Accumulator, Target};
use crate::error::{Error, ErrorKind, Errors};
use crate::loader::Loader;
use crate::read_ahead::{Content, read_ahead};
use crate::spelling;

impl<'a, 's> Target<'a, 's> {
    /// Adds files and directories. Faults of different entries are reported together.
    pub(super) fn add_resources(&self, into: &mut Accumulator, field: &str, paths: &[String]) -> Result<(), Errors> {
        let mut faults = Vec::new();
        let mut ahead = VecDeque::new();
        for (at, path) in paths.iter().enumerate() {
            let added = if self.loader.is_dir(path) {
                self.add_directory(into, path)
            } else {
                if ahead.is_empty() {
                    ahead = read_ahead(&self.loader, &paths[at..], self.shared.cache());
                }
                self.add_file(into, path, ahead.pop_front().expect("the file was read ahead, as the first or behind others"))
            };
            if let Err(errors) = added {
                let field = format!("{field}[{at}]");
                let is_over = errors.all().iter().any(|error| error.kind == ErrorKind::Limit);
                let located = |error: Error| if error.file.is_empty() { self.at(error, &field) } else { error };
                faults.extend(errors.map(located).into_inner());
                if is_over {
                    break;
                }
            }
        }
        Errors::check(faults)
    }

    fn add_file(&self, into: &mut Accumulator, path: &str, content: Content) -> Result<(), Errors> {
        let (mut resources, bytes) = content.map_err(|errors| errors.map(|error| self.unread(error, path)))?;
        self.shared.meet(&mut resources);
        for resource in &mut resources {
            resource.origin = self.origin.as_ref().map(|origin| origin.append(path));
            if self.asks_for("originAnnotations") {
                spelling::settle_read_annotations(&mut resource.value, &mut resource.written);
            }
        }
        let merging = |error: Error| error.context(format_args!("merging resources from '{path}'"));
        into.resources.budget.spend(bytes)?;
        into.resources.append_all(resources).map_err(merging)?;
        self.shared.check_count(&into.resources)?;
        Ok(())
    }

    /// An entry that is no readable file fails with both reasons: as a file and as a directory.
    fn unread(&self, error: Error, path: &str) -> Error {
        match self.loader.enter(path) {
            Err(as_directory) if error.kind == ErrorKind::File => error
                .reworded(|words| format!("accumulation err='accumulating resources from '{path}': {words}': {}", as_directory.message)),
            _ => error.context(format_args!("accumulating resources from '{path}'")),
        }
    }

    fn add_directory(&self, into: &mut Accumulator, path: &str) -> Result<(), Errors> {
        let loader = self.loader.enter(path)?;
        let root = loader.root().to_owned();
        let gathered = self.shared.remembered(&loader, self.origin.as_ref(), &self.kustomization.build_metadata, || {
            let target = self.enter(loader.clone(), path, false)?;
            target.accumulate(Accumulator::default()).map_err(|errors| recursed(errors, &root))
        })?;
        self.shared.meet(into.resources.items_mut());
        into.absorb(gathered).map_err(|error| error.context(format_args!("recursed merging from path '{root}'")))?;
        self.shared.check_count(&into.resources)?;
        Ok(())
    }

    pub(super) fn add_components(&self, mut into: Accumulator) -> Result<Accumulator, Errors> {
        for path in &self.kustomization.components {
            let loader = self.loader.enter(path).map_err(|error| self.here(error.context("loader.New")))?;
            let root = loader.root().to_owned();
            let quoted = |errors: Errors| errors.map(|error| error.reworded(|words| format!("accumulateDirectory: {words:?}")));
            let target = self.enter(loader, path, true).map_err(quoted)?;
            self.shared.meet(into.resources.items_mut());
            let gathered = target.accumulate(into).map_err(|errors| quoted(recursed(errors, &root)))?;
            // The reference gathers anew here: identities are compared again, and fields are joined again in their new order.
            into = Accumulator::default();
            into.absorb(gathered).map_err(|error| quoted(error.context(format_args!("recursed merging from path '{root}'")).into()))?;
        }
        Ok(into)
    }

    /// Reads the Kustomization of another directory, as a base or as a component.
    fn enter(&self, loader: Loader<'a>, path: &str, as_component: bool) -> Result<Target<'a, 's>, Errors> {
        let root = loader.root().to_owned();
        let failed = |errors: Errors| errors.map(|error| error.context(format_args!("couldn't make target for path '{root}'")));
        let mut target = Target::load(loader, self.shared).map_err(failed)?;
        target.kustomization.build_metadata.clone_from(&self.kustomization.build_metadata);
        target.origin = self.origin.as_ref().map(|origin| origin.append(path));
        self.shared.set_openapi(&target).map_err(|error| target.here(error))?;
        match (as_component, target.kustomization.is_component) {
            (true, false) => {
                Err(Error::build(format!("expected kind 'Component' for path '{root}' but got '{}'", target.kustomization.kind))
                    .hint("list it under `resources`, or make it a Component")
                    .into())
            }
            (false, true) => {
                Err(Error::build(format!("expected kind != 'Component' for path '{root}'")).hint("list it under `components`").into())
            }
            _ => Ok(target),
        }
    }
}

fn recursed(errors: Errors, root: &str) -> Errors {
    errors.map(|error| error.context(format_args!("recursed accumulation of path '{root}'")))
}
