//! Laying one table of values on another, with Helm 4's rules for null.

use object::Value;

use super::Values;

/// What becomes of nulls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// Final: nulls do their work and go.
    Coalesce,
    /// Nulls stay for a later pass.
    Merge,
}

/// Lays `over` on `under`; a null of `over` removes what it hides.
pub(crate) fn coalesce_tables(over: &mut Values, under: Values) {
    lay_over(over, under, Pass::Coalesce);
}

/// Lays `over` on `under`, keeping nulls: the tables of `over` win.
pub(crate) fn merge_tables(over: &mut Values, under: Values) {
    lay_over(over, under, Pass::Merge);
}

/// Lays `over` on `under` into `over`. A null of `over` hides what is under it; when coalescing it goes away with it.
pub(crate) fn lay_over(over: &mut Values, under: Values, pass: Pass) {
    for (key, below) in under {
        match over.get_mut(&key) {
            None => {
                over.insert(key, below);
            }
            Some(Value::Null) => {
                if pass == Pass::Coalesce && !below.is_null() {
                    over.remove(&key);
                }
            }
            Some(Value::Object(own)) => {
                if let Value::Object(below) = below {
                    lay_over(own, below, pass);
                }
            }
            Some(_) => {}
        }
    }
}

/// Drops nulls, however deep.
pub(crate) fn remove_nulls(values: &mut Values) {
    values.retain(|_, value| {
        if let Value::Object(table) = value {
            remove_nulls(table);
        }
        !value.is_null()
    });
}
