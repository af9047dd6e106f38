//! Text to parts.

use super::{DEPTH_MAX, Error, Function, Part};

/// Reads a text into its parts, in order.
pub fn parse(text: &str) -> Result<Vec<Part>, Error> {
    let mut parser = Parser { rest: text, depth: 0 };
    let mut parts = Vec::new();
    while !parser.rest.is_empty() {
        parts.push(if parser.skip("${") { parser.variable()? } else { Part::Text(parser.run(Escapes::Dollar, |_| true)) });
    }
    Ok(parts)
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

/// What may be escaped where.
#[derive(Clone, Copy, PartialEq)]
enum Escapes {
    None,
    /// `$$`
    Dollar,
    /// `$$`, `\/` and `\\`
    All,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn skip(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Takes at most `limit` characters that `wanted` accepts.
    fn take(&mut self, limit: usize, wanted: impl Fn(char) -> bool) -> String {
        let taken: String = self.rest.chars().take(limit).take_while(|&c| wanted(c)).collect();
        self.rest = &self.rest[taken.len()..];
        taken
    }

    /// Takes text up to a variable or a character that `wanted` refuses.
    fn run(&mut self, escapes: Escapes, wanted: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|_| !self.rest.starts_with("${")) {
            let escaped = escaped(self.rest, escapes);
            if escaped.is_none() && !wanted(c) {
                break;
            }
            text.push(escaped.unwrap_or(c));
            let length = c.len_utf8() + escaped.map_or(0, char::len_utf8);
            self.rest = &self.rest[length..];
        }
        text
    }

    fn variable(&mut self) -> Result<Part, Error> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Error::TooDeep);
        }
        let part = if self.skip("#") { self.length() } else { self.named() };
        self.depth -= 1;
        part
    }

    fn name(&mut self) -> String {
        self.take(usize::MAX, |c| c.is_alphanumeric() || c == '_')
    }

    fn length(&mut self) -> Result<Part, Error> {
        let name = self.name();
        if name.is_empty() {
            return Err(Error::BadSubstitution);
        }
        self.finish(name, Function::Length, Vec::new())
    }

    fn named(&mut self) -> Result<Part, Error> {
        let name = self.name();
        if name.is_empty() {
            return Err(Error::VariableName);
        }
        match self.peek() {
            Some(':') if self.rest[1..].starts_with(['=', '-', '?', '+']) => self.default(name, 2),
            Some(':') => self.cut(name),
            Some('=') => self.default(name, 1),
            Some(',' | '^') => {
                let mark = self.take(2, |c| matches!(c, ',' | '^'));
                self.finish(name, Function::of_mark(&mark), Vec::new())
            }
            Some('/') => self.replace(name),
            Some(mark @ ('#' | '%')) => self.trim(name, mark),
            _ if self.skip("}") => Ok(Part::Variable { name, function: Function::Plain, arguments: Vec::new() }),
            _ => Err(Error::MissingClosingBrace),
        }
    }

    fn finish(&mut self, name: String, function: Function, arguments: Vec<Part>) -> Result<Part, Error> {
        if !self.skip("}") {
            return Err(Error::BadSubstitution);
        }
        Ok(Part::Variable { name, function, arguments })
    }

    /// One argument: a variable, or text up to what `wanted` refuses.
    fn argument(&mut self, escapes: Escapes, wanted: impl Fn(char) -> bool) -> Result<Part, Error> {
        if self.skip("${") {
            return self.variable();
        }
        match self.run(escapes, wanted) {
            text if text.is_empty() => Err(Error::Argument),
            text => Ok(Part::Text(text)),
        }
    }

    fn default(&mut self, name: String, length: usize) -> Result<Part, Error> {
        let function = Function::of_mark(&self.take(length, |_| true));
        let mut arguments = Vec::new();
        while self.peek() != Some('}') {
            arguments.push(self.argument(Escapes::None, |c| c != '}')?);
        }
        self.finish(name, function, arguments)
    }

    fn cut(&mut self, name: String) -> Result<Part, Error> {
        let function = Function::of_mark(&self.take(1, |_| true));
        let mut arguments = vec![self.argument(Escapes::None, |c| c != ':' && c != '}')?];
        if self.peek() == Some(':') {
            self.take(usize::MAX, |c| c == ':');
            arguments.push(self.argument(Escapes::None, |c| c != '}')?);
        }
        self.finish(name, function, arguments)
    }

    fn trim(&mut self, name: String, mark: char) -> Result<Part, Error> {
        let function = Function::of_mark(&self.take(2, |c| c == mark));
        let argument = self.argument(Escapes::None, |c| c != '}')?;
        self.finish(name, function, vec![argument])
    }

    fn replace(&mut self, name: String) -> Result<Part, Error> {
        let mark = self.take(1, |_| true) + &self.take(1, |c| matches!(c, '/' | '#' | '%'));
        let mut arguments = vec![self.argument(Escapes::All, |c| c != '/')?];
        if self.take(usize::MAX, |c| c == '/').is_empty() {
            return Err(Error::BadSubstitution);
        }
        if self.peek() != Some('}') {
            arguments.push(self.argument(Escapes::All, |c| c != '}')?);
        }
        self.finish(name, Function::of_mark(&mark), arguments)
    }
}

/// The character that the escape at the head of `rest` stands for.
fn escaped(rest: &str, escapes: Escapes) -> Option<char> {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some('$'), Some('$')) if escapes != Escapes::None => Some('$'),
        (Some('\\'), Some(c @ ('/' | '\\'))) if escapes == Escapes::All => Some(c),
        _ => None,
    }
}
