//! Values as JSON text in the forms of Go's encoding/json.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::print::method_text;
use super::{Value, float};
use crate::error::Fault;
use crate::limits::{Limits, with_stack};

/// How the text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One line, with HTML's characters escaped.
    Compact,
    /// Two spaces a level, with HTML's characters escaped.
    Pretty,
    /// One line, with HTML's characters as they are.
    Raw,
}

/// The value as JSON, or why it has none.
pub(crate) fn write(value: &Value, layout: Layout, limits: &Limits) -> Result<String, Fault> {
    let mut writer = Writer { out: String::new(), layout, limits };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct Writer<'l> {
    out: String,
    layout: Layout,
    limits: &'l Limits,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Fault> {
        if depth > self.limits.value_depth {
            return Err(Fault::limit("value_depth", "writing JSON"));
        }
        if self.out.len() > self.limits.string_bytes {
            return Err(Fault::limit("string_bytes", "writing JSON"));
        }
        match value {
            Value::Nil => self.out.push_str("null"),
            Value::Bool(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Value::Int(number, _) => self.out.push_str(&number.to_string()),
            Value::Uint(number, _) => self.out.push_str(&number.to_string()),
            Value::Float(number) => self.float(*number)?,
            Value::Complex(..) => return Err("json: unsupported type: complex128".into()),
            Value::String(text) => self.string(&text.lossy()),
            Value::Bytes(bytes) => self.string(&STANDARD.encode(bytes.as_bytes())),
            Value::List(list) if list.is_nil() => self.out.push_str("null"),
            Value::Map(map) if map.is_nil() => self.out.push_str("null"),
            Value::List(list) => {
                let items = list.items();
                with_stack(|| self.block('[', ']', items.iter(), depth, |writer, item| writer.value(item, depth + 1)))?;
            }
            Value::Map(map) => {
                let entries = map.entries();
                with_stack(|| self.block('{', '}', entries.iter(), depth, |writer, (key, item)| writer.entry(&key.lossy(), item, depth)))?;
            }
            Value::Struct(fields) if fields.encoded(value).is_some() => {
                self.value(&fields.encoded(value).unwrap_or_default(), depth)?;
            }
            Value::Struct(fields) if fields.fields.is_empty() => {
                let text = method_text(value).unwrap_or_default();
                self.string(&text);
            }
            Value::Struct(fields) => {
                with_stack(|| self.block('{', '}', fields.fields.iter(), depth, |writer, (name, item)| writer.entry(name, item, depth)))?;
            }
            Value::Time(time) => self.string(&time.format("2006-01-02T15:04:05.999999999Z07:00")),
        }
        Ok(())
    }

    fn entry(&mut self, key: &str, item: &Value, depth: usize) -> Result<(), Fault> {
        self.string(key);
        self.out.push(':');
        if self.layout == Layout::Pretty {
            self.out.push(' ');
        }
        self.value(item, depth + 1)
    }

    fn block<T>(
        &mut self,
        open: char,
        close: char,
        items: impl Iterator<Item = T>,
        depth: usize,
        mut each: impl FnMut(&mut Self, T) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.out.push(open);
        let mut any = false;
        for item in items {
            if any {
                self.out.push(',');
            }
            any = true;
            self.line(depth + 1);
            each(self, item)?;
        }
        if any {
            self.line(depth);
        }
        self.out.push(close);
        Ok(())
    }

    fn line(&mut self, depth: usize) {
        if self.layout == Layout::Pretty {
            self.out.push('\n');
            (0..depth).for_each(|_| self.out.push_str("  "));
        }
    }

    fn float(&mut self, number: f64) -> Result<(), Fault> {
        if !number.is_finite() {
            return Err(format!("json: unsupported value: {}", float::shortest(number)).into());
        }
        let size = number.abs();
        if size != 0.0 && !(1e-6..1e21).contains(&size) {
            let text = float::format(number, b'e', None);
            self.out.push_str(&text.replace("e-0", "e-"));
        } else {
            self.out.push_str(&float::format(number, b'f', None));
        }
        Ok(())
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\x08' => self.out.push_str("\\b"),
                '\x0c' => self.out.push_str("\\f"),
                '<' | '>' | '&' if self.layout != Layout::Raw => self.code(c),
                '\0'..' ' | '\u{2028}' | '\u{2029}' => self.code(c),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn code(&mut self, c: char) {
        self.out.push_str(&format!("\\u{:04x}", u32::from(c)));
    }
}
