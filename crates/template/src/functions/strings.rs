//! The strings family.
use super::table;
table! {}
