//! What a pass would do to the cluster, without doing it: the plan that `sluice diff` shows.
//!
//! The stages up to `plan` are those of a pass; what only applying could tell (a namespace or a definition that comes with the
//! same objects) is taken as made.

use std::collections::HashSet;
use std::sync::Arc;

use api::{Kustomization, reason};
use artifact::Tree;
use cluster::{Client, Cluster};
use failure::{Code, Failure, Stage};
use futures::{StreamExt, stream};
use object::{Object, ObjectId};
use plan::{Action, Change, Entry, Seen, Stale, Wanted};

use super::inventory;
use super::render::{Rendered, render};
use super::stage::apply_options;
use super::wish::variables;
use super::{guard, ignore, place};
use crate::Options;

/// What would happen to one object.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The line of the plan.
    pub entry: Entry,
    /// What an update changes, with values; those of Secrets too.
    pub changes: Vec<Change>,
}

/// Renders the files and plans them against the cluster, as the cluster's own user. Writes nothing.
///
/// Cost: a GET and a dry run for each object, and another pair for each that changes.
pub async fn preview(cluster: &Cluster, kustomization: &Kustomization, tree: Tree, options: &Options) -> Result<Vec<Preview>, Failure> {
    let client = cluster.controller();
    let variables = variables(&client, kustomization).await?;
    let rendered = render(tree, kustomization, &variables, options).await?;
    let objects = placed(cluster, kustomization, rendered).await?;
    let looking = Looking { cluster, client, kustomization, brought: Brought::by(&objects), options: apply_options(options) };
    let ids: HashSet<ObjectId> = objects.iter().map(Object::id).collect();
    let pairs: Vec<(Wanted, Seen)> =
        stream::iter(objects).map(|object| looking.see(object)).buffered(options.concurrent_apply.max(1)).collect().await;
    let stale = looking.stale(&ids).await?;
    let plan = plan::plan(&pairs, &stale, &looking.plan_options());
    stream::iter(plan.entries().cloned())
        .map(|entry| looking.detail(entry))
        .buffered(options.concurrent_apply.max(1))
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .collect()
}

/// The objects in their namespaces and in the order of applying.
async fn placed(cluster: &Cluster, kustomization: &Kustomization, rendered: Rendered) -> Result<Vec<Object>, Failure> {
    let place::Placed { mut objects, homeless, .. } = place::place(cluster, kustomization, rendered).await;
    if let Some((_, code, _)) = homeless.first() {
        let lines: Vec<String> = homeless.iter().map(|(id, _, why)| format!("{id}: {why}")).collect();
        return Err(Failure::retry(Stage::Plan, *code, reason::RECONCILIATION_FAILED, lines.join("\n")));
    }
    plan::order(&mut objects);
    Ok(objects)
}

/// What the objects bring with them for each other.
struct Brought {
    namespaces: HashSet<String>,
    kinds: HashSet<(String, String)>,
}

impl Brought {
    fn by(objects: &[Object]) -> Brought {
        let of_kind = |kind: &'static str| objects.iter().filter(move |object| object.kind() == kind);
        let text = |object: &Object, path: &str| object.get(path).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        Brought {
            namespaces: of_kind("Namespace").map(|object| object.name().to_owned()).collect(),
            kinds: of_kind("CustomResourceDefinition")
                .map(|object| (text(object, "spec.group"), text(object, "spec.names.kind")))
                .collect(),
        }
    }

    /// Whether applying the other objects first removes the refusal.
    fn mends(&self, code: Code, object: &Object) -> bool {
        match code {
            Code::UnknownKind => self.kinds.contains(&(object.group().to_owned(), object.kind().to_owned())),
            Code::NamespaceMissing => self.namespaces.contains(object.namespace()),
            _ => false,
        }
    }
}

struct Looking<'a> {
    cluster: &'a Cluster,
    client: Client,
    kustomization: &'a Kustomization,
    brought: Brought,
    options: apply::Options,
}

impl Looking<'_> {
    async fn see(&self, object: Object) -> (Wanted, Seen) {
        let ignored = ignore::paths(&self.kustomization.spec.ignore, &object);
        let sight = apply::see(&self.client, self.cluster.mapper(), &object, &ignored, &self.options).await;
        let seen = match sight.seen {
            Seen::Absent => self.absent(&object).await,
            Seen::Refused(code, _) if self.brought.mends(code, &object) => Seen::Absent,
            seen => seen,
        };
        let object = sight.adopted.unwrap_or(object);
        (Wanted { digest: plan::Digest::of(&object), object: Arc::new(object) }, seen)
    }

    /// An absent object is asked for too: the server may refuse to make it.
    async fn absent(&self, object: &Object) -> Seen {
        match self.dry_run(object).await.map_err(|error| apply::refusal(&error, self.client.identity())) {
            Err((code, why)) if !self.brought.mends(code, object) => Seen::Refused(code, why),
            _ => Seen::Absent,
        }
    }

    async fn dry_run(&self, object: &Object) -> Result<Object, cluster::Error> {
        let resource = self.cluster.mapper().resource(&object.gvk()).await?;
        apply::dry_run(&self.client, &resource, object, &self.options).await
    }

    async fn stale(&self, wanted: &HashSet<ObjectId>) -> Result<Vec<Stale>, Failure> {
        let gone: Vec<_> = inventory::entries(self.kustomization).filter(|(id, _)| !wanted.contains(id)).collect();
        if !self.kustomization.spec.prune {
            return Ok(Vec::new());
        }
        guard::look(self.cluster, &self.client, self.kustomization, &gone)
            .await
            .map_err(|(id, code, why)| Failure::retry(Stage::Plan, code, reason::PRUNE_FAILED, format!("{id}: {why}")))
    }

    fn plan_options(&self) -> plan::Options {
        let metadata = &self.kustomization.metadata;
        plan::Options {
            owner: (metadata.namespace.clone(), metadata.name.clone()),
            force: self.kustomization.spec.force,
            prune: self.kustomization.spec.prune,
            budget: guard::budget(self.kustomization),
            is_confirmed: false,
            custom_stage_kinds: Vec::new(),
            inventory_size: inventory::entries(self.kustomization).count(),
        }
    }

    async fn detail(&self, entry: Entry) -> Result<Preview, Failure> {
        let Some(object) = entry.object.clone().filter(|_| entry.action == Action::Update) else {
            return Ok(Preview { entry, changes: Vec::new() });
        };
        let changes = self.changes(&object).await.map_err(|error| {
            let (code, why) = apply::refusal(&error, self.client.identity());
            Failure::retry(Stage::Plan, code, reason::RECONCILIATION_FAILED, format!("{}: {why}", entry.id))
        })?;
        Ok(Preview { entry, changes })
    }

    async fn changes(&self, object: &Object) -> Result<Vec<Change>, cluster::Error> {
        let resource = self.cluster.mapper().resource(&object.gvk()).await?;
        let live = self.client.find(&resource, object.namespace(), object.name()).await?;
        let result = self.dry_run(object).await?;
        Ok(live.map(|live| plan::changes(&live, &result)).unwrap_or_default())
    }
}
