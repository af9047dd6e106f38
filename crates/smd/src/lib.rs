//! Structured merge and diff: field sets, managed fields, server-side apply, pure.
