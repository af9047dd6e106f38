//! The toml family.
use super::table;
table! {}
