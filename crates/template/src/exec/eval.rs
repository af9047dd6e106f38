//! Evaluating pipelines, commands and operands.

use std::sync::Arc;

use super::frame::{Frame, Place, Slot, Walk};
use crate::limits::with_stack;
use crate::parse::{Command, Expr, Number, Pipe};
use crate::value::Value;

/// The value that the command before in a pipeline hands over as the last argument.
pub(super) type Final = Option<Value>;

impl<'t> Frame<'_, '_, 't> {
    /// The value of a pipeline; declared variables are on the stack afterwards.
    pub fn pipeline(&mut self, dot: &Slot, pipe: &'t Pipe) -> Walk<Value> {
        self.place = Some(Place::Pipe(pipe));
        let mut last: Final = None;
        for command in &pipe.commands {
            last = Some(self.command(dot, command, last)?.value);
        }
        let value = last.unwrap_or_default();
        for variable in &pipe.variables {
            let slot = Slot::plain(value.clone());
            if pipe.assign {
                self.set_variable(&variable.name, slot)?;
            } else {
                self.variables.push((&variable.name, slot));
            }
        }
        Ok(value)
    }

    fn not_a_function(&self, arguments: &'t [Expr], last: &Final) -> Walk {
        if arguments.len() > 1 || last.is_some() {
            return Err(self.error(format!("can't give argument to non-function {}", shown(&arguments[0]))));
        }
        Ok(())
    }

    fn command(&mut self, dot: &Slot, command: &'t Command, last: Final) -> Walk<Slot> {
        self.spend()?;
        let arguments = &*command.arguments;
        let first = &arguments[0];
        match first {
            Expr::Field(_, names) => {
                self.place = Some(Place::Expr(first));
                return self.field_chain(dot, dot.clone(), first, names, arguments, last);
            }
            Expr::Chain(..) => return self.chain(dot, first, arguments, last),
            Expr::Identifier(_, function) => {
                self.place = Some(Place::Expr(first));
                return self.call_function(dot, function, Place::Command(command), arguments, last).map(Slot::plain);
            }
            Expr::Pipe(pipe) => {
                self.not_a_function(arguments, &last)?;
                return with_stack(|| self.pipeline(dot, pipe)).map(Slot::plain);
            }
            Expr::Variable(..) => return self.variable_chain(dot, first, arguments, last),
            _ => {}
        }
        self.place = Some(Place::Expr(first));
        self.not_a_function(arguments, &last)?;
        match first {
            Expr::Dot(_) => Ok(dot.clone()),
            Expr::Nil(_) => Err(self.error("nil is not a command")),
            _ => self.constant(first).map(Slot::plain),
        }
    }

    /// The value of a literal that is not nil, with the type its syntax gives it.
    pub fn constant(&mut self, expr: &'t Expr) -> Walk<Value> {
        match expr {
            Expr::Bool(_, flag) => Ok(Value::Bool(*flag)),
            Expr::String(_, _, text) => Ok(Value::String(text.clone())),
            Expr::Number(_, number) => {
                self.place = Some(Place::Expr(expr));
                self.ideal(number)
            }
            _ => Err(self.error(format!("can't evaluate command {}", quoted(&expr.to_string())))),
        }
    }

    fn ideal(&self, number: &Number) -> Walk<Value> {
        if let Some((real, imaginary)) = number.complex {
            return Ok(Value::Complex(real, imaginary));
        }
        let fractional = number.text.contains(['.', 'e', 'E', 'p', 'P']);
        let character = number.text.starts_with('\'');
        match (number.float, number.int) {
            (Some(float), _) if fractional && !number.is_hex_int() && !character => Ok(Value::Float(float)),
            (_, Some(int)) => Ok(Value::int(int)),
            _ => Err(self.error(format!("{} overflows int", number.text))),
        }
    }

    pub fn variable_chain(&mut self, dot: &Slot, expr: &'t Expr, arguments: &'t [Expr], last: Final) -> Walk<Slot> {
        let Expr::Variable(_, names) = expr else {
            return Ok(Slot::default());
        };
        self.place = Some(Place::Expr(expr));
        let Some(slot) = self.variable(&names[0]).cloned() else {
            return Err(self.error(format!("undefined variable: {}", names[0])));
        };
        if names.len() > 1 {
            return self.field_chain(dot, slot, expr, &names[1..], arguments, last);
        }
        if arguments.len() > 1 || last.is_some() {
            return Err(self.error(format!("can't give argument to non-function {}", names[0])));
        }
        Ok(slot)
    }

    pub fn chain(&mut self, dot: &Slot, expr: &'t Expr, arguments: &'t [Expr], last: Final) -> Walk<Slot> {
        let Expr::Chain(_, inner, names) = expr else {
            return Ok(Slot::default());
        };
        self.place = Some(Place::Expr(expr));
        let receiver = match &**inner {
            Expr::Nil(_) => return Err(self.error(format!("indirection through explicit nil in {expr}"))),
            Expr::Pipe(pipe) => {
                self.place = Some(Place::Pipe(pipe));
                Slot::plain(with_stack(|| self.pipeline(dot, pipe))?)
            }
            Expr::Identifier(_, function) => {
                self.place = Some(Place::Expr(inner));
                let value = self.call_function(dot, function, Place::Expr(inner), &[], None)?;
                Slot { boxed: value.is_nothing(), value }
            }
            inner => Slot::plain(self.constant(inner)?),
        };
        self.field_chain(dot, receiver, expr, names, arguments, last)
    }

    /// Walks `.A.B.C` from a receiver; the last name gets the arguments.
    pub fn field_chain(
        &mut self,
        dot: &Slot,
        mut receiver: Slot,
        node: &'t Expr,
        names: &'t [Arc<str>],
        arguments: &'t [Expr],
        last: Final,
    ) -> Walk<Slot> {
        let Some((final_name, names)) = names.split_last() else {
            return Ok(receiver);
        };
        for name in names {
            receiver = self.field(dot, name, node, &[], None, receiver)?;
        }
        self.field(dot, final_name, node, arguments, last, receiver)
    }
}

fn quoted(text: &str) -> String {
    crate::value::quote::quote(text.as_bytes(), false)
}

fn shown(expr: &Expr) -> String {
    expr.to_string()
}
