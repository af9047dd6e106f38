//! The network family.
use super::table;
table! {}
