//! The build as `flux build kustomization` prints it: objects as they are written, ciphertext masked, ignored files left out.
//!
//! Nothing is made ready to apply here: `stringData` stays, `status` stays, ports get no defaults.

use crate::build::{Ignored, directory, render};
use crate::generate::generate;
use crate::ignore::{Ignore, load_patterns_below, read_patterns};
use crate::mask::mask;
use crate::metadata::set_metadata;
use crate::normalise::read_objects;
use crate::tree::join;
use crate::{Error, Spec, Tree, Variables};
use object::{Map, Object, Value};

/// The fields of a kustomization whose entries may be ignored.
const FILTERED: [&str; 3] = ["resources", "components", "crds"];

/// Builds the directory `path` of a tree for a person to read.
///
/// Shape: objects with owner labels and common metadata, lists expanded, ciphertext of SOPS as a mask. What `.sourceignore` files
/// in or below the directory and the lines of `ignore` exclude is not built. Errors and cost: those of [`crate::build()`].
pub fn show(tree: &dyn Tree, path: &str, spec: &Spec, variables: &Variables, ignore: &[String]) -> Result<Vec<Object>, Error> {
    let directory = directory(tree, path)?;
    let mut patterns = load_patterns_below(tree, &directory);
    patterns.extend(ignore.iter().flat_map(|line| read_patterns(line, &[])));
    let has_patterns = !patterns.is_empty();
    let excluded = Ignore::beside_defaults(patterns);
    let mut found = generate(tree, &directory, &|path, is_dir| has_patterns && excluded.excludes(&join("/", path), is_dir))?;
    filter(&mut found.kustomization, &|path, is_dir| excluded.excludes(path, is_dir), &|path| tree.is_dir(&join(&directory, path)));
    let mut built = render(tree, &directory, found, spec, variables)?;
    built.iter_mut().try_for_each(|built| mask(&mut built.value))?;
    let mut objects = read_objects(built.into_iter().map(|built| built.value.into_value()));
    objects.iter_mut().for_each(|object| set_metadata(object, spec));
    Ok(objects)
}

/// Takes the ignored entries out of a kustomization.
fn filter(kustomization: &mut Map<String, Value>, ignored: Ignored<'_>, is_dir: &dyn Fn(&str) -> bool) {
    for field in FILTERED {
        let Some(Value::Array(entries)) = kustomization.get_mut(field) else { continue };
        entries.retain(|entry| match entry.as_str() {
            Some(path) if !path.contains("://") => !ignored(&join("/", path), is_dir(path)),
            _ => true,
        });
        if entries.is_empty() {
            kustomization.remove(field);
        }
    }
}
