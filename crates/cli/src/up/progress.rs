//! Follows what happens until everything is settled, then draws the tree of what is there.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::condition::READY;
use api::{ConditionStatus, Kustomization, reason};
use cluster::Cluster;
use controllers::Running;
use indicatif::{ProgressBar, ProgressStyle};
use object::{Object, ObjectId};

use super::Wish;

/// How often the stores are looked at. They are in memory.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);
/// Everything counts as settled when nothing changed for this long.
const SETTLED_AFTER: Duration = Duration::from_millis(200);

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is Ready.
    Ready,
    /// Something is not.
    Failed,
}

impl Verdict {
    /// 0 or 1.
    pub fn exit_code(self) -> ExitCode {
        if self == Verdict::Ready { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// What is known of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    ready: Option<(ConditionStatus, String)>,
    message: String,
    is_current: bool,
}

/// Prints each change of readiness; ends when everything is settled (`once`) or at Ctrl-C.
pub async fn follow(cluster: &Cluster, running: &Arc<Running>, wish: &Wish) -> anyhow::Result<Verdict> {
    let began = Instant::now();
    let bar = bar();
    let (mut known, mut changed, mut is_drawn) = (BTreeMap::new(), Instant::now(), false);
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    loop {
        let states = states(running);
        if states != known {
            tell(&bar, &known, &states);
            (known, changed, is_drawn) = (states, Instant::now(), false);
        }
        let is_settled = changed.elapsed() >= SETTLED_AFTER && known.values().all(is_done);
        if !is_drawn && is_settled && (is_all_ready(&known) || changed.elapsed() > Duration::from_secs(2)) {
            bar.finish_and_clear();
            draw(cluster, running, &known).await;
            summary(&known, began.elapsed().saturating_sub(changed.elapsed()));
            is_drawn = true;
            if wish.once {
                return Ok(verdict(&known));
            }
            println!("► watching; press Ctrl-C to stop");
        }
        if wish.once && began.elapsed() > wish.timeout {
            bar.finish_and_clear();
            draw(cluster, running, &known).await;
            eprintln!("✗ not settled within {}s", wish.timeout.as_secs());
            return Ok(Verdict::Failed);
        }
        tokio::select! { _ = &mut interrupted => return Ok(verdict(&known)), () = tokio::time::sleep(LOOK_INTERVAL) => {} }
    }
}

fn states(running: &Running) -> BTreeMap<ObjectId, State> {
    let sources =
        ["GitRepository", "OCIRepository"].iter().filter_map(|kind| running.sources.sources.store(kind)).flat_map(|store| store.all());
    sources.chain(running.kustomizations.all()).map(|object| (object.id(), state(&object))).collect()
}

fn state(object: &Object) -> State {
    let conditions = object.get("status.conditions").cloned().and_then(|value| serde_json::from_value::<api::Conditions>(value).ok());
    let ready = conditions.as_ref().and_then(|conditions| conditions.get(READY));
    let observed = object.get("status.observedGeneration").and_then(|value| value.as_i64()).unwrap_or(-1);
    State {
        ready: ready.map(|ready| (ready.status, ready.reason.clone())),
        message: ready.map(|ready| ready.message.clone()).unwrap_or_default(),
        is_current: observed == object.generation() || object.get("spec.suspend").is_some_and(|suspend| suspend == true),
    }
}

fn is_ready(state: &State) -> bool {
    state.is_current && state.ready.as_ref().is_some_and(|(status, _)| *status == ConditionStatus::True)
}

fn is_done(state: &State) -> bool {
    state.is_current && state.ready.as_ref().is_some_and(|(status, _)| *status != ConditionStatus::Unknown)
}

fn is_all_ready(known: &BTreeMap<ObjectId, State>) -> bool {
    !known.is_empty() && known.values().all(is_ready)
}

fn verdict(known: &BTreeMap<ObjectId, State>) -> Verdict {
    if is_all_ready(known) { Verdict::Ready } else { Verdict::Failed }
}

/// A bar on a terminal; hidden elsewhere, where plain lines tell everything.
fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}").expect("the template is a constant");
    ProgressBar::new(0).with_style(style)
}

fn tell(bar: &ProgressBar, before: &BTreeMap<ObjectId, State>, now: &BTreeMap<ObjectId, State>) {
    for (id, state) in now.iter().filter(|(id, state)| before.get(*id) != Some(*state)) {
        let Some((status, reason)) = &state.ready else { continue };
        let line = match status {
            ConditionStatus::True => format!("✔ {id} {}", state.message),
            ConditionStatus::False if reason == reason::DEPENDENCY_NOT_READY => format!("◎ {id} {}", first_line(&state.message)),
            ConditionStatus::False => format!("✗ {id} {}", state.message),
            ConditionStatus::Unknown => format!("◎ {id} {}", state.message),
        };
        if bar.is_hidden() { println!("{line}") } else { bar.println(line) }
    }
    bar.set_length(now.len() as u64);
    bar.set_position(now.values().filter(|state| is_ready(state)).count() as u64);
    bar.set_message("ready");
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn summary(known: &BTreeMap<ObjectId, State>, took: Duration) {
    let ready = known.values().filter(|state| is_ready(state)).count();
    let mark = if ready == known.len() { "✔" } else { "✗" };
    println!("{mark} {ready} of {} sources and Kustomizations ready in {:.1}s", known.len(), took.as_secs_f64());
    for (id, state) in known.iter().filter(|(_, state)| !is_ready(state)) {
        println!("✗ {id}\n    {}", state.message.replace('\n', "\n    "));
    }
}

/// Draws every Kustomization with the objects of its inventory and their state.
async fn draw(cluster: &Cluster, running: &Running, known: &BTreeMap<ObjectId, State>) {
    for object in running.kustomizations.all() {
        let Ok(kustomization) = Kustomization::try_from(&*object) else { continue };
        let mark = if known.get(&object.id()).is_some_and(is_ready) { "✔" } else { "✗" };
        println!("{mark} {}", object.id());
        let entries = kustomization.status.inventory.iter().flat_map(|inventory| &inventory.entries);
        let ids: Vec<ObjectId> = entries.filter_map(|entry| entry.object_id().ok()).collect();
        for (at, id) in ids.iter().enumerate() {
            let branch = if at + 1 == ids.len() { "└──" } else { "├──" };
            println!("  {branch} {id} {}", health(cluster, id).await);
        }
    }
}

async fn health(cluster: &Cluster, id: &ObjectId) -> String {
    let found = async {
        let resource = cluster.mapper().resource_of_kind(&id.group, &id.kind).await?;
        cluster.controller().find(&resource, &id.namespace, &id.name).await
    };
    match found.await {
        Ok(Some(object)) => health::health(&object, jiff::Timestamp::now()).status.to_string(),
        Ok(None) => health::Health::not_found().status.to_string(),
        Err(error) => format!("Unknown ({error})"),
    }
}
