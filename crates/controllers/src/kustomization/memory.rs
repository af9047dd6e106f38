//! What the controller remembers of a Kustomization between passes: so little that a hundred thousand objects fit.
//!
//! Nothing here is truth. A controller that forgets everything does the same, only slower.

use std::collections::{HashMap, HashSet};

use api::Kustomization;
use object::ObjectId;
use parking_lot::Mutex;
use runtime::Key;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::announced::Announced;
use super::outcome::{HealthState, Outcome};
use super::wish::Wish;

/// Everything that decides what is rendered and applied. Equal inputs give equal objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input([u8; 32]);

impl Input {
    /// Of a spec and what it refers to.
    pub fn of(kustomization: &Kustomization, wish: &Wish) -> Input {
        let spec = serde_json::to_string(&kustomization.spec).expect("a spec is plain data");
        let annotations = &kustomization.metadata.annotations;
        let guards = super::GUARD_ANNOTATIONS.map(|name| annotations.get(name));
        let text = format!("{spec}\n{}\n{}\n{:?}\n{guards:?}", wish.artifact.digest, wish.artifact.revision, wish.variables);
        Input(Sha256::digest(text).into())
    }
}

/// The memories of all Kustomizations.
#[derive(Default)]
pub struct Memories(Mutex<HashMap<Key, Memory>>);

#[derive(Default)]
struct Memory {
    input: Option<Input>,
    outcome: Outcome,
    waiting_since: Option<Instant>,
}

impl Memories {
    /// The last outcome, if the input is the same, every object is still as it was left, and there is none to be pruned.
    ///
    /// `announced` is what may be pruned beside the inventory; none where nothing is.
    pub fn unchanged(&self, key: &Key, input: &Input, announced: Option<&Announced>, wish: &Wish) -> Option<Outcome> {
        let index = &wish.site.index;
        let memories = self.0.lock();
        let memory = memories.get(key).filter(|memory| memory.input.as_ref() == Some(input))?;
        let is_settled = memory.outcome.failure.is_none() && memory.outcome.kept.is_empty();
        let holds = |item: &super::outcome::Item| item.is_ignored || index.is_at_rest(&item.id, item.digest, wish.rest);
        let has_more = |announced: &Announced| {
            let wanted: HashSet<&ObjectId> = memory.outcome.items.iter().map(|item| &item.id).collect();
            index.owned(key).iter().any(|id| announced.names(id) && !wanted.contains(id))
        };
        (is_settled && memory.outcome.items.iter().all(holds) && !announced.is_some_and(has_more))
            .then(|| Outcome { changes: Vec::new(), ..memory.outcome.clone() })
    }

    /// Whether the last pass had the same input.
    pub fn has(&self, key: &Key, input: &Input) -> bool {
        self.0.lock().get(key).is_some_and(|memory| memory.input.as_ref() == Some(input))
    }

    /// Whether this process has come to the end of a pass of the object.
    pub fn knows(&self, key: &Key) -> bool {
        self.0.lock().get(key).is_some_and(|memory| memory.input.is_some())
    }

    /// Takes in an outcome. A wait for health that goes on keeps the moment when it began.
    pub fn remember(&self, key: &Key, input: Input, outcome: &mut Outcome) {
        let mut memories = self.0.lock();
        let memory = memories.entry(key.clone()).or_default();
        let is_same = memory.input.as_ref() == Some(&input);
        let is_waiting = matches!(outcome.health, HealthState::Waiting { .. });
        memory.waiting_since = match (is_waiting, is_same, memory.waiting_since) {
            (true, true, Some(since)) => Some(since),
            (true, _, _) => Some(Instant::now()),
            (false, ..) => None,
        };
        memory.input = Some(input);
        memory.outcome = outcome.clone();
    }

    /// When the wait for health began.
    pub fn waiting_since(&self, key: &Key) -> Option<Instant> {
        self.0.lock().get(key)?.waiting_since
    }

    /// Forgets an object that is gone.
    pub fn forget(&self, key: &Key) {
        self.0.lock().remove(key);
    }
}
