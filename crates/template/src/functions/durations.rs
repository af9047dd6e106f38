//! The durations family.
use super::table;
table! {}
