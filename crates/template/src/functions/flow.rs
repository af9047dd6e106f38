//! The flow family.
use super::table;
table! {}
