//! Cluster roles that gather the rules of others by label.

use object::Selector;
use serde_json::Value;
use tokio::time::Instant;

use super::controller::{Controller, put};
use crate::objects::Write;
use crate::shared::Shared;
use crate::store::{CollectionId, Event, Stored};

const CLUSTER_ROLES: &str = "rbac.authorization.k8s.io/clusterroles";

/// Whether any cluster role changed since the last look.
#[derive(Default)]
pub struct Aggregation(bool);

impl Controller for Aggregation {
    fn observe(&mut self, id: &CollectionId, _: &Event) {
        self.0 |= &**id == CLUSTER_ROLES;
    }

    fn act(&mut self, shared: &Shared) -> Option<Instant> {
        if std::mem::take(&mut self.0) {
            gather(shared);
        }
        None
    }
}

fn gather(shared: &Shared) {
    let roles = shared.store.list(CLUSTER_ROLES, None).objects;
    let resolved = shared.registry.builtin("rbac.authorization.k8s.io", "clusterroles");
    for role in &roles {
        let mut value = role.value();
        let Some(selectors) = value["aggregationRule"]["clusterRoleSelectors"].as_array() else { continue };
        let selectors: Vec<Selector> = selectors.iter().filter_map(|selector| Selector::from_object(selector).ok()).collect();
        let rules = gathered(role, &roles, &selectors);
        if value["rules"].as_array() != Some(&rules) {
            value["rules"] = rules.into();
            put(Write::internal(shared, &resolved), role, value);
        }
    }
}

fn gathered(own: &Stored, roles: &[std::sync::Arc<Stored>], selectors: &[Selector]) -> Vec<Value> {
    let mut rules = Vec::new();
    let chosen = roles.iter().filter(|role| role.key != own.key);
    let chosen = chosen.filter(|role| selectors.iter().any(|selector| selector.matches(|key| role.label(key))));
    for rule in chosen.flat_map(|role| role.value()["rules"].as_array().cloned().unwrap_or_default()) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}
