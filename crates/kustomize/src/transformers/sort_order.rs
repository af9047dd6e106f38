//! `sortOptions` and `--reorder`: the order of the result.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::error::Error;
use crate::id::{Gvk, Id};
use crate::kustomization::{LegacySortOptions, SortOptions};
use crate::resources::Resources;

/// Kinds that come first, in this order.
const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that come last, in this order.
const LAST: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// Sorts as `sortOptions` says.
pub(crate) fn sort(resources: &mut Resources, options: &SortOptions) -> Result<(), Error> {
    match (options.order.as_str(), &options.legacy) {
        ("fifo", None) => Ok(()),
        ("fifo", Some(_)) => {
            let message = "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'";
            Err(Error::build(message).at_field("sortOptions.legacySortOptions").hint("set `order: legacy`, or remove the options"))
        }
        ("legacy", Some(legacy)) => {
            legacy_sort(resources, &ranks(legacy));
            Ok(())
        }
        ("legacy", None) => {
            sort_legacy(resources);
            Ok(())
        }
        _ => Err(Error::build("the field 'sortOptions.order' must be one of [fifo, legacy]").at_field("sortOptions.order")),
    }
}

/// Sorts as `--reorder legacy` does.
pub(crate) fn sort_legacy(resources: &mut Resources) {
    legacy_sort(resources, &default_ranks());
}

type Ranks<'a> = HashMap<&'a str, i64>;

fn ranks(options: &LegacySortOptions) -> Ranks<'_> {
    let count = i64::try_from(options.order_first.len()).unwrap_or(i64::MAX);
    let first = options.order_first.iter().zip(-count..);
    let last = options.order_last.iter().zip(1..);
    first.chain(last).map(|(kind, rank)| (kind.as_str(), rank)).collect()
}

fn default_ranks() -> Ranks<'static> {
    let kinds = FIRST.iter().chain(&LAST);
    kinds.map(|kind| (*kind, default_rank(kind))).collect()
}

fn default_rank(kind: &str) -> i64 {
    let at = |list: &[&str]| list.iter().position(|other| *other == kind).map(|at| i64::try_from(at).unwrap_or_default());
    match (at(&FIRST), at(&LAST)) {
        (Some(first), _) => first - 22,
        (None, Some(last)) => last + 1,
        (None, None) => 0,
    }
}

fn legacy_sort(resources: &mut Resources, ranks: &Ranks<'_>) {
    let rank = |gvk: Gvk<'_>| ranks.get(gvk.kind).copied().unwrap_or(0);
    resources.items_mut().sort_by(|a, b| {
        let (a, b) = (a.id(), b.id());
        if a.gvk != b.gvk { by_kind(a.gvk, b.gvk, rank) } else { text_of(&a).cmp(&text_of(&b)) }
    });
}

fn by_kind(a: Gvk<'_>, b: Gvk<'_>, rank: impl Fn(Gvk<'_>) -> i64) -> Ordering {
    let by_text = || {
        let order = gvk_text(a).cmp(gvk_text(b));
        let are_namespaces = a.kind == "Namespace" && b.kind == "Namespace" && (a.group.is_empty() || b.group.is_empty());
        if are_namespaces { order.reverse() } else { order }
    };
    rank(a).cmp(&rank(b)).then_with(by_text)
}

/// Sorts a transformer configuration in the reference's order of kinds.
pub(crate) fn sort_by_kind<T>(list: &mut [T], kind: impl Fn(&T) -> Gvk<'_>) {
    list.sort_by_cached_key(|one| kind_key(kind(one)));
}

fn kind_key(gvk: Gvk<'_>) -> (i64, Vec<u8>) {
    (default_rank(gvk.kind), gvk_text(gvk).collect())
}

/// Group, version and kind as one text; empty parts sort behind all others.
fn gvk_text<'g>(gvk: Gvk<'g>) -> impl Iterator<Item = u8> + use<'g> {
    let or = |text: &'g str, other: &'g str| if text.is_empty() { other } else { text };
    [or(gvk.group, "~G"), "_", or(gvk.version, "~V"), "_", or(gvk.kind, "~K")].into_iter().flat_map(str::bytes)
}

fn text_of(id: &Id<'_>) -> String {
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    format!("{}|{}|{}", id.gvk, or(&id.namespace, "~X"), or(&id.name, "~N"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_their_places() {
        fn kind(kind: &str) -> Gvk<'_> {
            Gvk { group: "", version: "v1", kind }
        }
        let mut kinds = ["ValidatingWebhookConfiguration", "Anything", "PodDisruptionBudget", "ConfigMap", "Namespace"];
        sort_by_kind(&mut kinds, |name| kind(name));
        assert_eq!(kinds, ["Namespace", "ConfigMap", "PodDisruptionBudget", "Anything", "ValidatingWebhookConfiguration"]);
        assert_eq!(default_rank("Namespace"), -22);
    }
}
