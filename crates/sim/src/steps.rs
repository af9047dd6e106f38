//! What happens, chosen by the seed: publications, changes of specs, hands on live objects, crashes.

use std::time::Duration;

use runtime::Key;

use crate::model::{Declared, Item, Kind, Model, Name};
use crate::random::Random;

const NAMESPACES_MAX: u64 = 3;
const KUSTOMIZATIONS: [&str; 3] = ["alpha", "beta", "gamma"];
const STEPS_MIN: u64 = 6;
const STEPS_SPREAD: u64 = 14;
const CRASH_REQUESTS_MAX: u64 = 60;
const NAMES: u64 = 6;

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// The declaration changes: artifact or spec.
    Declare(Vec<(Key, Edit)>),
    /// Somebody edits a live object with kubectl.
    EditLive(Key, Name),
    /// Somebody deletes a live object.
    DeleteLive(Key, Name),
    /// Somebody takes the owner labels off a live object.
    StripLive(Key, Name),
    /// The controllers are killed at their n-th request from now.
    Crash(u64),
    /// The controllers are killed at once.
    Kill,
}

/// One change of one Kustomization.
#[derive(Clone, Debug)]
pub enum Edit {
    Put(Name, Item),
    Drop(Name),
    Broken(bool),
    Exists(bool),
    Prune(bool),
    Force(bool),
    Suspend(bool),
    Wait(bool),
    DependsOn(Vec<String>),
}

impl Edit {
    /// Takes it into a declaration.
    pub fn apply(&self, declared: &mut Declared) {
        match self.clone() {
            Edit::Put(name, item) => drop(declared.items.insert(name, item)),
            Edit::Drop(name) => drop(declared.items.remove(&name)),
            Edit::Broken(is_broken) => declared.is_broken = is_broken,
            Edit::Exists(exists) => declared.exists = exists,
            Edit::Prune(prune) => declared.prune = prune,
            Edit::Force(force) => declared.force = force,
            Edit::Suspend(suspend) => declared.suspend = suspend,
            Edit::Wait(wait) => declared.wait = wait,
            Edit::DependsOn(names) => declared.depends_on = names.into_iter().collect(),
        }
    }
}

/// What is declared at first.
pub fn begin(random: &mut Random) -> Model {
    let mut model = Model::default();
    for at in 0..=random.below(NAMESPACES_MAX) {
        for name in KUSTOMIZATIONS.iter().take(1 + random.below(3) as usize) {
            let declared = Declared { exists: true, prune: random.chance(85), wait: random.chance(30), ..Declared::default() };
            model.0.insert(Key::new(format!("team-{at}"), *name), declared);
        }
    }
    let keys: Vec<Key> = model.0.keys().cloned().collect();
    for key in keys {
        for _ in 0..1 + random.below(4) {
            put(random, &model, &key).into_iter().for_each(|(key, edit)| declare(&mut model, &key, &edit));
        }
    }
    model
}

/// What happens then, and how long it is until the next step.
pub fn plan(random: &mut Random, begin: &Model) -> Vec<(Step, Duration)> {
    let mut model = begin.clone();
    (0..STEPS_MIN + random.below(STEPS_SPREAD))
        .map(|_| {
            let step = step(random, &model);
            if let Step::Declare(edits) = &step {
                edits.iter().for_each(|(key, edit)| declare(&mut model, key, edit));
            }
            let pause = if random.chance(30) { random.below(200) } else { random.below(15_000) };
            (step, Duration::from_millis(pause))
        })
        .collect()
}

/// Takes an edit into a model.
pub fn declare(model: &mut Model, key: &Key, edit: &Edit) {
    if let Some(declared) = model.0.get_mut(key) {
        edit.apply(declared);
    }
}

fn step(random: &mut Random, model: &Model) -> Step {
    let key = random.pick(model.0.keys().cloned()).expect("there is a Kustomization");
    let declared = &model.0[&key];
    let name = random.pick(declared.items.keys().cloned());
    match (random.below(100), name) {
        (0..30, _) => Step::Declare((0..1 + random.below(3)).flat_map(|_| put(random, model, &key)).collect()),
        (30..42, Some(name)) => Step::Declare(drop_item(model, &key, name)),
        (42..52, Some(name)) => Step::Declare(move_item(random, model, &key, name)),
        (52..58, Some(name)) => Step::EditLive(key, name),
        (58..64, Some(name)) => Step::DeleteLive(key, name),
        (64..66, Some(name)) => Step::StripLive(key, name),
        (66..80, _) => Step::Crash(1 + random.below(CRASH_REQUESTS_MAX)),
        (80..83, _) => Step::Kill,
        _ => Step::Declare(vec![(key.clone(), spec(random, model, &key))]),
    }
}

/// An object that is new or changed, with its definition if it needs one.
fn put(random: &mut Random, model: &Model, key: &Key) -> Vec<(Key, Edit)> {
    let number = random.below(NAMES);
    let (kind, name) = match random.below(10) {
        0..4 => (Kind::ConfigMap, format!("settings-{number}")),
        4 => (Kind::ConfigMap, format!("frozen-{number}")),
        5..7 => (Kind::Role, format!("reader-{number}")),
        7..9 => (Kind::Deployment, format!("web-{number}")),
        _ => (Kind::Widget, format!("widget-{number}")),
    };
    let is_frozen = name.starts_with("frozen");
    let item = Item { value: random.below(1000), is_frozen, is_invalid: random.chance(4) };
    let name = (kind, name);
    let holder = holder(model, key, &name).unwrap_or_else(|| key.clone());
    let mut edits = vec![(holder, Edit::Put(name, item))];
    let definition = (Kind::Definition, "widgets".to_owned());
    if kind == Kind::Widget && self::holder(model, key, &definition).is_none() {
        edits.insert(0, (key.clone(), Edit::Put(definition, Item { value: 1, is_frozen: false, is_invalid: false })));
    }
    edits
}

/// Who has an object; two Kustomizations never want the same one.
fn holder(model: &Model, key: &Key, name: &Name) -> Option<Key> {
    let mut neighbours = model.0.iter().filter(|(other, _)| other.namespace == key.namespace);
    neighbours.find(|(_, declared)| declared.items.contains_key(name)).map(|(other, _)| other.clone())
}

/// Drops an object; the widgets go with their definition.
fn drop_item(model: &Model, key: &Key, name: Name) -> Vec<(Key, Edit)> {
    if name.0 != Kind::Definition {
        return vec![(key.clone(), Edit::Drop(name))];
    }
    let neighbours = model.0.iter().filter(|(other, _)| other.namespace == key.namespace);
    let widgets = neighbours.flat_map(|(other, declared)| {
        let widgets = declared.items.keys().filter(|(kind, _)| matches!(kind, Kind::Widget | Kind::Definition));
        widgets.map(|widget| (other.clone(), Edit::Drop(widget.clone())))
    });
    widgets.collect()
}

/// Moves an object to a neighbour.
fn move_item(random: &mut Random, model: &Model, key: &Key, name: Name) -> Vec<(Key, Edit)> {
    let others = model.0.keys().filter(|other| other.namespace == key.namespace && *other != key).cloned();
    let Some(other) = random.pick(others) else { return vec![(key.clone(), Edit::Drop(name))] };
    let item = model.0[key].items[&name].clone();
    vec![(key.clone(), Edit::Drop(name.clone())), (other, Edit::Put(name, item))]
}

fn spec(random: &mut Random, model: &Model, key: &Key) -> Edit {
    let declared = &model.0[key];
    match random.below(14) {
        0..2 => Edit::Prune(!declared.prune),
        2..4 => Edit::Force(!declared.force),
        4..6 => Edit::Suspend(!declared.suspend),
        6 => Edit::Wait(!declared.wait),
        7..9 => {
            Edit::DependsOn(random.pick(KUSTOMIZATIONS).filter(|_| declared.depends_on.is_empty()).map(str::to_owned).into_iter().collect())
        }
        9..11 => Edit::Broken(!declared.is_broken),
        _ => Edit::Exists(!declared.exists),
    }
}
