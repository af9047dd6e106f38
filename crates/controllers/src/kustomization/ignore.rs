//! `spec.ignore`: which paths of an object are left to others.

use api::{IgnoreRule, Selector};
use object::Object;
use regex::Regex;

/// The paths that the rules name for an object. A rule without a target is for every object.
pub fn paths<'a>(rules: &'a [IgnoreRule], object: &Object) -> Vec<&'a str> {
    let fitting = rules.iter().filter(|rule| rule.target.as_ref().is_none_or(|target| selects(target, object)));
    fitting.flat_map(|rule| rule.paths.iter().map(String::as_str)).collect()
}

fn selects(target: &Selector, object: &Object) -> bool {
    let fields = [
        (&target.group, object.group()),
        (&target.version, object.version()),
        (&target.kind, object.kind()),
        (&target.name, object.name()),
        (&target.namespace, object.namespace()),
    ];
    fields.iter().all(|(pattern, text)| matches(pattern, text))
        && labels(&target.label_selector, |key| object.label(key))
        && labels(&target.annotation_selector, |key| object.annotation(key))
}

/// An empty pattern matches everything, any other the whole text. A pattern that cannot be read matches nothing.
fn matches(pattern: &str, text: &str) -> bool {
    pattern.is_empty() || Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(text))
}

fn labels<'a>(selector: &str, label: impl Fn(&str) -> Option<&'a str>) -> bool {
    object::Selector::parse(selector).is_ok_and(|selector| selector.matches(label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rules_are_chosen_by_their_target() {
        let object = Object::new(json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": {"a": "b"}}}));
        let rule = |target: Option<Selector>| IgnoreRule { paths: vec!["/spec/replicas".into()], target };
        let with = |kind: &str, labels: &str| Some(Selector { kind: kind.into(), label_selector: labels.into(), ..Selector::default() });
        for (target, expected) in
            [(None, 1), (with("Deploy.*", ""), 1), (with("Deploy", ""), 0), (with("", "a=b"), 1), (with("", "a=c"), 0), (with("(", ""), 0)]
        {
            assert_eq!(paths(&[rule(target.clone())], object.as_ref().unwrap()).len(), expected, "{target:?}");
        }
    }
}
