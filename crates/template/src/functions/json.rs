//! The json family.
use super::table;
table! {}
pub(crate) fn fits() {}
