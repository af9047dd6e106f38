//! Git and OCI to artifacts: real protocols, no subprocess.
