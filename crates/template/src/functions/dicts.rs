//! The dicts family.
use super::table;
table! {}
