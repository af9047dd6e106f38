//! The build from end to end.

use crate::generate::{Found, generate};
use crate::merge_spec::merge_spec;
use crate::metadata::set_metadata;
use crate::normalise::{normalise, read_objects};
use crate::substitute::substitute;
use crate::tree::{Overlay, join};
use crate::{Error, Spec, Tree};
use kustomize::{LoadRestrictor, Options};
use object::{Object, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Variables by name: `substituteFrom` in order, then the inline ones, later over earlier.
pub type Variables = BTreeMap<String, String>;

/// What a build gives.
#[derive(Clone, Debug)]
pub struct Built {
    /// The objects to apply, in the order of the build.
    pub objects: Vec<Object>,
    /// `sha256:` and the hex digest of the built YAML, after variables and before labels: the digest of `status.history`.
    pub digest: String,
    /// The fields that were left out because the kinds do not know them: a line for each object.
    pub left_out: Vec<String>,
}

/// Builds the directory `path` of a tree as Flux does.
///
/// Shape: objects ready to apply, lists expanded, owner labels set. Line breaks in variables are dropped, as Flux drops them.
/// Errors: the first fault, with the object or file it is about. Cost: that of Kustomize; no I/O, no clock.
pub fn build(tree: &dyn Tree, path: &str, spec: &Spec, variables: &Variables) -> Result<Built, Error> {
    let directory = directory(tree, path)?;
    let found = generate(tree, &directory, &|_, _| false)?;
    let built = render(tree, &directory, found, spec, variables)?;
    let digest = format!("sha256:{}", hex(&Sha256::digest(kustomize::print(&built))));
    let mut objects = read_objects(built.into_iter().map(|built| built.value.into_value()));
    let mut left_out = Vec::new();
    for object in &mut objects {
        set_metadata(object, spec);
        let fields = normalise(object);
        if !fields.is_empty() {
            left_out.push(format!("{object}: {}", fields.join(", ")));
        }
    }
    Ok(Built { objects, digest, left_out })
}

/// What is left out of a build: paths relative to its directory, and whether they are directories.
pub(crate) type Ignored<'a> = &'a dyn Fn(&str, bool) -> bool;

/// The directory of a path of a tree, clean and absolute.
pub(crate) fn directory(tree: &dyn Tree, path: &str) -> Result<String, Error> {
    let directory = join("/", path);
    if tree.is_dir(&directory) { Ok(directory) } else { Err(Error::PathNotFound { path: path.to_owned() }) }
}

/// A kustomization and the spec built, with variables put in.
pub(crate) fn render(
    tree: &dyn Tree,
    directory: &str,
    mut found: Found,
    spec: &Spec,
    variables: &Variables,
) -> Result<Vec<kustomize::Built>, Error> {
    merge_spec(&mut found.kustomization, spec, tree, directory)?;
    let text = yaml::to_string(&Value::Object(found.kustomization));
    let files = Overlay { tree, path: found.file, bytes: text.into_bytes() };
    let options = Options { load_restrictor: LoadRestrictor::None, lenient_root: true, keeps_schema: true, ..Options::default() };
    let mut built = kustomize::build(&files, directory, &options).map_err(Error::Kustomize)?;
    put_variables(&mut built, spec, variables)?;
    Ok(built)
}

fn put_variables(built: &mut [kustomize::Built], spec: &Spec, variables: &Variables) -> Result<(), Error> {
    let variables: Variables = variables.iter().map(|(name, value)| (name.clone(), value.replace('\n', ""))).collect();
    for object in built {
        let changed = substitute(&object.value, &variables, spec);
        let changed = changed.map_err(|cause| Error::Substitute { object: name(&object.value).to_owned(), cause })?;
        if let Some(changed) = changed {
            object.value = changed.into();
        }
    }
    Ok(())
}

fn name(value: &Value) -> &str {
    value["metadata"]["name"].as_str().unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
