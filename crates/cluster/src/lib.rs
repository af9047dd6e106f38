//! The client of a cluster: identities, discovery, watches, faults for tests.
