//! The reflection family.
use super::table;
table! {}
