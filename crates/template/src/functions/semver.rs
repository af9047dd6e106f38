//! The semver family.
use super::table;
table! {}
