//! Structural schemas of custom resources: defaulting, pruning, validation, CEL rules, pure.
