//! `plan` and `apply`, stage by stage: a definition must be established before its objects can be planned.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use api::{Kustomization, names, reason};
use apply::Applied;
use cluster::Cluster;
use failure::{Code, Failure, Stage};
use futures::{StreamExt, stream};
use object::{Object, ObjectId};
use plan::{Action, Entry, Seen, Wanted};
use runtime::Key;

use super::announced::Announced;
use super::guard;
use super::ignore;
use super::outcome::{Item, Outcome};
use super::place::Placed;
use super::wish::Wish;
use super::{Context, follow, inventory};
use crate::applied::Left;
use crate::{Options, passing};

/// How long definitions and namespaces may take until they are established.
const ESTABLISH_WAIT_MAX: Duration = Duration::from_secs(60);
const ESTABLISH_POLL_INTERVAL: Duration = Duration::from_millis(100);
/// At most this many failures are spelled out in a message.
const FAILURES_SHOWN_MAX: usize = 10;
/// At most this much is quoted of why one object failed: a server repeats the value that it refuses, and a condition holds 32 KiB.
const WHY_BYTES_MAX: usize = 2048;

/// Plans and applies the rendered objects, then prunes what is no longer declared.
pub async fn plan_and_apply(context: &Context, kustomization: &Kustomization, key: &Key, wish: &Wish, placed: Placed) -> Outcome {
    let mut pass = Pass {
        context,
        kustomization,
        key,
        wish,
        options: apply_options(&context.options),
        items: Vec::new(),
        changes: Vec::new(),
        failures: placed.homeless,
    };
    let mut objects = placed.objects;
    plan::order(&mut objects);
    let custom = &context.options.custom_stage_kinds;
    let stage_of = |object: &Object| plan::stage_of(object.group(), object.kind(), custom);
    objects.sort_by_key(stage_of);
    for stage in objects.chunk_by(|a, b| stage_of(a) == stage_of(b)) {
        pass.follow(stage).await;
        pass.stage(stage, stage_of(&stage[0]).is_awaited()).await;
    }
    let kept = pass.prune().await;
    let failure = pass.failure();
    Outcome {
        revision: wish.artifact.revision.clone(),
        origin_revision: wish.artifact.metadata.get("org.opencontainers.image.revision").cloned().unwrap_or_default(),
        build_digest: placed.digest,
        left_out: placed.left_out,
        items: pass.items,
        kept,
        changes: pass.changes,
        failure,
        health: Default::default(),
    }
}

/// How this controller writes.
pub fn apply_options(options: &Options) -> apply::Options {
    apply::Options {
        manager: names::KUSTOMIZE_MANAGER.into(),
        override_managers: options.override_managers.clone(),
        concurrency: options.concurrent_apply,
    }
}

struct Pass<'a> {
    context: &'a Context,
    kustomization: &'a Kustomization,
    key: &'a Key,
    wish: &'a Wish,
    options: apply::Options,
    items: Vec<Item>,
    changes: Vec<(ObjectId, Action)>,
    failures: Vec<(ObjectId, Code, String)>,
}

impl Pass<'_> {
    /// Watches the kinds of a stage: those that a definition of an earlier stage made are served only now.
    async fn follow(&mut self, objects: &[Object]) {
        let names = objects.iter().map(|object| format!("{}/{}", object.group(), object.kind())).collect();
        if let Err(error) = follow::follow(&self.wish.site, &names).await {
            let (code, why) = apply::refusal(&error, self.wish.client.identity());
            self.failures.push((objects[0].id(), code, why));
        }
    }

    async fn stage(&mut self, objects: &[Object], is_awaited: bool) {
        let wanted: Vec<Wanted> =
            objects.iter().map(|object| Wanted { digest: plan::Digest::of(object), object: Arc::new(object.clone()) }).collect();
        let pairs = self.see(wanted).await;
        let wanted: Vec<Wanted> = pairs.iter().map(|(wanted, _)| wanted.clone()).collect();
        let planned = plan::plan(&pairs, &[], &self.plan_options());
        let entries: Vec<Entry> = planned.stages.into_iter().flat_map(|(_, entries)| entries).collect();
        for (wanted, entry) in wanted.iter().zip(&entries) {
            let is_ignored = entry.action == Action::Ignore;
            let id = entry.id.clone();
            let is_passing = passing::is_passing(&wanted.object);
            self.items.push(Item { id, version: entry.version.clone(), digest: wanted.digest, is_ignored, is_passing });
            if let Action::Refuse(code) = entry.action {
                self.failures.push((entry.id.clone(), code, entry.why.clone()));
            }
        }
        entries.iter().filter(|entry| entry.object.is_some()).for_each(|entry| self.wish.site.index.announce(&entry.id, self.key));
        let applied = apply::carry_out(&self.wish.client, self.wish.site.cluster.mapper(), &entries, &self.options).await;
        self.take(applied, &wanted);
        if is_awaited {
            self.establish(objects).await;
        }
    }

    /// Looks at what is not known to be converged. What is found to be as declared is remembered as ours.
    async fn see(&self, wanted: Vec<Wanted>) -> Vec<(Wanted, Seen)> {
        let one = |mut wanted: Wanted| async move {
            let id = wanted.object.id();
            if self.wish.site.index.is_at_rest(&id, wanted.digest, self.wish.rest) {
                return (wanted, Seen::Converged);
            }
            let ignored = ignore::paths(&self.kustomization.spec.ignore, &wanted.object);
            let mapper = self.wish.site.cluster.mapper();
            let sight = apply::see(&self.wish.client, mapper, &wanted.object, &ignored, &self.options).await;
            if let Some(adopted) = sight.adopted {
                wanted.object = Arc::new(adopted);
            }
            if let (Seen::Present(presence), Some((uid, version, ownership))) = (&sight.seen, sight.live)
                && presence.changed.is_empty()
                && presence.immutable.is_none()
            {
                self.wish.site.index.leave(&id, self.key, Left { digest: wanted.digest, uid, ownership }, version);
            }
            (wanted, sight.seen)
        };
        stream::iter(wanted).map(one).buffered(self.options.concurrency.max(1)).collect().await
    }

    fn take(&mut self, applied: Vec<Applied>, wanted: &[Wanted]) {
        let digests: HashMap<ObjectId, plan::Digest> = wanted.iter().map(|wanted| (wanted.object.id(), wanted.digest)).collect();
        for applied in applied {
            match applied.result {
                Ok(done) => {
                    if let (Some(&digest), Some((uid, version, ownership))) = (digests.get(&applied.id), done.live) {
                        self.wish.site.index.corrected(&applied.id, digest);
                        self.wish.site.index.leave(&applied.id, self.key, Left { digest, uid, ownership }, version);
                    }
                    self.changes.push((applied.id, done.action));
                }
                Err((code, why)) => self.failures.push((applied.id, code, why)),
            }
        }
    }

    /// Waits until definitions are served and namespaces are there.
    async fn establish(&mut self, objects: &[Object]) {
        let definitions: Vec<&Object> = objects.iter().filter(|object| object.kind() == "CustomResourceDefinition").collect();
        if definitions.is_empty() || !self.changes.iter().any(|(id, _)| id.kind == "CustomResourceDefinition") {
            return;
        }
        let served = async {
            for definition in &definitions {
                while !is_served(&self.wish.site.cluster, definition).await {
                    tokio::time::sleep(ESTABLISH_POLL_INTERVAL).await;
                }
            }
        };
        if tokio::time::timeout(ESTABLISH_WAIT_MAX, served).await.is_err() {
            for definition in definitions {
                let why = format!("not established within {} s", ESTABLISH_WAIT_MAX.as_secs());
                self.failures.push((definition.id(), Code::DefinitionNotEstablished, why));
            }
        }
    }

    /// Deletes what is no longer declared. Gives the entries that stay in the inventory all the same.
    async fn prune(&mut self) -> Vec<(ObjectId, String)> {
        let wanted: HashSet<&ObjectId> = self.items.iter().map(|item| &item.id).collect();
        let mut old: Vec<(ObjectId, String)> = inventory::entries(self.kustomization).collect();
        let known: HashSet<ObjectId> = old.iter().map(|(id, _)| id.clone()).collect();
        // What this very pass made is no part of the old inventory: counting it would hide that all of the old one goes.
        let announced = Announced::of(self.kustomization);
        let is_lost = |id: &ObjectId| announced.names(id) && !known.contains(id) && !wanted.contains(id);
        let lost = self.wish.site.index.owned(self.key).into_iter().filter(is_lost);
        old.extend(lost.map(|id| (id, String::new())));
        let size = old.len();
        let gone: Vec<(ObjectId, String)> = old.into_iter().filter(|(id, _)| !wanted.contains(id)).collect();
        if gone.is_empty() || !self.kustomization.spec.prune {
            return Vec::new();
        }
        if !self.failures.is_empty() {
            return gone;
        }
        let stale = guard::look(&self.wish.site.cluster, &self.wish.client, self.kustomization, &gone).await;
        let stale = match stale {
            Ok(stale) => stale,
            Err((id, code, why)) => {
                self.failures.push((id, code, why));
                return gone;
            }
        };
        let options = plan::Options { inventory_size: size, ..self.plan_options() };
        let entries = plan::plan(&[], &stale, &options).prune;
        self.carry_out_prune(entries).await
    }

    async fn carry_out_prune(&mut self, entries: Vec<Entry>) -> Vec<(ObjectId, String)> {
        let mut kept = Vec::new();
        for entry in entries.iter().filter(|entry| entry.action == Action::Hold) {
            kept.push((entry.id.clone(), entry.version.clone()));
            self.failures.push((entry.id.clone(), Code::PruneHeld, entry.why.clone()));
        }
        for entry in entries.iter().filter(|entry| matches!(entry.action, Action::Skip | Action::Disown)) {
            self.wish.site.index.forget(&entry.id, self.key);
        }
        let mapper = self.wish.site.cluster.mapper();
        for applied in apply::carry_out(&self.wish.client, mapper, &entries, &self.options).await {
            match applied.result {
                Ok(_) => {
                    self.wish.site.index.forget(&applied.id, self.key);
                    self.changes.push((applied.id, Action::Delete));
                }
                Err((_, why)) => {
                    kept.push((applied.id.clone(), String::new()));
                    self.failures.push((applied.id, Code::PruneFailed, why));
                }
            }
        }
        kept
    }

    fn plan_options(&self) -> plan::Options {
        plan::Options {
            owner: (self.key.namespace.clone(), self.key.name.clone()),
            force: self.kustomization.spec.force,
            prune: self.kustomization.spec.prune,
            budget: guard::budget(self.kustomization),
            is_confirmed: guard::is_confirmed(self.kustomization, &self.wish.artifact.revision),
            custom_stage_kinds: self.context.options.custom_stage_kinds.clone(),
            inventory_size: 0,
        }
    }

    /// All failures as one, each object on a line of its own; the first one gives the code.
    fn failure(&self) -> Option<Failure> {
        let (_, code, _) = self.failures.first()?;
        let reason = if matches!(code, Code::PruneHeld | Code::PruneFailed) { reason::PRUNE_FAILED } else { reason::RECONCILIATION_FAILED };
        let mut lines: Vec<String> =
            self.failures.iter().take(FAILURES_SHOWN_MAX).map(|(id, _, why)| format!("{id}: {}", quoted(why))).collect();
        if self.failures.len() > FAILURES_SHOWN_MAX {
            lines.push(format!("and {} more", self.failures.len() - FAILURES_SHOWN_MAX));
        }
        let failure = Failure::retry(Stage::Apply, *code, reason, lines.join("\n"));
        Some(match hint(*code, &self.wish.artifact.revision) {
            Some(hint) => failure.hint(hint),
            None => failure,
        })
    }
}

fn quoted(why: &str) -> String {
    match why.len() {
        0..=WHY_BYTES_MAX => why.to_owned(),
        _ => format!("{}...", &why[..why.floor_char_boundary(WHY_BYTES_MAX)]),
    }
}

fn hint(code: Code, revision: &str) -> Option<String> {
    match code {
        Code::ImmutableField => Some("set `spec.force: true` to replace the object, or restore the old value".into()),
        Code::PruneHeld => Some(format!("to delete them, annotate with `{}: {revision}`", guard::CONFIRM_ANNOTATION)),
        _ => None,
    }
}

/// Whether the kind that a definition makes can be asked for in the versions it serves.
async fn is_served(cluster: &Cluster, definition: &Object) -> bool {
    let text = |path: &str| definition.get(path).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let (group, kind) = (text("spec.group"), text("spec.names.kind"));
    let mapper = cluster.mapper();
    if mapper.resource_of_kind(&group, &kind).await.is_ok() {
        return true;
    }
    mapper.invalidate().await;
    false
}
