//! An object's value that memory, a build and its result hold together, until one of them writes to it.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use object::Value;

/// A value that is copied when it is written to and somebody else holds it too. Reading and cloning cost nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SharedValue(Arc<Value>);

impl SharedValue {
    /// The value alone; a copy if somebody else holds it too.
    pub fn into_value(self) -> Value {
        Arc::unwrap_or_clone(self.0)
    }
}

impl From<Value> for SharedValue {
    fn from(value: Value) -> SharedValue {
        SharedValue(Arc::new(value))
    }
}

impl Deref for SharedValue {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl DerefMut for SharedValue {
    fn deref_mut(&mut self) -> &mut Value {
        Arc::make_mut(&mut self.0)
    }
}
