//! What is known of the built-in Kubernetes kinds: fields, merge keys, list types, defaults, scopes.
