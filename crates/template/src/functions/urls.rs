//! The urls family.
use super::table;
table! {}
