//! What the server tells of itself: discovery, OpenAPI, version and health. Nothing here reads an object.

mod discovery;
mod openapi;
mod pages;

pub use discovery::document as discovery;
pub use pages::page;
