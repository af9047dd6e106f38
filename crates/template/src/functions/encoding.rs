//! The encoding family.
use super::table;
table! {}
