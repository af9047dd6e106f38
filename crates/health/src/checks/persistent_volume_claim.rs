//! PersistentVolumeClaim: current when it is bound.

use jiff::Timestamp;
use object::Object;

use crate::Health;
use crate::view::text;

pub fn judge(object: &Object, _: Timestamp) -> Health {
    match text(object, "status.phase") {
        "Bound" => Health::current("PVC is Bound"),
        "" => Health::in_progress("NotBound", "PVC is not Bound. phase: unknown"),
        phase => Health::in_progress("NotBound", format!("PVC is not Bound. phase: {phase}")),
    }
}
