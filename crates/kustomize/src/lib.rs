//! Overlays to objects: the Kustomize language, pure.
