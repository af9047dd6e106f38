//! A Kubernetes-compatible API server as a library: a tower service for in-process clients, and the same over HTTPS.
//!
//! ```text
//! ApiService (door: who, what) -> handlers (one verb each) -> mutation (what every write goes through) -> store
//!                                    |                            |
//!                                 registry (which kinds)       rules (defaults, validation), managed (field owners)
//! background tasks (garbage, namespaces, workloads) follow the store's events and write through mutation
//! ```
//!
//! It refuses to be: a place to run containers, highly available, or production. Begin with [`ApiServer`].

mod auth;
mod background;
mod body;
mod bootstrap;
mod convert;
mod decode;
mod discovery;
mod error;
mod handlers;
mod managed;
mod meta;
mod mutation;
mod openapi;
mod options;
mod pages;
mod patch;
mod protobuf;
mod rbac;
mod registry;
mod render;
mod request;
mod route;
mod rules;
mod selection;
mod serve;
mod server;
mod service;
mod status;
mod store;
mod table;
mod tls;
mod workloads;

pub use auth::User;
pub use body::Body;
pub use error::Error;
pub use options::{Authorization, Clock, Options, Store, Token};
pub use serve::Serving;
pub use server::ApiServer;
pub use service::ApiService;
