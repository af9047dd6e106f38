//! The cases: one file for each promise, one line here.

use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::{Controllers, Target, Upstream, World};

mod bad_input;
mod changes;
mod deletion;
mod drift;
mod failures;
mod git;
mod health;
mod hostile;
mod idle;
mod kill;
mod oci;
mod outage;
mod prune;
mod remote;
mod restart;
mod secrets;
mod stages;
mod substitution;
mod suspend;
mod tenants;
mod workloads;

/// A case and what it shows.
pub struct Case {
    /// What it shows; also its namespace, with `-` for `_`.
    pub name: &'static str,
    /// Who reconciles.
    pub controllers: Controllers,
    /// It measures time, so nothing runs beside it.
    pub is_alone: bool,
    /// Runs it.
    pub run: for<'a> fn(&'a World) -> BoxFuture<'a, anyhow::Result<()>>,
}

/// A case that disturbs the API server itself. These run last, one after another.
pub struct Upheaval {
    /// What it shows.
    pub name: &'static str,
    /// Runs it.
    pub run: for<'a> fn(&'a mut Target) -> BoxFuture<'a, anyhow::Result<()>>,
}

macro_rules! case {
    ($room:ident :: $name:ident) => {
        Case { name: stringify!($name), controllers: Controllers::InProcess, is_alone: false, run: |world| Box::pin($room::$name(world)) }
    };
    ($room:ident :: $name:ident, alone) => {
        Case { is_alone: true, ..case!($room::$name) }
    };
    ($room:ident :: $name:ident, without controllers) => {
        Case { controllers: Controllers::None, ..case!($room::$name) }
    };
}

/// Every case.
pub const ALL: &[Case] = &[
    // The longest ones begin first.
    case!(idle::a_converged_platform_is_quiet),
    case!(remote::another_cluster_that_is_away_harms_nobody_and_is_caught_up_with),
    case!(health::a_timeout_names_what_is_not_ready),
    case!(drift::an_edited_field_comes_back, alone),
    case!(kill::a_killed_process_leaves_nothing_behind, without controllers),
    case!(kill::a_process_killed_while_it_deletes_finishes_afterwards, without controllers),
    case!(secrets::the_values_of_secrets_are_told_nowhere, without controllers),
    case!(drift::a_deleted_object_comes_back),
    case!(drift::what_a_person_added_goes_unless_the_object_asks_for_merge),
    case!(drift::notes_of_other_tools_go_when_an_object_is_taken_over),
    case!(drift::a_fight_over_a_field_does_not_become_a_storm),
    case!(prune::what_left_the_source_is_pruned),
    case!(prune::what_only_carries_the_labels_is_left_alone),
    case!(prune::without_prune_it_stays),
    case!(prune::a_whole_inventory_is_held_until_confirmed),
    case!(tenants::a_tenant_without_rights_is_refused_and_recovers_with_them),
    case!(tenants::a_kustomization_goes_although_its_service_account_is_gone),
    case!(tenants::a_namespace_goes_with_everything_in_it),
    case!(remote::objects_of_another_cluster_are_kept_as_declared),
    case!(remote::a_tenant_of_another_cluster_has_its_rights_there),
    case!(changes::an_immutable_change_is_refused_until_forced),
    case!(changes::a_converged_object_costs_no_write),
    case!(changes::a_dependent_runs_as_soon_as_its_dependency_is_ready),
    case!(changes::a_cycle_of_dependencies_is_named),
    case!(bad_input::a_missing_path_deletes_nothing_and_recovers),
    case!(bad_input::broken_yaml_names_its_file_and_recovers),
    case!(bad_input::fields_that_a_kind_does_not_know_are_left_out_and_told),
    case!(bad_input::a_secret_of_numbers_is_refused),
    case!(git::a_push_is_applied_on_request),
    case!(git::a_push_is_applied_at_the_interval),
    case!(git::every_kind_of_reference_is_followed),
    case!(git::what_a_repository_includes_is_copied_in_and_followed),
    case!(git::a_repository_is_reached_over_ssh_by_its_known_host),
    case!(git::a_vanished_repository_deletes_nothing_and_recovers),
    case!(oci::a_moved_tag_is_applied),
    case!(oci::a_wrong_digest_is_refused_and_deletes_nothing),
    case!(health::a_wait_is_over_when_the_deployment_is_ready),
    case!(health::named_objects_are_waited_for),
    case!(health::a_failed_job_is_named),
    case!(health::nothing_waits_for_itself),
    case!(drift::a_finished_job_that_went_is_no_drift),
    case!(health::a_deployment_past_its_deadline_is_named_and_recovers),
    case!(substitution::inline_variables_win_over_secrets_over_config_maps),
    case!(substitution::a_missing_optional_reference_is_left_out),
    case!(substitution::a_missing_required_reference_is_named_and_recovers),
    case!(substitution::a_changed_variable_is_taken_in_at_the_interval),
    case!(substitution::a_changed_variable_of_a_labelled_object_is_taken_in_at_once),
    case!(stages::a_definition_and_its_object_are_applied_in_one_pass),
    case!(stages::a_namespace_of_what_has_none_is_left_out),
    case!(stages::an_unknown_kind_is_named_and_recovers_with_its_definition),
    case!(hostile::an_alias_bomb_is_refused),
    case!(hostile::a_reference_out_of_the_tree_is_refused),
    case!(hostile::a_symbolic_link_out_of_the_tree_is_refused),
    case!(hostile::a_huge_file_is_refused),
    case!(hostile::an_empty_tree_is_refused),
    case!(hostile::a_path_out_of_the_tree_is_refused),
    case!(stages::an_object_whose_kind_is_out_of_sight_is_not_forgotten),
    case!(deletion::deletion_mirrors_prune_unless_told_otherwise),
    case!(deletion::a_kustomization_waits_for_the_end_of_its_objects),
    case!(deletion::a_kustomization_goes_after_its_objects_were_told_to),
    case!(deletion::a_suspended_kustomization_leaves_its_objects),
    case!(suspend::a_suspended_kustomization_does_nothing_and_catches_up),
    case!(suspend::a_suspended_source_keeps_its_artifact_and_catches_up),
    case!(suspend::a_dependency_is_checked_anew_for_each_revision),
    case!(failures::each_failure_of_a_kustomization_names_its_code),
    case!(failures::each_failure_of_a_source_names_its_code),
    case!(failures::a_long_failure_keeps_its_code_in_the_event),
    case!(outage::errors_of_the_server_delete_nothing_and_pass),
    case!(outage::a_server_that_is_away_deletes_nothing_and_passes),
    case!(outage::answers_that_get_lost_do_no_harm),
];

/// Every case that disturbs the server.
pub const UPHEAVALS: &[Upheaval] = &[Upheaval {
    name: "a_restart_of_the_api_server_is_survived",
    run: |target| Box::pin(restart::a_restart_of_the_api_server_is_survived(target)),
}];

/// A Kustomization `app` of the GitRepository `repository`; `spec` is laid over that of the repository.
async fn from_git(world: &World, upstream: &Upstream, spec: Value) -> anyhow::Result<()> {
    world.git("repository", &upstream.url(), spec).await?;
    world.kustomization("app", json!({"sourceRef": {"name": "repository"}})).await.map(|_| ())
}

/// A ConfigMap as the text of a manifest.
fn config_map(name: &str, value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  key: {value}\n")
}
