//! The dates family.
use super::table;
table! {}
