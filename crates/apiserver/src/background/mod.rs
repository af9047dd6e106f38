//! What a controller-manager does that an API server cannot be without: garbage, namespaces, service accounts,
//! definitions that go away, aggregated roles; and simulated workloads, if wanted.
//!
//! One task follows all events and shows them to each controller. An idle server costs nothing.

mod accounts;
mod aggregation;
mod controller;
mod definitions;
mod follower;
mod garbage;
mod namespaces;
mod terminating;
mod workloads;

use std::sync::Arc;

use controller::Controller;

use crate::shared::Shared;

/// Starts the task that runs the controllers.
pub fn start(shared: &Arc<Shared>) {
    let task = follower::Follower::new(controllers(shared)).run(Arc::downgrade(shared), shared.stop.clone());
    shared.tasks.spawn(task);
}

fn controllers(shared: &Shared) -> Vec<Box<dyn Controller>> {
    let options = &shared.options;
    let mut controllers: Vec<Box<dyn Controller>> = vec![
        Box::new(garbage::Garbage::default()),
        Box::new(namespaces::controller()),
        Box::new(definitions::controller()),
        Box::new(aggregation::Aggregation::default()),
    ];
    if options.service_accounts {
        controllers.push(Box::new(accounts::Accounts::default()));
    }
    if options.simulate_workloads {
        controllers.push(Box::new(workloads::Workloads::new(options.workload_delay)));
    }
    controllers
}
