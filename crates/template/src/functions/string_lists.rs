//! The string_lists family.
use super::table;
table! {}
