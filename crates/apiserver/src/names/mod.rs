//! What names, labels and keys may look like. Refuses to know which kind wants which: that is `rules`.

mod dns;
mod labels;

pub use dns::{LABEL_1035, Style, fault, label_1035_fault, label_fault};
pub use labels::{key_faults, value_faults};
