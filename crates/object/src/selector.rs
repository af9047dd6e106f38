//! Label selectors, as text (`a=b,c in (d,e),!f`) and as the `matchLabels` / `matchExpressions` object.

use serde_json::Value;
use std::collections::BTreeSet;

/// All requirements must hold. The empty selector matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// The requirements, in the order they were written.
    pub requirements: Vec<Requirement>,
}

/// One condition on one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// The label exists and its value is one of these.
    In(String, BTreeSet<String>),
    /// The label is absent or its value is none of these.
    NotIn(String, BTreeSet<String>),
    /// The label exists.
    Exists(String),
    /// The label is absent.
    DoesNotExist(String),
}

/// A selector that cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("label selector `{text}`: {why}")]
pub struct ParseSelectorError {
    text: String,
    why: String,
}

impl Selector {
    /// Reads the text form that `kubectl -l` takes.
    pub fn parse(text: &str) -> Result<Selector, ParseSelectorError> {
        let wrong = |why: String| ParseSelectorError { text: text.to_owned(), why };
        let requirements = split_terms(text).into_iter().map(|term| requirement(term.trim())).collect::<Result<_, _>>().map_err(wrong)?;
        Ok(Selector { requirements })
    }

    /// Reads a `LabelSelector` object. Null or an empty object selects everything.
    pub fn from_object(selector: &Value) -> Result<Selector, ParseSelectorError> {
        let mut requirements = Vec::new();
        for (key, value) in selector.get("matchLabels").and_then(Value::as_object).into_iter().flatten() {
            let value = value.as_str().unwrap_or_default().to_owned();
            requirements.push(Requirement::In(key.clone(), BTreeSet::from([value])));
        }
        for expression in selector.get("matchExpressions").and_then(Value::as_array).into_iter().flatten() {
            requirements.push(from_expression(expression).map_err(|why| ParseSelectorError { text: selector.to_string(), why })?);
        }
        Ok(Selector { requirements })
    }

    /// Whether every requirement holds for the labels that `label` looks up.
    pub fn matches<'a>(&self, label: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.requirements.iter().all(|requirement| requirement.holds(&label))
    }
}

impl Requirement {
    fn holds<'a>(&self, label: &impl Fn(&str) -> Option<&'a str>) -> bool {
        match self {
            Requirement::In(key, values) => label(key).is_some_and(|value| values.contains(value)),
            Requirement::NotIn(key, values) => label(key).is_none_or(|value| !values.contains(value)),
            Requirement::Exists(key) => label(key).is_some(),
            Requirement::DoesNotExist(key) => label(key).is_none(),
        }
    }
}

/// Splits at commas outside parentheses.
fn split_terms(text: &str) -> Vec<&str> {
    let mut terms = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                terms.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    terms.push(&text[start..]);
    terms.retain(|term| !term.trim().is_empty());
    terms
}

fn requirement(term: &str) -> Result<Requirement, String> {
    if let Some(key) = term.strip_prefix('!') {
        return Ok(Requirement::DoesNotExist(key_of(key)?));
    }
    if let Some((key, value)) = term.split_once("!=") {
        return Ok(Requirement::NotIn(key_of(key)?, one(value)));
    }
    if let Some((key, value)) = term.split_once("==").or_else(|| term.split_once('=')) {
        return Ok(Requirement::In(key_of(key)?, one(value)));
    }
    set_requirement(term)
}

fn set_requirement(term: &str) -> Result<Requirement, String> {
    let mut words = term.splitn(3, char::is_whitespace).filter(|word| !word.is_empty());
    let key = words.next().unwrap_or_default();
    match (words.next(), words.next()) {
        (None, _) => Ok(Requirement::Exists(key_of(key)?)),
        (Some("in"), Some(values)) => Ok(Requirement::In(key_of(key)?, many(values)?)),
        (Some("notin"), Some(values)) => Ok(Requirement::NotIn(key_of(key)?, many(values)?)),
        _ => set_without_space(term),
    }
}

/// `a in(b)` is legal too.
fn set_without_space(term: &str) -> Result<Requirement, String> {
    let (head, values) = term.split_once('(').ok_or_else(|| format!("cannot read `{term}`"))?;
    let values = many(&format!("({values}"))?;
    match head.trim().rsplit_once(char::is_whitespace) {
        Some((key, "in")) => Ok(Requirement::In(key_of(key)?, values)),
        Some((key, "notin")) => Ok(Requirement::NotIn(key_of(key)?, values)),
        _ => Err(format!("expected `in` or `notin` before the values of `{term}`")),
    }
}

fn key_of(key: &str) -> Result<String, String> {
    let key = key.trim();
    let legal = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    if key.is_empty() || !key.chars().all(legal) {
        return Err(format!("`{key}` is no label key"));
    }
    Ok(key.to_owned())
}

fn one(value: &str) -> BTreeSet<String> {
    BTreeSet::from([value.trim().to_owned()])
}

fn many(values: &str) -> Result<BTreeSet<String>, String> {
    let inner = values.trim().strip_prefix('(').and_then(|values| values.strip_suffix(')'));
    let inner = inner.ok_or_else(|| format!("expected values in parentheses, found `{values}`"))?;
    Ok(inner.split(',').map(|value| value.trim().to_owned()).collect())
}

fn from_expression(expression: &Value) -> Result<Requirement, String> {
    let text = |field| expression.get(field).and_then(Value::as_str).unwrap_or_default();
    let key = text("key").to_owned();
    let values = || {
        let values = expression.get("values").and_then(Value::as_array);
        values.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
    };
    match text("operator") {
        "In" => Ok(Requirement::In(key, values())),
        "NotIn" => Ok(Requirement::NotIn(key, values())),
        "Exists" => Ok(Requirement::Exists(key)),
        "DoesNotExist" => Ok(Requirement::DoesNotExist(key)),
        other => Err(format!("`{other}` is not a valid label selector operator")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(selector: &str, labels: &[(&str, &str)], expected: bool) {
        let selector = Selector::parse(selector).unwrap();
        let matched = selector.matches(|key| labels.iter().find(|(name, _)| *name == key).map(|(_, value)| *value));
        assert_eq!(matched, expected, "{selector:?} on {labels:?}");
    }

    #[test]
    fn the_text_form_selects() {
        let labels = &[("app", "web"), ("tier", "front")];
        check("", labels, true);
        check("app=web", labels, true);
        check("app==web,tier!=back", labels, true);
        check("app in (web, api),tier notin (back)", labels, true);
        check("app in(web)", labels, true);
        check("app", labels, true);
        check("!app", labels, false);
        check("!canary", labels, true);
        check("canary!=yes", labels, true);
        check("canary=yes", labels, false);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["a b c", "=b", "a in b", "a near (b)", "a,!"] {
            assert!(Selector::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_object_form_selects() {
        let selector = json!({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]});
        let selector = Selector::from_object(&selector).unwrap();
        assert!(selector.matches(|key| Some(if key == "app" { "web" } else { "x" })));
        assert!(!selector.matches(|key| (key == "app").then_some("web")));
        assert!(Selector::from_object(&json!({"matchExpressions": [{"key": "a", "operator": "Near"}]})).is_err());
    }
}
