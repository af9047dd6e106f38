//! Tables of the planner's decisions.

use super::*;
use object::Value;
use serde_json::json;

fn object(name: &str, metadata: Value) -> Object {
    let mut object = Object::new(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})).unwrap();
    object.set_name(name);
    object.set_namespace("shop");
    object
}

fn wanted(metadata: Value) -> Wanted {
    let object = object("web", metadata);
    Wanted { digest: Digest::of(&object), object: Arc::new(object) }
}

fn present(metadata: Value, changed: &[&str], immutable: Option<&str>) -> Seen {
    let changed = changed.iter().map(|path| (*path).to_owned()).collect();
    Seen::Present(Presence { live: object("web", metadata), changed, immutable: immutable.map(str::to_owned) })
}

fn check(metadata: Value, seen: Seen, force: bool, expected: Action) {
    let options = Options { force, ..Options::default() };
    let plan = plan(&[(wanted(metadata), seen)], &[], &options);
    assert_eq!(plan.stages[0].1[0].action, expected, "{:?}", plan.stages[0].1[0].why);
}

#[test]
fn what_is_missing_is_created_and_what_differs_is_updated() {
    check(json!({}), Seen::Absent, false, Action::Create);
    check(json!({}), present(json!({}), &["data.a"], None), false, Action::Update);
    check(json!({}), present(json!({}), &[], None), false, Action::Skip);
    check(json!({}), Seen::Converged, false, Action::Skip);
}

#[test]
fn an_immutable_change_is_refused_unless_forced() {
    check(json!({}), present(json!({}), &[], Some("field is immutable")), false, Action::Refuse(Code::ImmutableField));
    check(json!({}), present(json!({}), &[], Some("field is immutable")), true, Action::Replace);
    let forced = json!({"annotations": {"kustomize.toolkit.fluxcd.io/force": "Enabled"}});
    check(forced, present(json!({}), &[], Some("field is immutable")), false, Action::Replace);
}

#[test]
fn an_object_that_asks_to_be_left_alone_is() {
    let disabled = json!({"annotations": {"kustomize.toolkit.fluxcd.io/reconcile": "disabled"}});
    check(disabled.clone(), Seen::Absent, false, Action::Ignore);
    check(json!({}), present(disabled, &["data.a"], None), false, Action::Ignore);
    let once = json!({"labels": {"kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent"}});
    check(once.clone(), Seen::Absent, false, Action::Create);
    check(once, present(json!({}), &["data.a"], None), false, Action::Ignore);
}

fn owned(name: &str) -> Stale {
    let labels = json!({"labels": {"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux"}});
    let live = object(name, labels);
    Stale { id: live.id(), version: "v1".into(), live: Some(live), foreign_objects: 0 }
}

fn prune(stale: &[Stale], inventory_size: usize, change: impl Fn(&mut Options)) -> Vec<Action> {
    let mut options = Options { owner: ("flux".into(), "apps".into()), prune: true, inventory_size, ..Options::default() };
    change(&mut options);
    plan(&[], stale, &options).prune.iter().map(|entry| entry.action).collect()
}

#[test]
fn what_is_no_longer_declared_is_deleted_if_it_is_ours() {
    assert_eq!(prune(&[owned("a")], 9, |_| ()), [Action::Delete]);
    let foreign = Stale { live: Some(object("b", json!({}))), ..owned("b") };
    assert_eq!(prune(&[foreign], 9, |_| ()), [Action::Disown]);
    assert_eq!(prune(&[Stale { live: None, ..owned("c") }], 9, |_| ()), [Action::Skip]);
}

#[test]
fn pruning_a_whole_inventory_is_held_until_confirmed() {
    let all: Vec<Stale> = ["a", "b", "c", "d", "e", "f"].map(owned).into();
    assert_eq!(prune(&all, 6, |_| ()), [Action::Hold; 6]);
    assert_eq!(prune(&all, 6, |options| options.is_confirmed = true), [Action::Delete; 6]);
    assert_eq!(prune(&all, 6, |options| options.budget = PruneBudget::Off), [Action::Delete; 6]);
    assert_eq!(prune(&all, 7, |_| ()), [Action::Delete; 6]);
    assert_eq!(prune(&all[..5], 5, |_| ()), [Action::Delete; 5]);
}

#[test]
fn a_budget_holds_what_goes_beyond_it() {
    let some: Vec<Stale> = ["a", "b", "c"].map(owned).into();
    let budget = |text: &'static str| move |options: &mut Options| options.budget = PruneBudget::parse(text).unwrap();
    assert_eq!(prune(&some, 10, budget("2")), [Action::Hold; 3]);
    assert_eq!(prune(&some, 10, budget("3")), [Action::Delete; 3]);
    assert_eq!(prune(&some, 10, budget("20%")), [Action::Hold; 3]);
    assert_eq!(prune(&some, 10, budget("30%")), [Action::Delete; 3]);
}

#[test]
fn a_namespace_with_objects_of_others_is_held() {
    let stale = Stale { foreign_objects: 3, ..owned("a") };
    assert_eq!(prune(&[stale], 9, |_| ()), [Action::Hold]);
}

#[test]
fn nothing_is_pruned_while_a_wanted_object_is_refused() {
    let options = Options { owner: ("flux".into(), "apps".into()), prune: true, inventory_size: 9, ..Options::default() };
    let refused = (wanted(json!({})), Seen::Refused(Code::Forbidden, "no".into()));
    assert!(plan(&[refused], &[owned("a")], &options).prune.is_empty());
}
