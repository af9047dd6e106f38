//! Wanted and seen to a Plan: what is created, updated, replaced, deleted, skipped, refused, and why.
