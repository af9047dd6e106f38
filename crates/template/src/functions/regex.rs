//! The regex family.
use super::table;
table! {}
