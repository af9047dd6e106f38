//! A Kubernetes-compatible API server as a library: tower service and HTTPS.
