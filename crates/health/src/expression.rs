//! One CEL expression over JSON values.
//!
//! Refuses to be: a policy language. The functions are those that Flux and Kubernetes register; there is no clock and no I/O.

use kube_cel::KubeCelExt;
use kube_cel::cel::common::ast::{Expr, IdedExpr};
use kube_cel::cel::objects::{Key, Map};
use kube_cel::cel::parser::Parser;
use kube_cel::cel::{Context, ExecutionError, Value as CelValue};
use object::Value;
use std::collections::HashMap;
use std::sync::Arc;

use crate::cost::{STEPS_MAX, steps};
use crate::tree::{index_instead_of_select, undeclared};

/// Longest expression.
pub const EXPRESSION_BYTES_MAX: usize = 16 * 1024;
/// Deepest nesting of brackets in an expression.
const NESTING_MAX: usize = 64;
/// Most words and signs of an expression. A chain such as `a.b.c` nests once for each, so this bounds the stack it takes.
const TOKENS_MAX: usize = 1024;
/// Up to here any thread's stack is large enough to read and evaluate an expression.
const TOKENS_SMALL: usize = 64;
/// Stack for the expressions between the two.
const STACK_BYTES: usize = 32 * 1024 * 1024;

/// An expression that was read and can be evaluated.
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    tree: Arc<IdedExpr>,
}

/// Why an expression gives no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// It is no CEL.
    #[error("failed to parse the CEL expression '{text}': {why}")]
    Parse {
        /// The expression.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// It could not be evaluated over this object.
    #[error("failed to evaluate the CEL expression '{text}': {why}")]
    Evaluate {
        /// The expression.
        text: String,
        /// What went wrong.
        why: String,
    },
    /// It gives something else than a boolean.
    #[error("failed to evaluate CEL expression as boolean: '{text}'")]
    NotABoolean {
        /// The expression.
        text: String,
    },
}

impl Expression {
    /// Reads an expression. Errors: it is no CEL, or too long or too deep.
    pub fn parse(text: &str) -> Result<Expression, ExpressionError> {
        let refused = |why: String| ExpressionError::Parse { text: text.to_owned(), why };
        if text.len() > EXPRESSION_BYTES_MAX {
            return Err(refused(format!("it is longer than {EXPRESSION_BYTES_MAX} bytes")));
        }
        if nesting(text) > NESTING_MAX {
            return Err(refused(format!("it is nested deeper than {NESTING_MAX} brackets")));
        }
        if tokens(text) > TOKENS_MAX {
            return Err(refused(format!("it has more than {TOKENS_MAX} words and signs")));
        }
        let tree = with_stack_for(text, || read(text)).map_err(refused)?;
        Ok(Expression { text: text.to_owned(), tree: Arc::new(tree) })
    }

    /// Reads an expression over known variables that must give a boolean.
    ///
    /// Types are not inferred: that the answer is no boolean is seen here only where the whole expression is a literal.
    pub fn compile(text: &str, variables: &[&str]) -> Result<Expression, ExpressionError> {
        let expression = Expression::parse(text)?;
        let refused = |why: String| ExpressionError::Parse { text: text.to_owned(), why };
        if let Some(name) = undeclared(&expression.tree, &mut variables.to_vec()) {
            return Err(refused(format!("undeclared reference to '{name}'")));
        }
        match constant(&expression.tree) {
            Some(CelValue::Bool(_)) | None => Ok(expression),
            Some(_) => Err(refused("CEL expression output type mismatch: expected bool".into())),
        }
    }

    /// The text it was read from.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Evaluates over named values. Errors: an unknown name or key, a wrong type, an answer that is no boolean.
    pub fn boolean<'a>(&self, variables: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Result<bool, ExpressionError> {
        match self.value(variables)? {
            CelValue::Bool(answer) => Ok(answer),
            _ => Err(ExpressionError::NotABoolean { text: self.text.clone() }),
        }
    }

    fn value<'a>(&self, variables: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Result<CelValue, ExpressionError> {
        let variables: Vec<(&str, &Value)> = variables.into_iter().collect();
        let refused = |why: String| ExpressionError::Evaluate { text: self.text.clone(), why };
        if steps(&self.tree, &self.text, variables.iter().map(|(_, value)| *value)) > STEPS_MAX {
            return Err(refused(format!("its macros could take more than {STEPS_MAX} steps over this object")));
        }
        let variables: Vec<(&str, CelValue)> = variables.into_iter().map(|(name, value)| (name, cel_value(value))).collect();
        let answer = with_stack_for(&self.text, || {
            let mut context = Context::default().with_all();
            variables.into_iter().for_each(|(name, value)| context.add_variable_from_value(name, value));
            context.resolve(&self.tree).map_err(|error| why(&error))
        });
        answer.map_err(refused)
    }
}

fn read(text: &str) -> Result<IdedExpr, String> {
    let mut tree = Parser::new().enable_optional_syntax(true).parse(text).map_err(|errors| errors.to_string())?;
    index_instead_of_select(&mut tree);
    Ok(tree)
}

/// Does recursive work over an expression where the stack cannot run out: here for a small one, else on a thread of its own.
fn with_stack_for<T: Send>(text: &str, work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    if tokens(text) <= TOKENS_SMALL {
        return work();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work).map_err(|error| error.to_string())?;
        thread.join().unwrap_or_else(|_| Err("the evaluator failed".into()))
    })
}

/// The evaluator's words as cel-go puts them, where Flux shows them to users.
fn why(error: &ExecutionError) -> String {
    match error {
        ExecutionError::UndeclaredReference(name) => format!("no such attribute(s): {name}"),
        ExecutionError::NoSuchKey(key) => format!("no such key: {key}"),
        other => other.to_string(),
    }
}

/// Words and signs, counted as if there were no strings: too many rather than too few.
fn tokens(text: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let signs = text.chars().filter(|c| !is_word(*c) && !c.is_whitespace()).count();
    signs + text.split(|c| !is_word(c)).filter(|word| !word.is_empty()).count()
}

/// Deepest nesting of brackets and of signs before a term, counted before the parser recurses over them.
fn nesting(text: &str) -> usize {
    let (mut open, mut signs, mut deepest) = (0_usize, 0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b'!' | b'-' => signs += 1,
            b' ' => {}
            _ => signs = 0,
        }
        deepest = deepest.max(open + signs);
    }
    deepest
}

/// Whole numbers become signed ones, so that they compare with the literals people write.
fn cel_value(value: &Value) -> CelValue {
    match value {
        Value::Null => CelValue::Null,
        Value::Bool(bool) => CelValue::Bool(*bool),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(int), _) => CelValue::Int(int),
            (None, Some(int)) => CelValue::UInt(int),
            (None, None) => CelValue::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => CelValue::String(Arc::new(text.clone())),
        Value::Array(items) => CelValue::List(Arc::new(items.iter().map(cel_value).collect())),
        Value::Object(fields) => {
            let fields: HashMap<Key, CelValue> = fields.iter().map(|(key, value)| (Key::from(key.as_str()), cel_value(value))).collect();
            CelValue::Map(Map { map: Arc::new(fields) })
        }
    }
}

/// The value of an expression that is a literal and nothing else.
fn constant(tree: &IdedExpr) -> Option<CelValue> {
    matches!(tree.expr, Expr::Literal(_) | Expr::List(_) | Expr::Map(_)).then(|| Context::default().resolve(tree).unwrap_or(CelValue::Null))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn boolean(text: &str, data: Value) -> Result<bool, String> {
        let expression = Expression::parse(text).map_err(|error| error.to_string())?;
        let variables = data.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value));
        expression.boolean(variables).map_err(|error| error.to_string())
    }

    #[test]
    fn what_people_write_for_health_is_understood() {
        let data = json!({
            "metadata": {"generation": 2, "name": "web"},
            "status": {"ready": 3, "share": 2.5, "conditions": [{"type": "Ready", "status": "True"}, {"type": "Synced", "status": "False"}]},
        });
        for (text, expected) in [
            ("status.conditions.filter(e, e.type == 'Ready').all(e, e.status == 'True')", true),
            ("status.conditions.exists(e, e.type == 'Synced' && e.status == 'True')", false),
            ("has(status.missing) && status.missing", false),
            ("metadata.generation == 2 && status.ready >= 3", true),
            ("status.ready > 2.5 && status.share < 3", true),
            ("status.?missing.orValue(true)", true),
            ("metadata.name.startsWith('w') && metadata.name.matches('^w.b$')", true),
            ("metadata.name.upperAscii() == 'WEB'", true),
            ("sets.contains([1, 2], [2])", true),
            ("base64.encode(b'a') == 'YQ=='", true),
            ("size(status.conditions) == 2 ? true : false", true),
            ("'Ready' in status.conditions.map(e, e.type)", true),
        ] {
            assert_eq!(boolean(text, data.clone()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_evaluated_says_why() {
        for (text, why) in [
            ("", "failed to parse the CEL expression ''"),
            ("a ==", "failed to parse the CEL expression 'a =='"),
            ("a.c", "no such key: c"),
            ("x", "failed to evaluate the CEL expression 'x': no such attribute(s): x"),
            ("a", "failed to evaluate CEL expression as boolean: 'a'"),
        ] {
            let error = boolean(text, json!({"a": {"b": 1}})).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn too_long_and_too_deep_is_refused_before_it_is_parsed() {
        for text in
            ["(".repeat(EXPRESSION_BYTES_MAX), "!".repeat(9_000) + "a", "a".repeat(EXPRESSION_BYTES_MAX + 1), "- ".repeat(4_000) + "1"]
        {
            assert!(Expression::parse(&text).is_err());
        }
    }

    #[test]
    fn long_chains_do_not_exhaust_the_stack() {
        for link in [".a", "+a", " && a", "?a:a", " in a", "==a", "[0]", ".f()", " || a", "<a"] {
            for count in [TOKENS_MAX / tokens(link) - 1, EXPRESSION_BYTES_MAX / link.len() - 1] {
                if let Ok(expression) = Expression::parse(&format!("a{}", link.repeat(count))) {
                    drop(expression.boolean([("a", &json!(1))])); // Any answer will do, an abort will not.
                }
            }
        }
    }

    #[test]
    fn nested_macros_over_long_lists_are_not_begun() {
        let list: Vec<i64> = (0..2_000).collect();
        for (text, fits) in
            [("a.all(x, x >= 0)", true), ("a.all(x, a.all(y, y >= 0))", false), ("a.all(x, x >= 0) && a.all(y, y >= 0)", true)]
        {
            assert_eq!(boolean(text, json!({"a": list})).is_ok(), fits, "{text}");
        }
        assert!(boolean("a.split('').all(x, a.split('').all(y, true))", json!({"a": "x".repeat(2_000)})).is_err());
        assert_eq!(boolean("a.all(x, a.all(y, a.exists(z, z == x)))", json!({"a": [1, 2, 3]})), Ok(true));
    }

    #[test]
    fn compiling_knows_the_variables_and_macros_bind_their_own() {
        for (text, fits) in [
            ("self.status.x == dep.status.x", true),
            ("dep.status.conditions.all(c, c.type == self.kind)", true),
            ("other.status", false),
            ("dep.status.conditions.all(c, d.type == 'a')", false),
            ("'text'", false),
            ("[true]", false),
            ("true", true),
        ] {
            assert_eq!(Expression::compile(text, &["self", "dep"]).is_ok(), fits, "{text}");
        }
    }
}
