//! A Kubernetes-compatible API server as a library: a tower service for in-process clients, and the same over HTTPS.
//!
//! A house with floors: a floor uses what lies under it, never what lies above (`floors.rs` reads all imports and holds it).
//!
//! ```text
//! doors       server (opens all) ─ serve (HTTPS) ─ service (one request)         bootstrap (what is there from the start)
//! actors      handlers (one verb each)   documents (discovery, OpenAPI)          background (controllers that follow events)
//! operations  access (who asks, and may they)                objects (create, update, remove: what every write goes through)
//! state       shared (store, registry, index of rights: one of each, kept in step)
//! judgement   rules (defaults, validation)   rbac (who holds which right)   tokens   tls
//! forms       decode ─ patch ─ managed (owners of fields) ─ convert ─ selection ─ table ─ render ─ answer
//! data        store (bytes, revisions, events)   registry (which kinds are served)
//! words       status (refusals)   meta   names   request   options   user
//! ```
//!
//! It refuses to be: a place to run containers, highly available, or production. Begin with [`ApiServer`], then `service`,
//! then `objects`.

// Words.
mod body;
mod digest;
mod meta;
mod names;
mod options;
mod protobuf;
mod request;
mod status;
mod user;
// Data.
mod error;
mod registry;
mod store;
// Forms: what goes in and comes out.
mod answer;
mod convert;
mod decode;
mod managed;
mod patch;
mod render;
mod selection;
mod table;
// Judgement.
mod rbac;
mod rules;
mod tls;
mod tokens;
// State.
mod shared;
// Operations.
mod access;
mod objects;
// Actors.
mod background;
mod documents;
mod handlers;
// Doors.
mod bootstrap;
mod serve;
mod server;
mod service;

#[cfg(test)]
mod floors;

pub use body::Body;
pub use error::Error;
pub use options::{Authorization, Clock, Options, Store, Token};
pub use serve::Serving;
pub use server::ApiServer;
pub use service::ApiService;
pub use user::User;
