//! Fields: entries of maps, fields of structs, methods of anything.

use super::eval::Final;
use super::frame::{Frame, Place, Slot, Walk};
use super::methods;
use super::render::MissingKey;
use crate::parse::Expr;
use crate::value::quote::quote;
use crate::value::{Element, Map, Value};

impl<'t> Frame<'_, '_, 't> {
    /// `.name` of a receiver, called with the arguments where it is a method.
    pub fn field(&mut self, dot: &Slot, name: &'t str, node: &'t Expr, arguments: &'t [Expr], last: Final, receiver: Slot) -> Walk<Slot> {
        if receiver.is_invalid() {
            if self.missing_key() == MissingKey::Error {
                let name = quote(name.as_bytes(), false);
                return Err(self.error(format!("nil data; no entry for key {name}")));
            }
            return Ok(Slot::default());
        }
        if matches!(receiver.value, Value::Nil) {
            let message = format!("nil pointer evaluating {}.{name}", receiver.type_name());
            return Err(self.error_about(&receiver.value, message));
        }
        if let Some(signature) = methods::signature(&receiver.value, name) {
            let arguments = self.arguments(dot, name, signature, arguments, last)?;
            let result = methods::call(&receiver.value, name, arguments);
            return self.called(name, Place::Expr(node), result).map(Slot::plain);
        }
        let given = arguments.len() > 1 || last.is_some();
        match &receiver.value {
            Value::Struct(fields) => {
                if let Some(field) = fields.field(name) {
                    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
                        return Err(self.error(format!("{name} is an unexported field of struct type {}", receiver.type_name())));
                    }
                    if given {
                        return Err(self.error(format!("{name} has arguments but cannot be invoked as function")));
                    }
                    return Ok(Slot::plain(field.clone()));
                }
            }
            Value::Map(_) if given => {
                return Err(self.error(format!("{name} is not a method but has arguments")));
            }
            Value::Map(map) => return self.entry(map, name),
            _ => {}
        }
        let message = format!("can't evaluate field {name} in type {}", receiver.type_name());
        Err(self.error_about(&receiver.value, message))
    }

    fn entry(&self, map: &Map, name: &str) -> Walk<Slot> {
        let boxed = map.element() == Element::Any;
        if let Some(value) = map.get(name) {
            return Ok(Slot { value, boxed });
        }
        match self.missing_key() {
            MissingKey::Invalid => Ok(Slot::default()),
            MissingKey::Zero => Ok(Slot { value: map.element().zero(), boxed }),
            MissingKey::Error => {
                let name = quote(name.as_bytes(), false);
                Err(self.error(format!("map has no entry for key {name}")))
            }
        }
    }
}
