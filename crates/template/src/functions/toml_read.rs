//! TOML documents to maps. Integers become `int64`, floats `float64`, dates times; messages are close to Go's.

use std::rc::Rc;

use super::toml_write::quoted;
use crate::value::{Map, Time, Value, Zone};

/// Arrays and inline tables inside each other.
const DEPTH_MAX: usize = 200;

/// The map of a document, or what is wrong and where.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let root = Rc::new(Map::default());
    let mut reader = Reader { text, at: 0, depth: 0, last_key: String::new(), table: root.clone(), closed: Vec::new() };
    reader.document(&root)?;
    Ok(Value::Map(root))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    last_key: String,
    table: Rc<Map>,
    /// Tables that have had their header, and inline tables: neither may be opened again.
    closed: Vec<Rc<Map>>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn error(&self, message: impl std::fmt::Display) -> String {
        let line = self.text[..self.at.min(self.text.len())].matches('\n').count() + 1;
        if self.last_key.is_empty() {
            return format!("toml: line {line}: {message}");
        }
        format!("toml: line {line} (last key {}): {message}", quoted(&self.last_key))
    }

    fn found(&self) -> String {
        match self.peek() {
            None => "EOF".into(),
            Some('\n') => "'\\n'".into(),
            Some(c) => format!("'{c}'"),
        }
    }

    fn skip(&mut self, set: &[char]) {
        self.at += self.rest().len() - self.rest().trim_start_matches(set).len();
    }

    fn blank(&mut self) {
        self.skip(&[' ', '\t']);
    }

    fn comment(&mut self) {
        if self.peek() == Some('#') {
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    fn blank_lines(&mut self) {
        loop {
            let start = self.at;
            self.skip(&[' ', '\t', '\r', '\n']);
            self.comment();
            if self.at == start {
                return;
            }
        }
    }

    fn take(&mut self, part: &str) -> bool {
        let found = self.rest().starts_with(part);
        if found {
            self.at += part.len();
        }
        found
    }

    fn document(&mut self, root: &Rc<Map>) -> Result<(), String> {
        loop {
            self.blank_lines();
            match self.peek() {
                None => return Ok(()),
                Some('[') => self.header(root)?,
                Some(_) => {
                    let table = self.table.clone();
                    self.entry(&table)?;
                }
            }
            self.blank();
            self.comment();
            self.take("\r");
            if self.peek().is_some() && !self.take("\n") {
                let found = self.found();
                return Err(
                    self.error(format!("expected a top-level item to end with a newline, comment, or EOF, but got {found} instead"))
                );
            }
        }
    }

    fn header(&mut self, root: &Rc<Map>) -> Result<(), String> {
        let listed = self.rest().starts_with("[[");
        self.at += 1 + usize::from(listed);
        let path = self.path()?;
        if !self.take(if listed { "]]" } else { "]" }) {
            let found = if self.peek().is_none() { "'\\x00'".into() } else { self.found() };
            return Err(self.error(format!("expected '.' or ']' to end table name, but got {found} instead")));
        }
        let full = path.join(".");
        let Some((last, path)) = path.split_last() else {
            return Err(self.error("unexpected end of table name (table names cannot be empty)"));
        };
        self.last_key.clear();
        let parent = self.descend(root, path)?;
        self.table = if listed { self.next_of(&parent, last, &full)? } else { self.open(&parent, last, &full)? };
        self.last_key = full;
        Ok(())
    }

    fn defined(&self, name: &str) -> String {
        self.error(format!("Key '{name}' has already been defined."))
    }

    fn open(&mut self, parent: &Rc<Map>, name: &str, full: &str) -> Result<Rc<Map>, String> {
        let table = match parent.get(name) {
            None => {
                let table = Rc::new(Map::default());
                parent.set(name, Value::Map(table.clone()));
                table
            }
            Some(Value::Map(table)) if !self.closed.iter().any(|closed| Rc::ptr_eq(closed, &table)) => table,
            Some(_) => return Err(self.defined(full)),
        };
        self.closed.push(table.clone());
        Ok(table)
    }

    fn next_of(&mut self, parent: &Rc<Map>, name: &str, full: &str) -> Result<Rc<Map>, String> {
        let table = Rc::new(Map::default());
        let item = Value::Map(table.clone());
        match parent.get(name) {
            None => parent.set(name, Value::list(vec![item])),
            Some(Value::List(list)) if list.items().iter().all(|item| matches!(item, Value::Map(_))) => {
                list.items_mut().push(item);
            }
            Some(_) => return Err(self.defined(full)),
        }
        Ok(table)
    }

    /// The table at a path, made where it is missing; the last of a list of tables stands for the list.
    fn descend(&self, from: &Rc<Map>, path: &[String]) -> Result<Rc<Map>, String> {
        path.iter().try_fold(from.clone(), |map, name| match map.get(name) {
            None => {
                let next = Rc::new(Map::default());
                map.set(name.as_str(), Value::Map(next.clone()));
                Ok(next)
            }
            Some(Value::Map(next)) => Ok(next),
            Some(Value::List(list)) => match list.items().last() {
                Some(Value::Map(next)) => Ok(next.clone()),
                _ => Err(self.defined(name)),
            },
            Some(_) => Err(self.defined(name)),
        })
    }

    fn path(&mut self) -> Result<Vec<String>, String> {
        let mut path = Vec::new();
        loop {
            self.blank();
            path.push(self.key()?);
            self.blank();
            if !self.take(".") {
                return Ok(path);
            }
        }
    }

    fn key(&mut self) -> Result<String, String> {
        match self.peek() {
            Some('"') => self.basic(),
            Some('\'') => self.literal(),
            _ => {
                let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                let length = self.rest().find(|c| !bare(c)).unwrap_or(self.rest().len());
                if length == 0 && self.peek() == Some('=') {
                    return Err(self.error("unexpected '=': key name appears blank"));
                }
                if length == 0 {
                    let found = self.found();
                    return Err(self.error(format!("bare keys cannot contain {found}")));
                }
                let key = self.rest()[..length].to_string();
                self.at += length;
                Ok(key)
            }
        }
    }

    fn entry(&mut self, table: &Rc<Map>) -> Result<(), String> {
        let path = self.path()?;
        if !self.take("=") {
            return Err(self.error(match self.peek() {
                None => "unexpected EOF; expected key separator '='".into(),
                Some(_) => format!("expected '.' or '=', but got {} instead", self.found()),
            }));
        }
        self.last_key = path.join(".");
        self.blank();
        let value = self.value()?;
        let Some((last, path)) = path.split_last() else {
            return Ok(());
        };
        let table = self.descend(table, path)?;
        if table.get(last).is_some() {
            return Err(self.defined(last));
        }
        table.set(last.as_str(), value);
        Ok(())
    }

    fn value(&mut self) -> Result<Value, String> {
        match self.peek() {
            Some('"') if self.rest().starts_with("\"\"\"") => self.long("\"\"\"").map(Value::text),
            Some('\'') if self.rest().starts_with("'''") => self.long("'''").map(Value::text),
            Some('"') => self.basic().map(Value::text),
            Some('\'') => self.literal().map(Value::text),
            Some('[') => self.nested(Self::array),
            Some('{') => self.nested(Self::inline),
            Some(c) if c.is_ascii_alphanumeric() || matches!(c, '+' | '-') => self.word(),
            None => Err(self.error("unexpected EOF; expected value")),
            _ => {
                let found = self.found();
                Err(self.error(format!("expected value but found {found} instead")))
            }
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        if self.depth == DEPTH_MAX {
            return Err(self.error("arrays and inline tables are nested too deeply"));
        }
        self.depth += 1;
        self.at += 1;
        let value = crate::limits::with_stack(|| read(self));
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        loop {
            self.blank_lines();
            if self.take("]") {
                return Ok(Value::list(items));
            }
            items.push(self.value()?);
            self.blank_lines();
            if !self.take(",") && self.peek() != Some(']') {
                let found = self.found();
                return Err(self.error(format!("expected a comma (',') or array terminator (']'), but got {found}")));
            }
        }
    }

    fn inline(&mut self) -> Result<Value, String> {
        let table = Rc::new(Map::default());
        self.blank();
        if self.take("}") {
            return Ok(Value::Map(table));
        }
        loop {
            self.blank();
            self.entry(&table)?;
            self.blank();
            if self.take("}") {
                self.closed.push(table.clone());
                return Ok(Value::Map(table));
            }
            if !self.take(",") {
                let found = self.found();
                return Err(self.error(format!("expected a comma or an inline table terminator '}}', but got {found} instead")));
            }
        }
    }

    fn literal(&mut self) -> Result<String, String> {
        let inner = &self.rest()[1..];
        let length = inner.find(['\'', '\n']).filter(|at| inner[*at..].starts_with('\''));
        let length = length.ok_or_else(|| self.error("strings cannot contain newlines"))?;
        self.at += length + 2;
        Ok(inner[..length].to_string())
    }

    fn basic(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some('\\') => self.escape(&mut out)?,
                None => return Err(self.error("unexpected EOF; expected '\"'")),
                Some('\n') => return Err(self.error("strings cannot contain newlines")),
                Some(c) => {
                    out.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), String> {
        let kind = self.rest()[1..].chars().next();
        let simple = match kind {
            Some('b') => '\x08',
            Some('t') => '\t',
            Some('n') => '\n',
            Some('f') => '\x0c',
            Some('r') => '\r',
            Some('e') => '\x1b',
            Some('"') => '"',
            Some('\\') => '\\',
            Some('u') => return self.code(4, out),
            Some('U') => return self.code(8, out),
            Some('x') => return self.code(2, out),
            other => {
                let shown = other.map_or_else(String::new, |c| c.to_string());
                return Err(self.error(format!("invalid escape character '{shown}'; only the following escape characters are allowed: \\b, \\t, \\n, \\f, \\r, \\\", \\\\, \\uXXXX, and \\UXXXXXXXX")));
            }
        };
        self.at += 2;
        out.push(simple);
        Ok(())
    }

    fn code(&mut self, digits: usize, out: &mut String) -> Result<(), String> {
        let text = self.rest().get(2..2 + digits).unwrap_or("");
        let c = u32::from_str_radix(text, 16).ok().and_then(char::from_u32);
        out.push(c.ok_or_else(|| self.error("invalid Unicode escape"))?);
        self.at += 2 + digits;
        Ok(())
    }

    /// A string over several lines; a line break right after the quotes does not belong to it.
    fn long(&mut self, quotes: &str) -> Result<String, String> {
        self.at += 3;
        self.take("\r");
        self.take("\n");
        let mut out = String::new();
        loop {
            if self.rest().starts_with(quotes) {
                let extra = self.rest()[3..].chars().take(2).take_while(|c| quotes.starts_with(*c)).count();
                out.push_str(&quotes[..extra]);
                self.at += 3 + extra;
                return Ok(out);
            }
            let spliced = self.rest().strip_prefix('\\').map(|tail| tail.trim_start_matches([' ', '\t', '\r']));
            match self.peek() {
                None => return Err(self.error(format!("unexpected EOF; expected '{quotes}'"))),
                Some('\\') if quotes == "\"\"\"" && spliced.is_some_and(|tail| tail.starts_with('\n')) => {
                    self.at += 1;
                    self.skip(&[' ', '\t', '\r', '\n']);
                }
                Some('\\') if quotes == "\"\"\"" => self.escape(&mut out)?,
                Some(c) => {
                    out.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    fn word(&mut self) -> Result<Value, String> {
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_' | '.' | ':');
        let mut length = self.rest().find(|c| !part(c)).unwrap_or(self.rest().len());
        let tail = &self.rest()[length..];
        let dated = length == 10 && self.rest().as_bytes()[4] == b'-';
        if dated && tail.starts_with(' ') && tail[1..].starts_with(|c: char| c.is_ascii_digit()) {
            length += 1 + tail[1..].find(|c| !part(c)).unwrap_or(tail.len() - 1);
        }
        let word = &self.rest()[..length];
        let value = scalar(word).ok_or_else(|| {
            let leads_with_zero = word.len() > 1 && word.starts_with('0') && word.bytes().all(|byte| byte.is_ascii_digit());
            let found = quoted(word);
            self.error(match leads_with_zero {
                true => format!("Invalid integer {found}: cannot have leading zeroes"),
                false => format!("expected value but found {found} instead"),
            })
        })?;
        self.at += length;
        Ok(value)
    }
}

fn scalar(word: &str) -> Option<Value> {
    match word {
        "true" => return Some(Value::Bool(true)),
        "false" => return Some(Value::Bool(false)),
        "inf" | "+inf" => return Some(Value::Float(f64::INFINITY)),
        "-inf" => return Some(Value::Float(f64::NEG_INFINITY)),
        "nan" | "+nan" | "-nan" => return Some(Value::Float(f64::NAN)),
        _ => {}
    }
    if word.len() >= 8 && (word.as_bytes()[4] == b'-' && word.as_bytes()[0].is_ascii_digit() || word.as_bytes()[2] == b':') {
        return date(word);
    }
    let digits = word.strip_prefix(['+', '-']).unwrap_or(word);
    let prefixed = ["0x", "0o", "0b"].iter().any(|prefix| digits.starts_with(prefix));
    if !prefixed && digits.len() > 1 && digits.starts_with('0') && !digits[1..].starts_with(['.', 'e', 'E']) {
        return None;
    }
    if prefixed || !word.contains(['.', 'e', 'E']) {
        return crate::parse::Number::int_of(word).map(Value::int64);
    }
    crate::parse::Number::float_of(word).map(Value::Float)
}

const LAYOUTS: [&str; 6] = [
    "2006-01-02T15:04:05.999999999Z07:00",
    "2006-01-02T15:04:05.999999999",
    "2006-01-02 15:04:05.999999999Z07:00",
    "2006-01-02 15:04:05.999999999",
    "2006-01-02",
    "15:04:05.999999999",
];

fn date(word: &str) -> Option<Value> {
    let upper = word.replace('t', "T").replace('z', "Z");
    LAYOUTS.iter().find_map(|layout| Time::parse(layout, &upper, Zone::utc()).ok()).map(|time| Value::Time(Rc::new(time)))
}
