//! Walking the nodes of a template: text, actions, conditions, loops, invocations.

use super::frame::{Frame, Place, Slot, Stop, Walk};
use crate::error::Fault;
use crate::limits::with_stack;
use crate::parse::{Control, Node, Pipe};
use crate::value::print::Printer;
use crate::value::{Element, Int, Value};

impl<'t> Frame<'_, '_, 't> {
    pub fn walk_all(&mut self, dot: &Slot, nodes: &'t [Node]) -> Walk {
        nodes.iter().try_for_each(|node| self.walk(dot, node))
    }

    fn walk(&mut self, dot: &Slot, node: &'t Node) -> Walk {
        self.place = Some(Place::Node(node));
        self.spend()?;
        match node {
            Node::Text(start, end) => self.write(&self.template.source.text.as_bytes()[*start..*end]),
            Node::Comment(..) => Ok(()),
            Node::Action(pipe) => {
                let value = self.pipeline(dot, pipe)?;
                if pipe.variables.is_empty() { self.print(node, &value) } else { Ok(()) }
            }
            Node::If(control) => with_stack(|| self.condition(dot, control, false)),
            Node::With(control) => with_stack(|| self.condition(dot, control, true)),
            Node::Range(control) => with_stack(|| self.range(dot, control)),
            Node::Template { name, pipe, .. } => self.invoke(dot, node, name, pipe.as_deref()),
            Node::Break(_) => Err(Stop::Break),
            Node::Continue(_) => Err(Stop::Continue),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Walk {
        if self.out.len() + bytes.len() > self.output_end {
            let limit = self.render.options.limits.output_bytes;
            return Err(self.fault(Fault::limit("output_bytes", format!("more than {limit} bytes written"))));
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn print(&mut self, node: &'t Node, value: &Value) -> Walk {
        self.place = Some(Place::Node(node));
        match value {
            Value::Nil => self.write(b"<no value>"),
            Value::String(text) => self.write(text.as_bytes()),
            Value::Struct(fields) if addressed(node) && fields.addressed_text(value).is_some() => {
                self.write(fields.addressed_text(value).unwrap_or_default().as_bytes())
            }
            value => {
                let mut printer = Printer::new(self.out, &self.render.options.limits);
                printer.pointee(value);
                let printed = printer.finish();
                printed.map_err(|fault| self.fault(fault))?;
                self.write(b"")
            }
        }
    }

    fn condition(&mut self, dot: &Slot, control: &'t Control, with: bool) -> Walk {
        let mark = self.variables.len();
        let value = self.pipeline(dot, &control.pipe)?;
        let result = match (value.truth(), &control.otherwise) {
            (true, _) if with => self.walk_all(&Slot::plain(value), &control.list),
            (true, _) => self.walk_all(dot, &control.list),
            (false, Some(otherwise)) => self.walk_all(dot, otherwise),
            (false, None) => Ok(()),
        };
        self.variables.truncate(mark);
        result
    }

    fn range(&mut self, dot: &Slot, control: &'t Control) -> Walk {
        let mark = self.variables.len();
        let value = self.pipeline(dot, &control.pipe)?;
        let result = match self.range_over(control, &value) {
            Ok(0) => control.otherwise.as_ref().map_or(Ok(()), |otherwise| self.walk_all(dot, otherwise)),
            Ok(_) | Err(Stop::Break) => Ok(()),
            Err(stop) => Err(stop),
        };
        self.variables.truncate(mark);
        result
    }

    /// Runs the loop's body for each element; gives how often it ran.
    fn range_over(&mut self, control: &'t Control, value: &Value) -> Walk<usize> {
        match value {
            Value::Nil => Ok(0),
            Value::Int(count, kind) => {
                self.one_variable(control, value)?;
                let numbers = 0..*count;
                let ran = usize::try_from(*count).unwrap_or(0);
                for number in numbers {
                    self.iteration(control, Slot::default(), Slot::plain(Value::Int(number, *kind)))?;
                }
                Ok(ran)
            }
            Value::Uint(count, kind) => {
                self.one_variable(control, value)?;
                for number in 0..*count {
                    self.iteration(control, Slot::default(), Slot::plain(Value::Uint(number, *kind)))?;
                }
                Ok(*count as usize)
            }
            Value::List(list) => {
                let count = list.len();
                for index in 0..count {
                    let element = Slot { value: list.get(index).unwrap_or_default(), boxed: list.element() == Element::Any };
                    self.iteration(control, index_slot(index), element)?;
                }
                Ok(count)
            }
            Value::Bytes(bytes) => {
                for (index, byte) in bytes.as_bytes().iter().enumerate() {
                    let byte = Value::Uint(u64::from(*byte), crate::value::Uint::Uint8);
                    self.iteration(control, index_slot(index), Slot::plain(byte))?;
                }
                Ok(bytes.len())
            }
            Value::Map(map) => {
                let entries: Vec<_> = map.entries().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
                let boxed = map.element() == Element::Any;
                let count = entries.len();
                for (key, value) in entries {
                    self.iteration(control, Slot::plain(Value::String(key)), Slot { value, boxed })?;
                }
                Ok(count)
            }
            _ => Err(self.error_about(value, format!("range can't iterate over {}", self.shown(value)))),
        }
    }

    fn one_variable(&mut self, control: &'t Control, value: &Value) -> Walk {
        if control.pipe.variables.len() > 1 {
            let shown = self.shown(value);
            return Err(self.error(format!("can't use {shown} to iterate over more than one variable")));
        }
        Ok(())
    }

    fn iteration(&mut self, control: &'t Control, index: Slot, element: Slot) -> Walk {
        self.spend()?;
        self.loop_variables(&control.pipe, index, &element)?;
        let mark = self.variables.len();
        let result = self.walk_all(&element, &control.list);
        self.variables.truncate(mark);
        match result {
            Err(Stop::Continue) => Ok(()),
            result => result,
        }
    }

    fn loop_variables(&mut self, pipe: &'t Pipe, index: Slot, element: &Slot) -> Walk {
        let names = &pipe.variables;
        if pipe.assign {
            return match &**names {
                [] => Ok(()),
                [one] => self.set_variable(&one.name, element.clone()),
                [first, second, ..] => {
                    self.set_variable(&first.name, index)?;
                    self.set_variable(&second.name, element.clone())
                }
            };
        }
        let top = self.variables.len();
        if !names.is_empty() {
            self.variables[top - 1].1 = element.clone();
        }
        if names.len() > 1 {
            self.variables[top - 2].1 = index;
        }
        Ok(())
    }

    fn invoke(&mut self, dot: &Slot, node: &'t Node, name: &str, pipe: Option<&'t Pipe>) -> Walk {
        let Some(template) = self.render.find(name) else {
            let name = crate::value::quote::quote(name.as_bytes(), false);
            return Err(self.error(format!("template {name} not defined")));
        };
        let data = match pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Value::Nil,
        };
        let result = Frame::run_in(self.render, &template, Slot::plain(data), self.out);
        self.place = Some(Place::Node(node));
        match result {
            Err(Stop::Error(error)) => Err(Stop::Error(error)),
            _ => Ok(()),
        }
    }
}

fn index_slot(index: usize) -> Slot {
    Slot::plain(Value::Int(index as i64, Int::Int))
}

/// Whether an action prints a field or variable itself, not what a function made of it.
fn addressed(node: &Node) -> bool {
    matches!(node, Node::Action(pipe) if matches!(&*pipe.commands, [command] if command.arguments.len() == 1))
}
