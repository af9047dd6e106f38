//! The yaml family.
use super::table;
table! {}
