//! Flux's own layer over Kustomize: generated kustomization, merged spec, substitution, ignore rules.
