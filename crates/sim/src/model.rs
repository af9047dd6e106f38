//! What should be: every Kustomization with its spec and content, and how both came to be over time.
//!
//! Refuses to know: anything that the controllers or the API server think.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use object::{ObjectId, Value};
use runtime::Key;
use serde_json::json;
use tokio::time::Instant;

/// How long a pass may go on with what it read when it began.
const PASS_MAX: Duration = Duration::from_secs(90);

/// The kinds of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    ConfigMap,
    Role,
    Deployment,
    /// The definition of [`Kind::Widget`]; each namespace has a group of its own.
    Definition,
    Widget,
}

/// One declared object.
#[derive(Clone, PartialEq, Eq)]
pub struct Item {
    pub value: u64,
    /// Says of itself that it cannot change.
    pub is_frozen: bool,
    /// The API server refuses it.
    pub is_invalid: bool,
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}{}{}", self.value, if self.is_frozen { " frozen" } else { "" }, if self.is_invalid { " invalid" } else { "" })
    }
}

/// Kind and name of an item. Its namespace is that of the Kustomization.
pub type Name = (Kind, String);

/// One Kustomization: spec and content.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    pub exists: bool,
    pub prune: bool,
    pub force: bool,
    pub suspend: bool,
    pub wait: bool,
    pub depends_on: BTreeSet<String>,
    pub items: BTreeMap<Name, Item>,
    /// One of its files is no YAML.
    pub is_broken: bool,
}

/// Everything that is declared at one time.
#[derive(Clone, Debug, Default)]
pub struct Model(pub BTreeMap<Key, Declared>);

/// Everything that was ever declared, newest last.
pub struct Timeline(Vec<(Instant, Model)>);

impl Kind {
    fn group(self, namespace: &str) -> String {
        match self {
            Kind::ConfigMap => String::new(),
            Kind::Role => "rbac.authorization.k8s.io".into(),
            Kind::Deployment => "apps".into(),
            Kind::Definition => "apiextensions.k8s.io".into(),
            Kind::Widget => format!("{namespace}.sim.sluice.dev"),
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Kind::ConfigMap => "ConfigMap",
            Kind::Role => "Role",
            Kind::Deployment => "Deployment",
            Kind::Definition => "CustomResourceDefinition",
            Kind::Widget => "Widget",
        }
    }
}

/// The identity of an item of a namespace.
pub fn id(namespace: &str, (kind, name): &Name) -> ObjectId {
    let group = kind.group(namespace);
    let (namespace, name) = match kind {
        Kind::Definition => (String::new(), format!("widgets.{}", Kind::Widget.group(namespace))),
        _ => (namespace.to_owned(), name.clone()),
    };
    ObjectId { group, kind: kind.kind().into(), namespace, name }
}

/// The manifest of an item.
pub fn manifest(namespace: &str, name: &Name, item: &Item) -> Value {
    let id = id(namespace, name);
    let version = if id.group.is_empty() { "v1".to_owned() } else { format!("{}/v1", id.group) };
    let mut manifest = content(namespace, name, item);
    manifest["apiVersion"] = version.into();
    manifest["kind"] = id.kind.into();
    manifest["metadata"] = json!({"name": id.name});
    if name.0 != Kind::Definition {
        manifest["metadata"]["namespace"] = namespace.into();
    }
    if item.is_invalid {
        manifest["metadata"]["labels"] = json!({"broken": "no label value!"});
    }
    manifest
}

fn content(namespace: &str, (kind, name): &Name, item: &Item) -> Value {
    let value = format!("v{}", item.value);
    match kind {
        Kind::ConfigMap if item.is_frozen => json!({"data": {"value": value}, "immutable": true}),
        Kind::ConfigMap => json!({"data": {"value": value}}),
        Kind::Role => json!({"rules": [{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": [value], "verbs": ["get"]}]}),
        Kind::Deployment => json!({"spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "main", "image": format!("sim:{value}")}]}},
        }}),
        Kind::Widget => json!({"spec": {"value": value}}),
        Kind::Definition => json!({"spec": {
            "group": Kind::Widget.group(namespace),
            "names": {"kind": "Widget", "plural": "widgets", "singular": "widget", "listKind": "WidgetList"},
            "scope": "Namespaced",
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {
                "type": "object", "description": value, "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
            }}}],
        }}),
    }
}

impl Declared {
    /// The identities of its items.
    pub fn ids(&self, namespace: &str) -> BTreeSet<ObjectId> {
        self.items.keys().map(|name| id(namespace, name)).collect()
    }

    fn item(&self, namespace: &str, wanted: &ObjectId) -> Option<&Item> {
        self.items.iter().find(|(name, _)| id(namespace, name) == *wanted).map(|(_, item)| item)
    }

    /// Whether a pass that reads this may delete an object of its own.
    fn may_delete(&self, namespace: &str, id: &ObjectId) -> bool {
        if !self.exists {
            return self.prune && !self.suspend;
        }
        if self.suspend || self.is_broken {
            return false;
        }
        match self.item(namespace, id) {
            Some(_) => false,
            None => self.prune && !self.items.values().any(|item| item.is_invalid),
        }
    }

    /// Whether an object of its own that it does not want stays for good.
    fn leaves(&self, namespace: &str, id: &ObjectId) -> bool {
        (!self.prune || (!self.exists && self.suspend)) && self.item(namespace, id).is_none_or(|_| !self.exists)
    }

    fn wants(&self, namespace: &str, id: &ObjectId) -> bool {
        self.exists && self.item(namespace, id).is_some()
    }
}

impl Model {
    /// Whether somebody wants an object that cannot change, whoever has it now, and may replace it.
    fn replaces(&self, id: &ObjectId) -> bool {
        let may_replace = |declared: &Declared| declared.exists && !declared.suspend && !declared.is_broken && declared.force;
        let forceful = self.0.iter().filter(|(key, declared)| key.namespace == id.namespace && may_replace(declared));
        forceful.filter_map(|(key, declared)| declared.item(&key.namespace, id)).any(|item| item.is_frozen && !item.is_invalid)
    }

    /// The namespaces.
    pub fn namespaces(&self) -> BTreeSet<String> {
        self.0.keys().map(|key| key.namespace.clone()).collect()
    }

    /// The files of a namespace's source: a folder for each Kustomization.
    pub fn files(&self, namespace: &str) -> BTreeMap<String, String> {
        let mut files = BTreeMap::from([("README.md".to_owned(), "What is declared.".to_owned())]);
        for (key, declared) in self.0.iter().filter(|(key, _)| key.namespace == namespace) {
            for (at, (name, item)) in declared.items.iter().enumerate() {
                files.insert(format!("{}/{at}.yaml", key.name), manifest(namespace, name, item).to_string());
            }
            if declared.is_broken {
                files.insert(format!("{}/broken.yaml", key.name), "kind: [".to_owned());
            }
        }
        files
    }

    /// The codes with which a Kustomization may be not Ready, and nothing is to be said against it.
    pub fn excuses(&self, key: &Key) -> BTreeSet<&'static str> {
        let declared = &self.0[key];
        let mut codes = BTreeSet::new();
        let mut add = |is_so: bool, some: &[&'static str]| codes.extend(some.iter().filter(|_| is_so));
        add(declared.items.is_empty(), &["SL3001", "SL3003"]);
        add(declared.is_broken, &["SL3002"]);
        add(declared.items.values().any(|item| item.is_invalid), &["SL4004"]);
        add(declared.items.values().any(|item| item.is_frozen) && !declared.force, &["SL4003"]);
        let is_defined = self.defines_widgets(&key.namespace);
        add(declared.items.keys().any(|(kind, _)| *kind == Kind::Widget) && !is_defined, &["SL4001"]);
        add(self.is_blocked(key, &mut BTreeSet::new()), &["SL1003", "SL1004"]);
        // A definition that still holds what others left, or all of a larger inventory.
        add(true, &["SL4005"]);
        codes
    }

    /// Whether a healthy Kustomization brings the definition.
    fn defines_widgets(&self, namespace: &str) -> bool {
        self.0.iter().filter(|(key, _)| key.namespace == namespace).any(|(key, declared)| {
            let is_sound = declared.exists && !declared.suspend && !declared.is_broken && !self.is_blocked(key, &mut BTreeSet::new());
            is_sound && declared.items.keys().any(|(kind, _)| *kind == Kind::Definition)
        })
    }

    fn is_blocked(&self, key: &Key, seen: &mut BTreeSet<Key>) -> bool {
        self.0[key].depends_on.iter().map(|name| Key::new(key.namespace.as_str(), name.as_str())).any(|dependency| {
            let Some(declared) = self.0.get(&dependency) else { return true };
            let is_sound = declared.exists && !declared.suspend;
            !is_sound || !seen.insert(dependency.clone()) || self.excuses_itself(&dependency) || self.is_blocked(&dependency, seen)
        })
    }

    fn excuses_itself(&self, key: &Key) -> bool {
        let alone = Model(
            self.0.iter().map(|(key, declared)| (key.clone(), Declared { depends_on: BTreeSet::new(), ..declared.clone() })).collect(),
        );
        alone.excuses(key).len() > 1
    }

    /// What a careful person would do in the end: everything is made so that it can become Ready.
    pub fn heal(&mut self) {
        for (key, declared) in &mut self.0 {
            declared.is_broken = false;
            declared.suspend = false;
            declared.force = true;
            declared.depends_on.clear();
            declared.items.values_mut().for_each(|item| item.is_invalid = false);
            if declared.items.is_empty() {
                declared
                    .items
                    .insert((Kind::ConfigMap, format!("last-{}", key.name)), Item { value: 1, is_frozen: false, is_invalid: false });
            }
        }
        for namespace in self.namespaces() {
            let mut all =
                self.0.iter_mut().filter(|(key, declared)| key.namespace == namespace && declared.exists).map(|(_, declared)| declared);
            let Some(first) = all.next() else { continue };
            let widgets = |declared: &Declared| declared.items.keys().any(|(kind, _)| *kind == Kind::Widget);
            let rest: Vec<&mut Declared> = all.collect();
            let is_used = widgets(first) || rest.iter().any(|declared| widgets(declared));
            let is_defined = |declared: &Declared| declared.items.keys().any(|(kind, _)| *kind == Kind::Definition);
            if is_used && !is_defined(first) && !rest.iter().any(|declared| is_defined(declared)) {
                first.items.insert((Kind::Definition, "widgets".into()), Item { value: 1, is_frozen: false, is_invalid: false });
            }
        }
    }
}

impl Timeline {
    /// Begins with a model.
    pub fn new(model: Model) -> Timeline {
        Timeline(vec![(Instant::now(), model)])
    }

    /// What is declared now.
    pub fn now(&self) -> &Model {
        &self.0.last().expect("a timeline begins with a model").1
    }

    /// How many changes there were, from 1.
    pub fn version(&self) -> usize {
        self.0.len()
    }

    /// From now on this is declared.
    pub fn change(&mut self, change: impl FnOnce(&mut Model)) {
        let mut model = self.now().clone();
        change(&mut model);
        self.0.push((Instant::now(), model));
    }

    /// Says why a deletion by an owner was wrong, if it was: no pass that may still run had a reason.
    pub fn against_deletion(&self, owner: &Key, id: &ObjectId) -> Option<String> {
        let oldest = Instant::now().checked_sub(PASS_MAX)?;
        let is_recent = |at: usize| self.0.get(at + 1).is_none_or(|(ended, _)| *ended >= oldest);
        let mut recent = self.0.iter().enumerate().filter(|(at, _)| is_recent(*at)).map(|(_, (_, model))| model);
        let is_right =
            recent.any(|model| model.0.get(owner).is_some_and(|declared| declared.may_delete(&owner.namespace, id)) || model.replaces(id));
        (!is_right).then(|| format!("{id} was deleted for {owner}, which at that time had no reason to"))
    }

    /// Whether an object with the owner's labels may be there although the owner does not want it (any more).
    pub fn tolerates(&self, owner: &Key, id: &ObjectId) -> bool {
        let states = || self.0.iter().filter_map(|(_, model)| model.0.get(owner));
        let since = states().enumerate().filter(|(_, declared)| declared.wants(&owner.namespace, id)).last().map_or(0, |(at, _)| at);
        states().skip(since).any(|declared| declared.leaves(&owner.namespace, id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(items: &[&str], change: impl FnOnce(&mut Declared)) -> Model {
        let item = |name: &&str| ((Kind::ConfigMap, (*name).to_owned()), Item { value: 1, is_frozen: false, is_invalid: false });
        let mut declared = Declared { exists: true, prune: true, items: items.iter().map(item).collect(), ..Declared::default() };
        change(&mut declared);
        Model(BTreeMap::from([(Key::new("team", "alpha"), declared)]))
    }

    fn one() -> ObjectId {
        id("team", &(Kind::ConfigMap, "one".into()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_deletion_is_right_only_while_a_pass_may_have_had_a_reason() {
        let key = Key::new("team", "alpha");
        let mut timeline = Timeline::new(model(&["one", "two"], |_| {}));
        assert!(timeline.against_deletion(&key, &one()).is_some(), "it is wanted");
        timeline.change(|now| *now = model(&["two"], |declared| declared.is_broken = true));
        assert!(timeline.against_deletion(&key, &one()).is_some(), "nothing is deleted by what cannot be read");
        timeline.change(|now| *now = model(&["two"], |_| {}));
        assert_eq!(timeline.against_deletion(&key, &one()), None);
        timeline.change(|now| *now = model(&["one", "two"], |_| {}));
        assert_eq!(timeline.against_deletion(&key, &one()), None, "a pass may have begun before");
        tokio::time::sleep(PASS_MAX * 2).await;
        assert!(timeline.against_deletion(&key, &one()).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_dropped_without_prune_may_stay() {
        let key = Key::new("team", "alpha");
        let mut timeline = Timeline::new(model(&["one"], |_| {}));
        timeline.change(|now| *now = model(&["two"], |declared| declared.prune = false));
        timeline.change(|now| *now = model(&["two"], |_| {}));
        assert!(timeline.tolerates(&key, &one()));
        timeline.change(|now| *now = model(&["one"], |_| {}));
        timeline.change(|now| *now = model(&["two"], |_| {}));
        assert!(!timeline.tolerates(&key, &one()));
    }

    #[test]
    fn a_healed_model_has_no_excuse_but_the_guard() {
        let mut model = model(&["one"], |declared| {
            declared.items.insert((Kind::Widget, "widget".into()), Item { value: 1, is_frozen: false, is_invalid: true });
            declared.depends_on.insert("nobody".into());
        });
        let key = Key::new("team", "alpha");
        assert!(["SL4001", "SL4004", "SL1003"].iter().all(|code| model.excuses(&key).contains(code)));
        model.heal();
        assert_eq!(model.excuses(&key), BTreeSet::from(["SL4005"]));
    }
}
