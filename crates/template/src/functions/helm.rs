//! The helm family.
use super::table;
table! {}
