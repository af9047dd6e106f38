//! YAML as Kubernetes tools read and write it: text to JSON values and back, with marks and limits.
