//! The server as its clients see it: kube-rs in process, kubectl over HTTPS.

mod crud;
mod kubectl;
mod lifecycles;
mod permissions;
mod watches;
mod world;
