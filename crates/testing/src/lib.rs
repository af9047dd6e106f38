//! What tests above unit level share: API servers, Git and OCI servers, workloads.

pub mod admission;
pub mod crds;
pub mod git;
pub mod kube;
pub mod registry;
