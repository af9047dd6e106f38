//! Commands, operands and terms: the inside of a pipeline.

use std::sync::Arc;

use super::Parser;
use crate::error::Error;
use crate::limits::{PAREN_DEPTH_MAX, with_stack};
use crate::parse::Number;
use crate::parse::lex::{Kind, Token};
use crate::parse::node::{Command, Expr};
use crate::value::quote::quote;

impl Parser<'_, '_> {
    pub(super) fn command(&mut self) -> Result<Command, Error> {
        let at = self.peek_non_space().start;
        let first = self.operands.len();
        loop {
            self.peek_non_space();
            if let Some(operand) = self.operand()? {
                self.operands.push(operand);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.back(token),
                Kind::Pipe => {}
                _ => return Err(self.unexpected(&token, "operand")),
            }
            break;
        }
        if self.operands.len() == first {
            return Err(self.error("empty command"));
        }
        Ok(Command { at, arguments: self.operands.drain(first..).collect() })
    }

    fn operand(&mut self) -> Result<Option<Expr>, Error> {
        let Some(term) = self.term()? else {
            return Ok(None);
        };
        let first = self.peek();
        if first.kind != Kind::Field {
            return Ok(Some(term));
        }
        match term {
            Expr::Bool(..) | Expr::String(..) | Expr::Number(..) | Expr::Nil(_) | Expr::Dot(_) => {
                let term = quote(term.to_string().as_bytes(), false);
                while self.peek().kind == Kind::Field {
                    self.next();
                }
                Err(self.error(format!("unexpected . after term {term}")))
            }
            inner => {
                let (_, names) = self.path(first.start, None);
                Ok(Some(Expr::Chain(first.start, Box::new(inner), names)))
            }
        }
    }

    /// The name given and those of the fields that follow. Where a second name follows it, Go points at that.
    fn path(&mut self, mut at: usize, first: Option<Arc<str>>) -> (usize, Box<[Arc<str>]>) {
        let mut is_second_next = first.is_some();
        self.path.extend(first);
        while self.peek().kind == Kind::Field {
            let token = self.next();
            if std::mem::take(&mut is_second_next) {
                at = token.start;
            }
            let name = self.field_name(&token);
            self.path.push(name);
        }
        (at, self.path.drain(..).collect())
    }

    fn field_name(&mut self, token: &Token) -> Arc<str> {
        self.names.shared(&self.source.text[token.start + 1..token.end])
    }

    fn term(&mut self) -> Result<Option<Expr>, Error> {
        let token = self.next_non_space();
        let at = token.start;
        let text = self.text(&token);
        Ok(Some(match token.kind {
            Kind::Identifier => match self.functions.find(text) {
                Some(function) => Expr::Identifier(at, function),
                None => return Err(self.error(format!("function {} not defined", quote(text.as_bytes(), false)))),
            },
            Kind::Dot => Expr::Dot(at),
            Kind::Nil => Expr::Nil(at),
            Kind::Variable => {
                let variable = self.variable(text)?;
                let (at, names) = self.path(at, Some(variable));
                Expr::Variable(at, names)
            }
            Kind::Field => {
                let name = self.field_name(&token);
                let (at, names) = self.path(at, Some(name));
                Expr::Field(at, names)
            }
            Kind::Bool => Expr::Bool(at, text == "true"),
            Kind::CharConstant => self.number(at, Number::character(text))?,
            Kind::Complex => self.number(at, Number::complex(text))?,
            Kind::Number => self.number(at, Number::real(text))?,
            Kind::LeftParen => self.parenthesised()?,
            Kind::String | Kind::RawString => Expr::String(at, self.spelling(&token), self.unquoted(&token)?),
            _ => {
                self.back(token);
                return Ok(None);
            }
        }))
    }

    fn number(&self, at: usize, number: Result<Number, String>) -> Result<Expr, Error> {
        number.map(|number| Expr::Number(at, Box::new(number))).map_err(|message| self.error(message))
    }

    fn variable(&self, name: &str) -> Result<Arc<str>, Error> {
        let found = self.variables.iter().find(|variable| &***variable == name);
        found.cloned().ok_or_else(|| self.error(format!("undefined variable {}", quote(name.as_bytes(), false))))
    }

    fn parenthesised(&mut self) -> Result<Expr, Error> {
        if self.paren_depth >= PAREN_DEPTH_MAX {
            return Err(self.error("max expression depth exceeded"));
        }
        self.paren_depth += 1;
        let pipe = with_stack(|| self.pipeline("parenthesized pipeline", Kind::RightParen))?;
        self.paren_depth -= 1;
        Ok(Expr::Pipe(Box::new(pipe)))
    }
}
