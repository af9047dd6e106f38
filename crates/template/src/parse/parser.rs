//! The parser: tokens to trees. Messages and positions are those of Go's text/template/parse.

mod literals;
mod names;
mod operands;

use std::sync::Arc;

use names::Names;

use super::lex::{Kind, Lexer, Token};
use super::node::{Command, Control, Expr, Node, Pipe, Variable};
use super::{Source, Template};
use crate::error::{Error, ErrorKind, Facts, Wraps};
use crate::functions::Functions;
use crate::limits::{BLOCK_DEPTH_MAX, with_stack};
use crate::value::quote::quote;

/// Parses a file: the templates it defines in order, the file itself last.
pub(crate) fn parse(name: &str, text: Arc<str>, functions: &Functions) -> Result<Vec<Template>, Error> {
    parse_with(name, text, functions, false)
}

/// As [`parse`], keeping comments where asked to.
pub(super) fn parse_with(name: &str, text: Arc<str>, functions: &Functions, comments: bool) -> Result<Vec<Template>, Error> {
    let source = Arc::new(Source { name: name.into(), text });
    let mut parser = Parser {
        lexer: Lexer::new(&source.text),
        source: &source,
        functions,
        comments,
        ahead: Vec::new(),
        read_at: 0,
        action_at: None,
        variables: vec!["$".into()],
        range_depth: 0,
        paren_depth: 0,
        block_depth: 0,
        templates: Vec::new(),
        names: Names::default(),
        operands: Vec::new(),
        commands: Vec::new(),
        nodes: Vec::new(),
        path: Vec::new(),
    };
    let root = parser.file()?;
    parser.add(Template { name: name.into(), source: source.clone(), root })?;
    Ok(parser.templates)
}

struct Parser<'s, 'f> {
    lexer: Lexer<'s>,
    source: &'s Arc<Source>,
    functions: &'f Functions,
    comments: bool,
    /// Tokens put back, the next one last.
    ahead: Vec<Token>,
    /// Where the token read last begins.
    read_at: usize,
    /// Where the action being read begins.
    action_at: Option<usize>,
    variables: Vec<Arc<str>>,
    range_depth: usize,
    paren_depth: usize,
    block_depth: usize,
    templates: Vec<Template>,
    names: Names,
    /// What the lists being read hold so far, inner lists behind outer ones: each becomes a list of its exact size.
    operands: Vec<Expr>,
    commands: Vec<Command>,
    nodes: Vec<Node>,
    /// The names of the field being read.
    path: Vec<Arc<str>>,
}

/// How a list of nodes ended.
enum Ending {
    End,
    Else,
}

impl Ending {
    fn text(&self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

/// A node, or the end of the list it would be in.
enum Item {
    Node(Node),
    Ending(Ending),
}

impl Parser<'_, '_> {
    fn next(&mut self) -> Token {
        self.ahead.pop().unwrap_or_else(|| {
            let token = self.lexer.next(self.comments);
            self.read_at = token.start;
            token
        })
    }

    fn back(&mut self, token: Token) {
        self.ahead.push(token);
    }

    fn peek(&mut self) -> Token {
        let token = self.next();
        self.back(token);
        token
    }

    fn next_non_space(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    fn peek_non_space(&mut self) -> Token {
        let token = self.next_non_space();
        self.back(token);
        token
    }

    fn text(&self, token: &Token) -> &str {
        &self.source.text[token.start..token.end]
    }

    fn line_of(&self, at: usize) -> usize {
        self.source.position(at).0
    }

    fn error(&self, message: impl Into<String>) -> Error {
        let message = message.into();
        let file = self.source.name.to_string();
        let line = self.line_of(self.read_at);
        Error::new(Facts {
            kind: ErrorKind::Parse,
            template: file.clone(),
            text: format!("template: {file}:{line}: {message}"),
            file,
            line,
            column: None,
            expression: String::new(),
            message,
            value: None,
            cause: None,
            wraps: Wraps::Nothing,
            limit: None,
        })
    }

    fn shown(&self, token: &Token) -> String {
        let text = self.text(token);
        match token.kind {
            Kind::Eof => "EOF".into(),
            Kind::Error => self.lexer.complaint().to_owned(),
            kind if is_keyword(kind) => format!("<{text}>"),
            _ => match text.char_indices().nth(10) {
                Some((cut, _)) if text.len() > 10 => format!("{}...", quote(&text.as_bytes()[..cut], false)),
                _ if text.len() > 10 => format!("{}...", quote(text.as_bytes(), false)),
                _ => quote(text.as_bytes(), false),
            },
        }
    }

    fn unexpected(&self, token: &Token, context: &str) -> Error {
        let shown = self.shown(token);
        if token.kind != Kind::Error {
            return self.error(format!("unexpected {shown} in {context}"));
        }
        let action_line = self.action_at.map(|at| self.line_of(at)).filter(|line| *line != self.line_of(token.start));
        let Some(action_line) = action_line else { return self.error(shown) };
        let place = format!("started at {}:{action_line}", self.source.name);
        let joint = if shown.ends_with(" action") { "" } else { " in action" };
        self.error(format!("{shown}{joint} {place}"))
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Result<Token, Error> {
        let token = self.next_non_space();
        if token.kind == kind { Ok(token) } else { Err(self.unexpected(&token, context)) }
    }

    fn file(&mut self) -> Result<Box<[Node]>, Error> {
        let mut nodes = Vec::new();
        loop {
            let token = self.peek();
            if token.kind == Kind::Eof {
                return Ok(nodes.into());
            }
            if token.kind == Kind::LeftDelim {
                let delim = self.next();
                let word = self.next_non_space();
                if word.kind == Kind::Define {
                    self.definition()?;
                    continue;
                }
                self.back(word);
                self.back(delim);
            }
            match self.text_or_action()? {
                Item::Node(node) => nodes.push(node),
                Item::Ending(ending) => return Err(self.error(format!("unexpected {}", ending.text()))),
            }
        }
    }

    fn definition(&mut self) -> Result<(), Error> {
        let context = "define clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, context)?;
        self.expect(Kind::RightDelim, context)?;
        self.inner_template(name, context)
    }

    /// The body of a `define` or `block`: variables, loops and the action's line do not reach in.
    fn inner_template(&mut self, name: Arc<str>, context: &str) -> Result<(), Error> {
        let variables = std::mem::replace(&mut self.variables, vec!["$".into()]);
        let range_depth = std::mem::take(&mut self.range_depth);
        let paren_depth = std::mem::take(&mut self.paren_depth);
        let action_at = self.action_at.take();
        let (root, ending) = self.list()?;
        if let Ending::Else = ending {
            return Err(self.error(format!("unexpected {{{{else}}}} in {context}")));
        }
        self.add(Template { name, source: self.source.clone(), root })?;
        self.variables = variables;
        self.range_depth = range_depth;
        self.paren_depth = paren_depth;
        self.action_at = action_at;
        Ok(())
    }

    fn add(&mut self, template: Template) -> Result<(), Error> {
        let same = self.templates.iter().position(|other| other.name == template.name);
        match same {
            Some(index) if self.templates[index].is_blank() => self.templates[index] = template,
            Some(_) if template.is_blank() => {}
            Some(_) => {
                let name = quote(template.name.as_bytes(), false);
                return Err(self.error(format!("template: multiple definition of template {name}")));
            }
            None => self.templates.push(template),
        }
        Ok(())
    }

    fn list(&mut self) -> Result<(Box<[Node]>, Ending), Error> {
        self.block_depth += 1;
        if self.block_depth > BLOCK_DEPTH_MAX {
            return Err(self.error("limit block_depth passed: control blocks inside each other"));
        }
        let result = with_stack(|| self.list_items());
        self.block_depth -= 1;
        result
    }

    fn list_items(&mut self) -> Result<(Box<[Node]>, Ending), Error> {
        let first = self.nodes.len();
        while self.peek_non_space().kind != Kind::Eof {
            match self.text_or_action()? {
                Item::Node(node) => self.nodes.push(node),
                Item::Ending(ending) => return Ok((self.nodes.drain(first..).collect(), ending)),
            }
        }
        Err(self.error("unexpected EOF"))
    }

    fn text_or_action(&mut self) -> Result<Item, Error> {
        let token = self.next_non_space();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text(token.start, token.end))),
            Kind::Comment => Ok(Item::Node(Node::Comment(token.start, token.end))),
            Kind::LeftDelim => {
                self.action_at = Some(token.start);
                let item = self.action()?;
                self.action_at = None;
                Ok(item)
            }
            _ => Err(self.unexpected(&token, "input")),
        }
    }

    fn action(&mut self) -> Result<Item, Error> {
        let token = self.next_non_space();
        let node = match token.kind {
            Kind::Block => self.block()?,
            Kind::Break => self.jump(Node::Break(token.start), "{{break}}")?,
            Kind::Continue => self.jump(Node::Continue(token.start), "{{continue}}")?,
            Kind::Else => return self.otherwise(),
            Kind::End => {
                self.expect(Kind::RightDelim, "end")?;
                return Ok(Item::Ending(Ending::End));
            }
            Kind::If => Node::If(self.control("if")?.into()),
            Kind::Range => Node::Range(self.control("range")?.into()),
            Kind::Template => self.template()?,
            Kind::With => Node::With(self.control("with")?.into()),
            _ => {
                self.back(token);
                Node::Action(self.pipeline("command", Kind::RightDelim)?)
            }
        };
        Ok(Item::Node(node))
    }

    fn jump(&mut self, node: Node, name: &str) -> Result<Node, Error> {
        let token = self.next_non_space();
        if token.kind != Kind::RightDelim {
            return Err(self.unexpected(&token, name));
        }
        if self.range_depth == 0 {
            return Err(self.error(format!("{name} outside {{{{range}}}}")));
        }
        Ok(node)
    }

    fn otherwise(&mut self) -> Result<Item, Error> {
        if !matches!(self.peek_non_space().kind, Kind::If | Kind::With) {
            self.expect(Kind::RightDelim, "else")?;
        }
        Ok(Item::Ending(Ending::Else))
    }

    fn control(&mut self, context: &str) -> Result<Control, Error> {
        let scope = self.variables.len();
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        let looping = usize::from(context == "range");
        self.range_depth += looping;
        let (list, ending) = self.list()?;
        self.range_depth -= looping;
        let otherwise = match ending {
            Ending::End => None,
            Ending::Else => Some(self.else_list(context)?),
        };
        self.variables.truncate(scope);
        Ok(Control { pipe, list, otherwise })
    }

    /// What follows `{{else`: a list, or one more condition whose `{{end}}` closes all.
    fn else_list(&mut self, context: &str) -> Result<Box<[Node]>, Error> {
        let next = self.peek().kind;
        let chained = context == "if" && next == Kind::If || context == "with" && next == Kind::With;
        if chained {
            self.next();
            let control = with_stack(|| self.control(context))?.into();
            return Ok(Box::new([if context == "if" { Node::If(control) } else { Node::With(control) }]));
        }
        let (list, ending) = self.list()?;
        match ending {
            Ending::End => Ok(list),
            Ending::Else => Err(self.error("expected end; found {{else}}")),
        }
    }

    fn block(&mut self) -> Result<Node, Error> {
        let context = "block clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, context)?;
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        self.inner_template(name.clone(), context)?;
        Ok(Node::Template { at: token.start, name, pipe: Some(pipe.into()) })
    }

    fn template(&mut self) -> Result<Node, Error> {
        let context = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, context)?;
        let next = self.next_non_space();
        let pipe = if next.kind == Kind::RightDelim {
            None
        } else {
            self.back(next);
            Some(self.pipeline(context, Kind::RightDelim)?.into())
        };
        Ok(Node::Template { at: token.start, name, pipe })
    }

    fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe, Error> {
        let at = self.peek_non_space().start;
        let (variables, assign) = self.declarations(context)?;
        let first = self.commands.len();
        loop {
            let token = self.next_non_space();
            match token.kind {
                kind if kind == end => {
                    self.check(&self.commands[first..], context)?;
                    let commands = self.commands.drain(first..).collect();
                    return Ok(Pipe { at, variables: variables.into(), assign, commands });
                }
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.back(token);
                    let command = self.command()?;
                    self.commands.push(command);
                }
                _ => return Err(self.unexpected(&token, context)),
            }
        }
    }

    /// The variables before `:=` or `=`, and whether it is `=`.
    fn declarations(&mut self, context: &str) -> Result<(Vec<Variable>, bool), Error> {
        let mut variables = Vec::new();
        loop {
            if self.peek_non_space().kind != Kind::Variable {
                return Ok((variables, false));
            }
            let variable = self.next_non_space();
            let after = self.next();
            let spaced = after.kind == Kind::Space;
            let next = if spaced { self.next_non_space() } else { after };
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    variables.push(self.declare(&variable));
                    return Ok((variables, next.kind == Kind::Assign));
                }
                Kind::Char if self.text(&next) == "," => {
                    variables.push(self.declare(&variable));
                    if context != "range" || variables.len() >= 2 {
                        return Err(self.error(format!("too many declarations in {context}")));
                    }
                    if !matches!(self.peek_non_space().kind, Kind::Variable | Kind::RightDelim | Kind::RightParen) {
                        return Err(self.error("range can only initialize variables"));
                    }
                }
                _ => {
                    self.back(next);
                    if spaced {
                        self.back(after);
                    }
                    self.back(variable);
                    return Ok((variables, false));
                }
            }
        }
    }

    fn declare(&mut self, token: &Token) -> Variable {
        let name: Arc<str> = self.text(token).into();
        self.variables.push(name.clone());
        Variable { name }
    }

    fn check(&self, commands: &[Command], context: &str) -> Result<(), Error> {
        if commands.is_empty() {
            return Err(self.error(format!("missing value for {context}")));
        }
        let fixed = commands.iter().skip(1).position(|command| {
            matches!(command.arguments[0], Expr::Bool(..) | Expr::Dot(_) | Expr::Nil(_) | Expr::Number(..) | Expr::String(..))
        });
        match fixed {
            Some(index) => Err(self.error(format!("non executable command in pipeline stage {}", index + 2))),
            None => Ok(()),
        }
    }
}

fn is_keyword(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Block
            | Kind::Break
            | Kind::Continue
            | Kind::Dot
            | Kind::Define
            | Kind::Else
            | Kind::End
            | Kind::If
            | Kind::Nil
            | Kind::Range
            | Kind::Template
            | Kind::With
    )
}
