//! Dynamic Kubernetes objects: identity, labels, selectors, patches; no typed knowledge.
