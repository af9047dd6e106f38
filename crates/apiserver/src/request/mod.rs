//! What a request says before anything is looked up: its path, its query, the rendering it asks for.
//!
//! Refuses to read bodies: that is `decode`. Begin with [`route`] and [`Call`].

mod accept;
mod call;
mod query;
mod route;

pub use accept::{Accept, Include};
pub use call::{Call, Validation};
pub use query::{Query, unescaped};
pub use route::{Route, Target, route, verb};
