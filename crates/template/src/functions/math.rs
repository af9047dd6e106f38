//! The math family.
use super::table;
table! {}
