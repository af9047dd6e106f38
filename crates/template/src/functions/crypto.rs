//! The crypto family.
use super::table;
table! {}
