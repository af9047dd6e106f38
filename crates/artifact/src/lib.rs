//! Artifacts: deterministic archives, the store, and the file server.
