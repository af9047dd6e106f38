//! Roles and bindings in a form that decisions read quickly, kept up to date from the store's events.

use std::collections::BTreeMap;

use parking_lot::RwLock;
use serde_json::Value;

use super::attributes::Attributes;
use super::rule::Rule;
use crate::store::{CollectionId, Event, Key, Store, Stored};
use crate::user::User;

const ROLES: &str = "rbac.authorization.k8s.io/roles";
const CLUSTER_ROLES: &str = "rbac.authorization.k8s.io/clusterroles";
const BINDINGS: &str = "rbac.authorization.k8s.io/rolebindings";
const CLUSTER_BINDINGS: &str = "rbac.authorization.k8s.io/clusterrolebindings";

/// An index that follows the store.
#[derive(Debug)]
pub struct RbacIndex(RwLock<Inner>);

#[derive(Debug)]
struct Inner {
    revision: u64,
    roles: Followed<Vec<Rule>>,
    cluster_roles: Followed<Vec<Rule>>,
    bindings: Followed<Binding>,
    cluster_bindings: Followed<Binding>,
}

/// What one collection's objects mean.
#[derive(Debug)]
struct Followed<T> {
    id: CollectionId,
    revision: u64,
    items: BTreeMap<Key, T>,
}

#[derive(Debug)]
struct Binding {
    subjects: Vec<Subject>,
    cluster_role: bool,
    role: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Subject {
    User(String),
    Group(String),
}

impl RbacIndex {
    /// An index that has read nothing yet.
    pub fn new() -> RbacIndex {
        RbacIndex(RwLock::new(Inner {
            revision: 0,
            roles: Followed::new(ROLES),
            cluster_roles: Followed::new(CLUSTER_ROLES),
            bindings: Followed::new(BINDINGS),
            cluster_bindings: Followed::new(CLUSTER_BINDINGS),
        }))
    }

    /// Whether any rule of a user allows what is asked.
    pub fn allows(&self, store: &Store, user: &User, attributes: &Attributes<'_>) -> bool {
        self.read(store, |index| {
            let mut allowed = false;
            index.visit(user, attributes.namespace, &mut |rule| {
                allowed = allowed || rule.allows(attributes);
            });
            allowed
        })
    }

    /// Every rule that a user has in a namespace, the cluster's included.
    pub fn rules_of(&self, store: &Store, user: &User, namespace: &str) -> Vec<Rule> {
        self.read(store, |index| {
            let mut rules = Vec::new();
            index.visit(user, namespace, &mut |rule| rules.push(rule.clone()));
            rules
        })
    }

    /// The rules of a role that a binding refers to.
    pub fn rules_of_role(&self, store: &Store, cluster_role: bool, namespace: &str, name: &str) -> Option<Vec<Rule>> {
        self.read(store, |index| index.role(cluster_role, namespace, name).cloned())
    }

    fn read<T>(&self, store: &Store, answer: impl FnOnce(&Inner) -> T) -> T {
        let present = store.revision();
        {
            let index = self.0.read();
            if index.revision >= present {
                return answer(&index);
            }
        }
        let mut index = self.0.write();
        index.catch_up(store, present);
        answer(&index)
    }
}

impl Inner {
    fn catch_up(&mut self, store: &Store, present: u64) {
        self.roles.catch_up(store, Rule::read_all);
        self.cluster_roles.catch_up(store, Rule::read_all);
        self.bindings.catch_up(store, Binding::read);
        self.cluster_bindings.catch_up(store, Binding::read);
        self.revision = self.revision.max(present);
    }

    /// Shows each rule that holds for a user in a namespace.
    fn visit(&self, user: &User, namespace: &str, visitor: &mut dyn FnMut(&Rule)) {
        for binding in self.cluster_bindings.items.values().filter(|binding| binding.is_for(user)) {
            self.role(true, "", &binding.role).into_iter().flatten().for_each(&mut *visitor);
        }
        if namespace.is_empty() {
            return;
        }
        let here = self.bindings.items.range(Key::new(namespace, "")..).take_while(|(key, _)| &*key.namespace == namespace);
        for (_, binding) in here.filter(|(_, binding)| binding.is_for(user)) {
            self.role(binding.cluster_role, namespace, &binding.role).into_iter().flatten().for_each(&mut *visitor);
        }
    }

    fn role(&self, cluster_role: bool, namespace: &str, name: &str) -> Option<&Vec<Rule>> {
        if cluster_role {
            return self.cluster_roles.items.get(&Key::new("", name));
        }
        self.roles.items.get(&Key::new(namespace, name))
    }
}

impl<T> Followed<T> {
    fn new(id: &str) -> Followed<T> {
        Followed { id: id.into(), revision: 0, items: BTreeMap::new() }
    }

    fn catch_up(&mut self, store: &Store, read: impl Fn(&Value) -> T) {
        match store.events(&self.id, self.revision) {
            Ok(batch) => {
                batch.events.iter().for_each(|event| self.follow(event, &read));
                self.revision = batch.revision;
            }
            Err(_) => {
                let snapshot = store.list(&self.id, None);
                self.items = snapshot.objects.iter().map(|object| (object.key.clone(), read(&object.value()))).collect();
                self.revision = snapshot.revision;
            }
        }
    }

    fn follow(&mut self, event: &Event, read: impl Fn(&Value) -> T) {
        let object: &Stored = &event.new;
        if event.deleted {
            self.items.remove(&object.key);
        } else {
            self.items.insert(object.key.clone(), read(&object.value()));
        }
    }
}

impl Binding {
    fn read(binding: &Value) -> Binding {
        let role = &binding["roleRef"];
        let namespace = binding["metadata"]["namespace"].as_str().unwrap_or_default();
        let subjects = binding["subjects"].as_array().into_iter().flatten();
        Binding {
            subjects: subjects.filter_map(|subject| Subject::read(subject, namespace)).collect(),
            cluster_role: role["kind"] == "ClusterRole",
            role: role["name"].as_str().unwrap_or_default().into(),
        }
    }

    fn is_for(&self, user: &User) -> bool {
        self.subjects.iter().any(|subject| match subject {
            Subject::User(name) => *name == user.name,
            Subject::Group(name) => user.groups.contains(name),
        })
    }
}

impl Subject {
    /// A service account without a namespace means the binding's own, which kube-apiserver refuses; we read it alike.
    fn read(subject: &Value, namespace: &str) -> Option<Subject> {
        let name = subject["name"].as_str()?;
        match subject["kind"].as_str()? {
            "User" => Some(Subject::User(name.into())),
            "Group" => Some(Subject::Group(name.into())),
            "ServiceAccount" => {
                let namespace = subject["namespace"].as_str().unwrap_or(namespace);
                Some(Subject::User(format!("system:serviceaccount:{namespace}:{name}")))
            }
            _ => None,
        }
    }
}
