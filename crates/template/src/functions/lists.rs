//! The lists family.
use super::table;
table! {}
