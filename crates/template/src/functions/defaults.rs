//! The defaults family.
use super::table;
table! {}
