//! The lexer: template text to tokens, with Go's delimiters `{{` and `}}`, trim markers and comments.

use crate::value::quote::is_print;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Error,
    Bool,
    Char,
    CharConstant,
    Comment,
    Complex,
    Assign,
    Declare,
    Eof,
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    String,
    Text,
    Variable,
    Block,
    Break,
    Continue,
    Dot,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

fn keyword(word: &str) -> Option<Kind> {
    Some(match word {
        "block" => Kind::Block,
        "break" => Kind::Break,
        "continue" => Kind::Continue,
        "define" => Kind::Define,
        "else" => Kind::Else,
        "end" => Kind::End,
        "if" => Kind::If,
        "range" => Kind::Range,
        "nil" => Kind::Nil,
        "template" => Kind::Template,
        "with" => Kind::With,
        "true" | "false" => Kind::Bool,
        _ => return None,
    })
}

/// A token: its place in the text. What an error token complains about is [`Lexer::complaint`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    start: usize,
    parens: usize,
    inside: bool,
    complaint: Option<String>,
}

const TRIM: [char; 4] = [' ', '\t', '\r', '\n'];

fn is_space(c: char) -> bool {
    TRIM.contains(&c)
}

fn is_word(c: char) -> bool {
    u8::try_from(c).is_ok_and(is_ascii_word) || !c.is_ascii() && (c.is_alphabetic() || c.is_numeric())
}

fn is_ascii_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, start: 0, parens: 0, inside: false, complaint: None }
    }

    pub(super) fn next(&mut self, comments: bool) -> Token {
        if self.complaint.is_some() {
            return Token { kind: Kind::Eof, start: self.start, end: self.start };
        }
        if self.inside { self.inside_action() } else { self.outside(comments) }
    }

    /// Why the text is no template, once an error token was given; nothing follows it.
    pub(super) fn complaint(&self) -> &str {
        self.complaint.as_deref().unwrap_or_default()
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The byte at an offset from here.
    fn byte(&self, offset: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + offset).copied()
    }

    /// Passes the bytes that are wanted; they are ASCII.
    fn pass(&mut self, wanted: impl Fn(u8) -> bool) {
        self.at += self.text.as_bytes()[self.at..].iter().take_while(|byte| wanted(**byte)).count();
    }

    fn peek(&self) -> Option<char> {
        match self.byte(0)? {
            byte if byte.is_ascii() => Some(char::from(byte)),
            _ => self.rest().chars().next(),
        }
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn emit(&mut self, kind: Kind) -> Token {
        let token = Token { kind, start: self.start, end: self.at };
        self.start = self.at;
        token
    }

    fn fail(&mut self, message: impl Into<String>) -> Token {
        self.complaint = Some(message.into());
        Token { kind: Kind::Error, start: self.start, end: self.at }
    }

    fn outside(&mut self, comments: bool) -> Token {
        loop {
            let rest = self.rest();
            let Some(length) = memchr::memmem::find(rest.as_bytes(), b"{{") else {
                self.at = self.text.len();
                let kind = if self.at > self.start { Kind::Text } else { Kind::Eof };
                return self.emit(kind);
            };
            if length > 0 {
                let text = &rest[..length];
                let trims = has_left_trim(&rest[length + 2..]);
                let kept = if trims { text.trim_end_matches(TRIM).len() } else { length };
                let token = Token { kind: Kind::Text, start: self.start, end: self.start + kept };
                self.at += length;
                self.start = self.at;
                if kept > 0 {
                    return token;
                }
            }
            let marker = if has_left_trim(&self.rest()[2..]) { 2 } else { 0 };
            if !self.rest()[2 + marker..].starts_with("/*") {
                return self.left_delim(marker);
            }
            self.at += 2 + marker;
            self.start = self.at;
            match self.comment() {
                Ok(token) if comments => return token,
                Ok(_) => {}
                Err(token) => return token,
            }
        }
    }

    fn left_delim(&mut self, marker: usize) -> Token {
        self.at += 2;
        let token = self.emit(Kind::LeftDelim);
        self.at += marker;
        self.start = self.at;
        self.inside = true;
        self.parens = 0;
        token
    }

    fn comment(&mut self) -> Result<Token, Token> {
        let Some(length) = self.rest()[2..].find("*/") else {
            return Err(self.fail("unclosed comment"));
        };
        self.at += length + 4;
        let Some(marker) = self.right_delim_here() else {
            return Err(self.fail("comment ends before closing delimiter"));
        };
        let token = self.emit(Kind::Comment);
        self.skip_right_delim(marker);
        Ok(token)
    }

    fn skip_right_delim(&mut self, marker: usize) {
        self.at += marker + 2;
        if marker > 0 {
            self.pass(is_space_byte);
        }
        self.start = self.at;
    }

    /// The length of the trim marker before a right delimiter that stands here.
    fn right_delim_here(&self) -> Option<usize> {
        let (marker, first) = match self.byte(0)? {
            b'}' => (0, b'}'),
            byte if is_space_byte(byte) && self.byte(1) == Some(b'-') => (2, self.byte(2)?),
            _ => return None,
        };
        (first == b'}' && self.byte(marker + 1) == Some(b'}')).then_some(marker)
    }

    fn inside_action(&mut self) -> Token {
        if let Some(marker) = self.right_delim_here() {
            if self.parens > 0 {
                return self.fail("unclosed left paren");
            }
            return self.right_delim(marker);
        }
        let Some(c) = self.bump() else {
            return self.fail("unclosed action");
        };
        match c {
            c if is_space(c) => self.space(),
            '=' => self.emit(Kind::Assign),
            ':' => match self.bump() {
                Some('=') => self.emit(Kind::Declare),
                _ => self.fail("expected :="),
            },
            '|' => self.emit(Kind::Pipe),
            '"' => self.quoted('"', Kind::String, "unterminated quoted string"),
            '`' => self.raw(),
            '$' => self.variable(),
            '\'' => self.quoted('\'', Kind::CharConstant, "unterminated character constant"),
            '.' if !self.peek().is_some_and(|c| c.is_ascii_digit()) && self.at < self.text.len() => self.field(Kind::Field, Kind::Dot),
            '.' | '+' | '-' | '0'..='9' => self.number(),
            c if is_word(c) => self.word(),
            '(' => {
                self.parens += 1;
                self.emit(Kind::LeftParen)
            }
            ')' => match self.parens.checked_sub(1) {
                Some(parens) => {
                    self.parens = parens;
                    self.emit(Kind::RightParen)
                }
                None => self.fail("unexpected right paren"),
            },
            ' '..='~' => self.emit(Kind::Char),
            c => self.fail(format!("unrecognized character in action: {}", code_name(c))),
        }
    }

    fn right_delim(&mut self, marker: usize) -> Token {
        let token = Token { kind: Kind::RightDelim, start: self.start + marker, end: self.start + marker + 2 };
        self.skip_right_delim(marker);
        self.inside = false;
        token
    }

    fn space(&mut self) -> Token {
        self.pass(is_space_byte);
        self.at -= 1;
        if self.right_delim_here().is_none() {
            self.at += 1;
        } else if self.at == self.start {
            return self.right_delim(2);
        }
        self.emit(Kind::Space)
    }

    fn pass_word(&mut self) {
        loop {
            self.pass(is_ascii_word);
            match self.peek() {
                Some(c) if !c.is_ascii() && is_word(c) => self.at += c.len_utf8(),
                _ => return,
            }
        }
    }

    fn word(&mut self) -> Token {
        self.pass_word();
        if !self.at_terminator() {
            return self.bad_character();
        }
        let kind = keyword(&self.text[self.start..self.at]).unwrap_or(Kind::Identifier);
        self.emit(kind)
    }

    fn bad_character(&mut self) -> Token {
        let c = self.peek().map_or_else(String::new, code_name);
        self.fail(format!("bad character {c}"))
    }

    fn variable(&mut self) -> Token {
        self.field(Kind::Variable, Kind::Variable)
    }

    fn field(&mut self, kind: Kind, bare: Kind) -> Token {
        if self.at_terminator() {
            return self.emit(bare);
        }
        self.pass_word();
        if self.at_terminator() { self.emit(kind) } else { self.bad_character() }
    }

    fn at_terminator(&self) -> bool {
        match self.byte(0) {
            None | Some(b'.' | b',' | b'|' | b':' | b')' | b'(') => true,
            Some(b'}') => self.byte(1) == Some(b'}'),
            Some(byte) => is_space_byte(byte),
        }
    }

    fn quoted(&mut self, quote: char, kind: Kind, unterminated: &str) -> Token {
        let stop = u8::try_from(quote).expect("quotes are ASCII");
        loop {
            let length = memchr::memchr3(stop, b'\\', b'\n', self.rest().as_bytes());
            self.at += length.unwrap_or(self.rest().len());
            match self.bump() {
                Some('\\') if !matches!(self.bump(), None | Some('\n')) => {}
                Some(c) if c == quote => return self.emit(kind),
                _ => return self.fail(unterminated),
            }
        }
    }

    fn raw(&mut self) -> Token {
        match self.rest().find('`') {
            Some(length) => {
                self.at += length + 1;
                self.emit(Kind::RawString)
            }
            None => self.fail("unterminated raw quoted string"),
        }
    }

    fn accept(&mut self, set: &str) -> bool {
        let found = self.peek().is_some_and(|c| set.contains(c));
        if found {
            self.at += 1;
        }
        found
    }

    fn accept_run(&mut self, set: &str) {
        while self.accept(set) {}
    }

    fn number(&mut self) -> Token {
        self.at = self.start;
        if !self.scan_number() {
            return self.bad_number();
        }
        if !matches!(self.peek(), Some('+' | '-')) {
            return self.emit(Kind::Number);
        }
        if self.scan_number() && self.text[..self.at].ends_with('i') {
            return self.emit(Kind::Complex);
        }
        self.bad_number()
    }

    fn bad_number(&mut self) -> Token {
        let text = crate::value::quote::quote(&self.text.as_bytes()[self.start..self.at], false);
        self.fail(format!("bad number syntax: {text}"))
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_run(digits);
        if self.accept(".") {
            self.accept_run(digits);
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if self.accept(exponent) {
            self.accept("+-");
            self.accept_run("0123456789_");
        }
        self.accept("i");
        let spoiled = self.peek().is_some_and(is_word);
        if spoiled {
            self.bump();
        }
        !spoiled
    }
}

fn has_left_trim(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next() == Some('-') && chars.next().is_some_and(is_space)
}

/// A character as Go's `%#U` shows it.
fn code_name(c: char) -> String {
    let code = u32::from(c);
    if is_print(c) { format!("U+{code:04X} '{c}'") } else { format!("U+{code:04X}") }
}
