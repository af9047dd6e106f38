//! The labels and annotations by which an object says how it wants to be treated.

use object::Object;

const PREFIX: &str = "kustomize.toolkit.fluxcd.io/";

/// Whether a label or annotation `kustomize.toolkit.fluxcd.io/<name>` has this value, in any case.
pub(crate) fn marks(object: &Object, name: &str, value: &str) -> bool {
    let key = format!("{PREFIX}{name}");
    [object.label(&key), object.annotation(&key)].into_iter().flatten().any(|found| found.eq_ignore_ascii_case(value))
}

/// Whether `name` is `disabled` on the object: `reconcile`, `prune`, `substitute`.
pub fn marks_disabled(object: &Object, name: &str) -> bool {
    marks(object, name, "disabled")
}

/// How server-side apply treats the object: `Override` (the default), `Merge`, `IfNotPresent` or `Ignore`.
pub fn ssa_mode(object: &Object) -> &'static str {
    ["Merge", "IfNotPresent", "Ignore"].into_iter().find(|mode| marks(object, "ssa", mode)).unwrap_or("Override")
}
