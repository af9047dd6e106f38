//! The cases: one file for each promise, one line here.

use futures::future::BoxFuture;

use crate::{Controllers, Target, World};

mod bad_input;
mod changes;
mod drift;
mod prune;
mod tenants;

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
    case!(drift::an_edited_field_comes_back, alone),
    case!(drift::a_deleted_object_comes_back),
    case!(prune::what_left_the_source_is_pruned),
    case!(prune::without_prune_it_stays),
    case!(prune::a_whole_inventory_is_held_until_confirmed),
    case!(tenants::a_tenant_without_rights_is_refused_and_recovers_with_them),
    case!(changes::an_immutable_change_is_refused_until_forced),
    case!(changes::a_converged_object_costs_no_write),
    case!(changes::a_dependent_runs_as_soon_as_its_dependency_is_ready),
    case!(changes::a_cycle_of_dependencies_is_named),
    case!(bad_input::a_missing_path_deletes_nothing_and_recovers),
    case!(bad_input::broken_yaml_names_its_file_and_recovers),
];

/// Every case that disturbs the server.
pub const UPHEAVALS: &[Upheaval] = &[];

/// A ConfigMap as the text of a manifest.
fn config_map(name: &str, value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  key: {value}\n")
}
