//! What tests above unit level share: API servers, Git and OCI servers, workloads.
