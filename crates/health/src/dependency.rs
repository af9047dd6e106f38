//! The expression that says whether a dependency is ready, over the one that depends (`self`) and the dependency (`dep`).

use object::Value;

use crate::expression::{Expression, ExpressionError};

/// A `readyExpr`, read once.
#[derive(Clone, Debug)]
pub struct ReadyExpr(Expression);

impl ReadyExpr {
    /// Reads it. Errors: it is no CEL, names another variable than `self` and `dep`, or is a literal other than a boolean.
    pub fn compile(text: &str) -> Result<ReadyExpr, ExpressionError> {
        Expression::compile(text, &["self", "dep"]).map(ReadyExpr)
    }

    /// Asks it. Errors: a field it names is absent, or its answer is no boolean.
    pub fn is_ready(&self, dependent: &Value, dependency: &Value) -> Result<bool, ExpressionError> {
        self.0.boolean([("self", dependent), ("dep", dependency)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_compares_the_two_objects() {
        let ready = ReadyExpr::compile("dep.status.lastAppliedRevision == self.metadata.annotations['want']").unwrap();
        let dependent = json!({"metadata": {"annotations": {"want": "main@sha1:1"}}});
        for (revision, expected) in [("main@sha1:1", true), ("main@sha1:2", false)] {
            assert_eq!(ready.is_ready(&dependent, &json!({"status": {"lastAppliedRevision": revision}})), Ok(expected));
        }
        assert!(ready.is_ready(&dependent, &json!({})).is_err());
    }
}
