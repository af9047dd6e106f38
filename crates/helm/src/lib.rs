//! Charts and values to objects and hooks, pure.
