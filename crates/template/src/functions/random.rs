//! The random family.
use super::table;
table! {}
