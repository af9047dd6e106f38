//! The words family.
use super::table;
table! {}
