//! Calling functions and methods: counting, evaluating and checking arguments.

use super::eval::Final;
use super::frame::{Frame, Place, Slot, Walk};
use crate::error::Fault;
use crate::functions::Function;
use crate::parse::Expr;
use crate::value::{Element, Int, List, Map, Param, Signature, Uint, Value};
use std::rc::Rc;

impl<'t> Frame<'_, '_, 't> {
    /// Calls a function. `operands` holds the function itself first, or nothing where it stands alone as an argument.
    pub fn call_function(
        &mut self,
        dot: &Slot,
        function: &'static Function,
        place: Place<'t>,
        operands: &'t [Expr],
        last: Final,
    ) -> Walk<Value> {
        let signature = function.signature();
        if matches!(function.name, "and" | "or") {
            return self.short_circuit(dot, function, operands, last);
        }
        let hides_nothing = function.name == "len" && self.is_nothing(operands, &last);
        let mut arguments = self.arguments(dot, function.name, signature, operands, last)?;
        if hides_nothing && matches!(arguments[0], Value::Nil) {
            let fault = Fault::new("reflect: call of reflect.Value.Type on zero Value");
            return self.called(function.name, place, Err(fault));
        }
        if function.name == "call" {
            let name = operands.get(1).map_or_else(|| described(&arguments[0]), ToString::to_string);
            arguments.push(Value::text(name));
        }
        let result = function.call(self.render, arguments);
        self.called(function.name, place, result)
    }

    /// Whether the single argument is written so that Go would see nothing rather than a nil in an interface.
    fn is_nothing(&self, operands: &'t [Expr], last: &Final) -> bool {
        match operands.get(1) {
            None => last.is_some(),
            Some(Expr::Variable(_, names)) => names.len() == 1,
            Some(Expr::Pipe(_) | Expr::Nil(_)) => true,
            _ => false,
        }
    }

    /// Checks what a function answered, and puts its name before what it refused.
    pub fn called(&mut self, name: &str, place: Place<'t>, result: Result<Value, Fault>) -> Walk<Value> {
        let longest = self.render.options.limits.string_bytes;
        match result {
            Ok(Value::String(text)) if text.len() > longest => {
                self.place = Some(place);
                Err(self.fault(Fault::limit("string_bytes", format!("{name} made a string of {} bytes", text.len()))))
            }
            Ok(value) => Ok(value),
            Err(fault) => {
                self.place = Some(place);
                let message = format!("error calling {name}: {}", fault.message);
                Err(self.fault(Fault { message, ..fault }))
            }
        }
    }

    fn short_circuit(&mut self, dot: &Slot, function: &'static Function, operands: &'t [Expr], last: Final) -> Walk<Value> {
        let operands = operands.get(1..).unwrap_or_default();
        if operands.is_empty() && last.is_none() {
            return Err(self.error(format!("wrong number of args for {}: want at least 1 got 0", function.name)));
        }
        let mut value = Value::Nil;
        for operand in operands {
            value = self.argument(dot, Param::Reflect, operand)?;
            if value.truth() == (function.name == "or") {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    /// Evaluates and checks the arguments of a call.
    pub fn arguments(&mut self, dot: &Slot, name: &str, signature: Signature, operands: &'t [Expr], last: Final) -> Walk<Vec<Value>> {
        let operands = operands.get(1..).unwrap_or_default();
        let given = operands.len() + usize::from(last.is_some());
        let fixed = signature.fixed.len();
        match signature.rest {
            Some(_) if given < fixed => {
                let given = operands.len();
                return Err(self.error(format!("wrong number of args for {name}: want at least {fixed} got {given}")));
            }
            None if given != fixed => {
                return Err(self.error(format!("wrong number of args for {name}: want {fixed} got {given}")));
            }
            _ => {}
        }
        let param = |index: usize| signature.fixed.get(index).copied().or(signature.rest).unwrap_or(Param::Any);
        let mut arguments = Vec::with_capacity(given);
        for (index, operand) in operands.iter().enumerate() {
            arguments.push(self.argument(dot, param(index), operand)?);
        }
        if let Some(value) = last {
            arguments.push(self.checked(Slot::plain(value), param(given - 1))?);
        }
        Ok(arguments)
    }

    fn argument(&mut self, dot: &Slot, param: Param, expr: &'t Expr) -> Walk<Value> {
        self.place = Some(Place::Expr(expr));
        let slot = match expr {
            Expr::Dot(_) => dot.clone(),
            Expr::Nil(_) if param.takes_nil() => return Ok(zero(param)),
            Expr::Nil(_) => return Err(self.error(format!("cannot assign nil to {param}"))),
            Expr::Field(_, names) => self.field_chain(dot, dot.clone(), expr, names, &[], None)?,
            Expr::Variable(..) => self.variable_chain(dot, expr, &[], None)?,
            Expr::Pipe(pipe) => Slot::plain(crate::limits::with_stack(|| self.pipeline(dot, pipe))?),
            Expr::Identifier(_, function) => Slot::plain(self.call_function(dot, function, Place::Expr(expr), &[], None)?),
            Expr::Chain(..) => self.chain(dot, expr, &[], None)?,
            literal => return self.literal(param, literal),
        };
        self.checked(slot, param)
    }

    /// A literal as a parameter of a type: the type decides what the digits mean.
    fn literal(&mut self, param: Param, expr: &'t Expr) -> Walk<Value> {
        let found = |expected: &str| format!("expected {expected}; found {expr}");
        match (param, expr) {
            (Param::Any | Param::Reflect, _) => self.constant(expr),
            (Param::Text, Expr::String(_, _, text)) => Ok(Value::String(text.clone())),
            (Param::Text, _) => Err(self.error(found("string"))),
            (Param::Bool, Expr::Bool(_, flag)) => Ok(Value::Bool(*flag)),
            (Param::Bool, _) => Err(self.error(found("bool"))),
            (Param::Int | Param::Duration, Expr::Number(_, number)) if number.int.is_some() => {
                let kind = if param == Param::Int { Int::Int } else { Int::Duration };
                Ok(Value::Int(number.int.unwrap_or_default(), kind))
            }
            (Param::Int | Param::Duration, _) => Err(self.error(found("integer"))),
            (Param::Uint32, Expr::Number(_, number)) if number.uint.is_some() => {
                Ok(Value::Uint(number.uint.unwrap_or_default() & 0xffff_ffff, Uint::Uint32))
            }
            (Param::Uint32, _) => Err(self.error(found("unsigned integer"))),
            (Param::Float, Expr::Number(_, number)) if number.float.is_some() => Ok(Value::Float(number.float.unwrap_or_default())),
            (Param::Float, _) => Err(self.error(found("float"))),
            _ => Err(self.error(format!("can't handle {expr} for arg of type {param}"))),
        }
    }

    /// Makes sure that a value may be passed as a parameter of a type.
    fn checked(&self, slot: Slot, param: Param) -> Walk<Value> {
        if slot.is_invalid() {
            if param.takes_nil() {
                return Ok(zero(param));
            }
            return Err(self.error(format!("invalid value; expected {param}")));
        }
        let nil_in_interface = matches!(slot.value, Value::Nil);
        if matches!(param, Param::Any | Param::Reflect) || !nil_in_interface && slot.value.fits(param) {
            return Ok(slot.value);
        }
        let got = if nil_in_interface { "interface {}".into() } else { slot.value.type_name() };
        Err(self.error_about(&slot.value, format!("wrong type for value; expected {param}; got {got}")))
    }
}

/// Go's zero of a parameter type that takes nil.
fn zero(param: Param) -> Value {
    match param {
        Param::Map => Value::Map(Rc::new(Map::nil(Element::Any))),
        Param::List => Value::List(Rc::new(List::nil(Element::Any))),
        _ => Value::Nil,
    }
}

/// How Go's `reflect.Value.String` names a value that is not a string.
fn described(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Nil => "<invalid Value>".into(),
        value => format!("<{} Value>", value.type_name()),
    }
}
