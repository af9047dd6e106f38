//! One rule of a role: what it allows, and whether it covers another rule.

use serde_json::Value;

use super::attributes::Attributes;

/// Verbs on resources or on paths. `*` stands for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Verbs.
    pub verbs: Vec<String>,
    /// API groups.
    pub groups: Vec<String>,
    /// Resources, with subresources as `pods/log` or `*/scale`.
    pub resources: Vec<String>,
    /// Names of objects; empty means any.
    pub names: Vec<String>,
    /// Paths; a trailing `*` stands for any rest.
    pub paths: Vec<String>,
}

impl Rule {
    /// Reads `rules` of a role.
    pub fn read_all(role: &Value) -> Vec<Rule> {
        role["rules"].as_array().into_iter().flatten().map(Rule::read).collect()
    }

    fn read(rule: &Value) -> Rule {
        let texts = |key: &str| rule[key].as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect();
        Rule {
            verbs: texts("verbs"),
            groups: texts("apiGroups"),
            resources: texts("resources"),
            names: texts("resourceNames"),
            paths: texts("nonResourceURLs"),
        }
    }

    /// Whether this rule allows what is asked.
    pub fn allows(&self, attributes: &Attributes<'_>) -> bool {
        if !has(&self.verbs, attributes.verb) {
            return false;
        }
        if !attributes.path.is_empty() {
            return self.paths.iter().any(|path| path_covers(path, attributes.path));
        }
        has(&self.groups, attributes.group)
            && self.resources.iter().any(|resource| resource_covers(resource, attributes.resource, attributes.subresource))
            && (self.names.is_empty() || self.names.iter().any(|name| name == attributes.name))
    }

    /// Splits into rules of one verb, one group, one resource and one name, which another rule covers or does not.
    pub fn atoms(&self) -> Vec<Rule> {
        let mut atoms = Vec::new();
        for verb in &self.verbs {
            for path in &self.paths {
                atoms.push(Rule { verbs: vec![verb.clone()], paths: vec![path.clone()], ..Rule::default() });
            }
            for (group, resource) in self.groups.iter().flat_map(|group| self.resources.iter().map(move |resource| (group, resource))) {
                let atom =
                    Rule { verbs: vec![verb.clone()], groups: vec![group.clone()], resources: vec![resource.clone()], ..Rule::default() };
                let named = self.names.iter().map(|name| Rule { names: vec![name.clone()], ..atom.clone() });
                atoms.extend(named);
                atoms.extend(self.names.is_empty().then(|| atom.clone()));
            }
        }
        atoms
    }

    /// Whether this rule allows all that an atom allows.
    pub fn covers(&self, atom: &Rule) -> bool {
        let all = |own: &[String], wanted: &[String]| wanted.iter().all(|item| has(own, item));
        let resources = atom.resources.iter().all(|wanted| {
            let (resource, subresource) = wanted.split_once('/').unwrap_or((wanted, ""));
            self.resources.iter().any(|own| own == wanted || resource_covers(own, resource, subresource))
        });
        let names = self.names.is_empty() || (!atom.names.is_empty() && atom.names.iter().all(|name| self.names.contains(name)));
        let paths = atom.paths.iter().all(|wanted| self.paths.iter().any(|own| path_covers(own, wanted)));
        all(&self.verbs, &atom.verbs) && all(&self.groups, &atom.groups) && resources && names && paths
    }

    /// The rule as the message of a refused escalation shows it.
    pub fn describe(&self) -> String {
        let list = |items: &[String]| items.iter().map(|item| format!("{item:?}")).collect::<Vec<_>>().join(", ");
        let mut parts = Vec::new();
        if self.paths.is_empty() {
            parts.push(format!("APIGroups:[{}]", list(&self.groups)));
            parts.push(format!("Resources:[{}]", list(&self.resources)));
            parts.extend((!self.names.is_empty()).then(|| format!("ResourceNames:[{}]", list(&self.names))));
        } else {
            parts.push(format!("NonResourceURLs:[{}]", list(&self.paths)));
        }
        parts.push(format!("Verbs:[{}]", list(&self.verbs)));
        format!("{{{}}}", parts.join(", "))
    }
}

fn has(list: &[String], wanted: &str) -> bool {
    list.iter().any(|item| item == "*" || item == wanted)
}

fn resource_covers(own: &str, resource: &str, subresource: &str) -> bool {
    if own == "*" {
        return true;
    }
    match own.split_once('/') {
        None => own == resource && subresource.is_empty(),
        Some(("*", sub)) => sub == subresource,
        Some((main, sub)) => main == resource && sub == subresource,
    }
}

fn path_covers(own: &str, path: &str) -> bool {
    match own.strip_suffix('*') {
        Some(prefix) => path.starts_with(prefix),
        None => own == path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(groups: &[&str], resources: &[&str], verbs: &[&str]) -> Rule {
        Rule::read(&json!({"apiGroups": groups, "resources": resources, "verbs": verbs}))
    }

    #[test]
    fn a_resource_does_not_include_its_subresources() {
        let pods = Attributes { verb: "get", resource: "pods", ..Attributes::default() };
        let logs = Attributes { subresource: "log", ..pods };
        assert!(rule(&[""], &["pods"], &["get"]).allows(&pods));
        assert!(!rule(&[""], &["pods"], &["get"]).allows(&logs));
        assert!(rule(&[""], &["*/log"], &["*"]).allows(&logs));
        assert!(rule(&["*"], &["*"], &["*"]).allows(&logs));
        assert!(!rule(&["apps"], &["*"], &["*"]).allows(&pods));
    }

    #[test]
    fn named_rules_cover_only_these_names() {
        let named = Rule { names: vec!["a".into()], ..rule(&[""], &["secrets"], &["get"]) };
        let any = rule(&[""], &["secrets"], &["get"]);
        assert!(any.covers(&named));
        assert!(!named.covers(&any));
        assert_eq!(rule(&["", "apps"], &["a", "b"], &["get", "list"]).atoms().len(), 8);
    }
}
