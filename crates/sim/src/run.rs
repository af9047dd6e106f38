//! One history from beginning to end.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use api::condition::READY;
use tokio::time::{Instant, sleep};

use crate::laws;
use crate::model::Model;
use crate::random::Random;
use crate::steps::{self, Step};
use crate::world::{World, revision};

/// Longest time until the laws hold after the last fault: a few turns of the longest backoff.
const CONVERGE_MAX: Duration = Duration::from_secs(10 * 60);
const LOOK_INTERVAL: Duration = Duration::from_secs(2);
/// How long nothing may be written once all is well. Shorter than any interval, longer than any wait in between.
const QUIET: Duration = Duration::from_secs(10 * 60);
/// Events are sent beside the work, and may be a little behind it.
const EVENTS_MAX: Duration = Duration::from_secs(10);
/// So many of a hundred requests meet a fault; one history in five has only crashes.
const PERCENTS: [u64; 5] = [0, 3, 10, 20, 35];

/// What a history was like.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Steps.
    pub steps: usize,
    /// Requests of the controllers.
    pub requests: u64,
    /// Writes among them, dry runs aside.
    pub writes: u64,
    /// How often the laws were looked at.
    pub looks: u64,
}

/// Runs the history of a seed. The error names the law and lists the steps.
pub fn run(seed: u64) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).max_blocking_threads(1).build()?;
    let mut random = Random::new(seed);
    let begin = steps::begin(&mut random);
    let plan = steps::plan(&mut random, &begin);
    let percent = random.pick(PERCENTS).unwrap_or_default();
    let outcome = runtime.block_on(history(seed, percent, begin.clone(), &plan)).with_context(|| story(seed, percent, &begin, &plan));
    runtime.shutdown_background();
    outcome
}

async fn history(seed: u64, percent: u64, begin: Model, plan: &[(Step, Duration)]) -> anyhow::Result<Outcome> {
    let world = World::open(seed, percent, begin).await?;
    for (step, pause) in plan {
        world.perform(step).await?;
        sleep(*pause).await;
    }
    world.faults.end();
    let mut looks = converge(&world, false).await.context("after the last fault")?;
    world.change(Model::heal).await?;
    looks += converge(&world, true).await.context("after everything was healed")?;
    sleep(EVENTS_MAX).await;
    quiet(&world).await.context("once converged")?;
    world.kill();
    quiet(&world).await.context("after a restart with nothing to do")?;
    looks += converge(&world, true).await.context("after a restart with nothing to do")?;
    Ok(Outcome { steps: plan.len(), requests: world.faults.requests(), writes: world.faults.writes(), looks })
}

/// Waits until all laws hold, and tells how often it looked.
async fn converge(world: &World, is_healed: bool) -> anyhow::Result<u64> {
    let begin = Instant::now();
    for look in 1.. {
        let mut broken = laws::check(world, is_healed).await?;
        let wrongs = world.faults.wrongs();
        ensure!(wrongs.is_empty(), "{}", wrongs.join("\n"));
        if broken.is_empty() {
            return Ok(look);
        }
        if begin.elapsed() > CONVERGE_MAX {
            broken.truncate(10);
            bail!("{}", broken.join("\n"));
        }
        if is_healed {
            confirm(world).await?;
        }
        sleep(LOOK_INTERVAL).await;
    }
    unreachable!("it ends by itself")
}

/// Agrees to every deletion that waits for it.
async fn confirm(world: &World) -> anyhow::Result<()> {
    let model = world.model();
    for key in model.0.keys() {
        let Some((object, found)) = world.kustomization(key).await? else { continue };
        let revision = revision(&model, &key.namespace);
        let is_held = found.status.conditions.get(READY).is_some_and(|ready| ready.message.contains("SL4005"));
        if is_held && object.annotation("sluice.dev/confirm-prune") != Some(revision.as_str()) {
            world.confirm(key, &revision).await?;
        }
    }
    Ok(())
}

async fn quiet(world: &World) -> anyhow::Result<()> {
    let before = world.faults.writes();
    sleep(QUIET).await;
    let writes = world.faults.writes() - before;
    ensure!(writes == 0, "{writes} writes while nothing differed, the last of them:\n{}", world.faults.last_writes().join("\n"));
    Ok(())
}

/// What happened, for a person who has to understand it.
fn story(seed: u64, percent: u64, begin: &Model, plan: &[(Step, Duration)]) -> String {
    let mut text = format!("SLUICE_SEED={seed}: {percent} of 100 requests met a fault\n");
    let tell = "a string takes all that is written to it";
    for (key, declared) in &begin.0 {
        writeln!(text, "  {key}: {declared:?}").expect(tell);
    }
    for (at, (step, pause)) in plan.iter().enumerate() {
        writeln!(text, "  {at}. {step:?}, then {pause:?}").expect(tell);
    }
    text
}
