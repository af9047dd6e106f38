//! Variables into objects: each object becomes YAML text, the text is expanded and read back.
//!
//! So `replicas: ${n}` becomes a number, which is what people use it for; and a value with a colon can break the text, which
//! is why the error says to quote. Objects labelled or annotated `kustomize.toolkit.fluxcd.io/substitute: disabled` are left alone.

use crate::envsubst;
use crate::error::SubstituteError;
use crate::{Spec, SubstituteStrategy, Variables};
use object::Value;

/// The label and the annotation that switch substitution off.
const SWITCH: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// Puts `variables` into one object; nothing when it stays as it is.
pub fn substitute(object: &Value, variables: &Variables, spec: &Spec) -> Result<Option<Value>, SubstituteError> {
    let wanted = !variables.is_empty() || spec.substitute_strategy == SubstituteStrategy::Always;
    if !wanted || is_disabled(object) || !has_dollar(object) {
        return Ok(None);
    }
    if let Some(name) = variables.keys().find(|name| !is_name(name)) {
        return Err(SubstituteError::Name(name.clone()));
    }
    let lookup = |name: &str| match variables.get(name) {
        None if spec.allows_unset_variables => Some(""),
        value => value.map(String::as_str),
    };
    let text = envsubst::expand(&yaml::to_string(object), &lookup)?;
    match yaml::from_str(&text).map_err(SubstituteError::Yaml)? {
        value @ Value::Object(_) => Ok(Some(value)),
        _ => Err(SubstituteError::NotAMapping),
    }
}

fn is_disabled(object: &Value) -> bool {
    let metadata = &object["metadata"];
    metadata["labels"][SWITCH] == "disabled" || metadata["annotations"][SWITCH] == "disabled"
}

/// Whether any text of the value could hold a variable; without one, expanding and reading back changes nothing.
fn has_dollar(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('$'),
        Value::Array(items) => items.iter().any(has_dollar),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('$') || has_dollar(value)),
        _ => false,
    }
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_ascii_alphabetic()) && chars.all(|c| c == '_' || c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::substitute;
    use crate::{Spec, SubstituteStrategy, Variables};
    use object::Value;
    use serde_json::json;

    fn variables() -> Variables {
        Variables::from([("n".to_owned(), "3".to_owned()), ("host".to_owned(), "a: b".to_owned())])
    }

    #[test]
    fn unquoted_numbers_change_their_type() {
        let object = json!({"spec": {"replicas": "${n}", "name": "x-${n}"}});
        let expected = json!({"spec": {"replicas": 3, "name": "x-3"}});
        assert_eq!(substitute(&object, &variables(), &Spec::default()), Ok(Some(expected)));
    }

    #[test]
    fn a_switch_a_missing_variable_and_broken_text() {
        let disabled = json!({"metadata": {"labels": {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}}, "x": "${n}"});
        assert_eq!(substitute(&disabled, &variables(), &Spec::default()), Ok(None));
        let missing = |spec: &Spec| substitute(&json!({"x": "${gone}"}), &variables(), spec);
        let refused = missing(&Spec::default()).unwrap_err().to_string();
        assert_eq!(refused, "envsubst error: variable substitution failed: variable not set (strict mode): \"gone\"");
        let lenient = Spec { allows_unset_variables: true, ..Spec::default() };
        assert_eq!(missing(&lenient), Ok(Some(json!({"x": Value::Null}))));
        let broken = substitute(&json!({"x": "${host}"}), &variables(), &Spec::default()).unwrap_err();
        assert!(broken.to_string().contains("YAMLToJSON: yaml: "), "{broken}");
    }

    #[test]
    fn without_variables_only_always_looks() {
        let object = json!({"x": "${n:=2}"});
        assert_eq!(substitute(&object, &Variables::new(), &Spec::default()), Ok(None));
        let always = Spec { substitute_strategy: SubstituteStrategy::Always, ..Spec::default() };
        assert_eq!(substitute(&object, &Variables::new(), &always), Ok(Some(json!({"x": 2}))));
    }
}
