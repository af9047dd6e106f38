//! The paths family.
use super::table;
table! {}
