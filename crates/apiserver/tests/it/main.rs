//! The server as its clients see it: kube-rs in process, kubectl over HTTPS.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not marked as tests themselves")]

mod applies;
mod crud;
mod kubectl;
mod lifecycles;
mod over_https;
mod permissions;
mod speed;
mod watches;
mod world;
