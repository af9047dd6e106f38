//! The server as its clients see it: kube-rs in process, kubectl over HTTPS.

mod crud;
mod watches;
mod world;
