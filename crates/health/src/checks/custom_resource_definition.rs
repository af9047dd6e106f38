//! CustomResourceDefinition: current when it is established.

use jiff::Timestamp;
use object::Object;

use crate::Health;
use crate::view::{Condition, conditions};

pub fn judge(object: &Object, _: Timestamp) -> Health {
    conditions(object).find_map(decides).unwrap_or_else(|| Health::in_progress("Installing", "Install in progress"))
}

/// What one condition decides; a definition that is being installed is not established yet.
fn decides(condition: Condition<'_>) -> Option<Health> {
    match condition.r#type {
        "Established" if condition.is_true() => Some(Health::current("CRD is established")),
        "Established" if condition.reason == "Installing" => None,
        "Established" | "NamesAccepted" if condition.is_false() => Some(Health::failed(condition.reason, condition.message)),
        _ => None,
    }
}
