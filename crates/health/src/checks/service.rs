//! Service: current at once; a load balancer needs an address in the cluster first.

use jiff::Timestamp;
use object::Object;

use crate::Health;
use crate::view::text;

pub fn judge(object: &Object, _: Timestamp) -> Health {
    if text(object, "spec.type") == "LoadBalancer" && text(object, "spec.clusterIP").is_empty() {
        return Health::in_progress("NoIPAssigned", "ClusterIP not set. Service type: LoadBalancer");
    }
    Health::current("Service is ready")
}
