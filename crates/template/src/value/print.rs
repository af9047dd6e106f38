//! Go's fmt for one value: every verb and flag, and what `{{ value }}` writes. The format language is in `format.rs`.

use std::rc::Rc;

use super::quote::{can_backquote, quote, quote_char};
use super::{Element, Int, List, Map, Struct, Text, Value, float};
use crate::error::Fault;
use crate::limits::{Limits, with_stack};

/// Flags, width and precision of one verb.
#[derive(Clone, Copy, Default)]
pub(crate) struct Flags {
    pub minus: bool,
    pub plus: bool,
    pub sharp: bool,
    pub space: bool,
    pub zero: bool,
    pub plus_v: bool,
    pub sharp_v: bool,
    pub width: Option<usize>,
    pub precision: Option<usize>,
}

/// Writes values into a buffer in Go's forms, up to a limit.
pub(crate) struct Printer<'o> {
    pub out: &'o mut Vec<u8>,
    pub flags: Flags,
    erroring: bool,
    end: usize,
    depth_max: usize,
    over: Option<&'static str>,
}

const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

impl<'o> Printer<'o> {
    pub(crate) fn new(out: &'o mut Vec<u8>, limits: &Limits) -> Self {
        let end = out.len() + limits.string_bytes;
        Self { out, flags: Flags::default(), erroring: false, end, depth_max: limits.value_depth, over: None }
    }

    /// Reports the limit that stopped the printing, if one did.
    pub(crate) fn finish(self) -> Result<(), Fault> {
        match self.over {
            Some(limit) => Err(Fault::limit(limit, "printing a value")),
            None => Ok(()),
        }
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        if self.out.len() + bytes.len() > self.end {
            self.over = Some("string_bytes");
        } else {
            self.out.extend_from_slice(bytes);
        }
    }

    /// Prints an argument of a format: what Go calls `printArg`.
    pub(crate) fn argument(&mut self, value: &Value, verb: char) {
        match (value, verb) {
            (Value::Nil, 'T' | 'v') => self.pad(b"<nil>"),
            (Value::Nil, _) => self.bad_verb(value, verb),
            (_, 'T') => self.string(value.type_name().as_bytes()),
            (_, 'p') => self.bad_verb(value, verb),
            _ => self.value(value, verb, 0),
        }
    }

    /// Prints the value of an action: a pointer as what it points to.
    pub(crate) fn pointee(&mut self, value: &Value) {
        match value {
            Value::Struct(fields) if fields.pointer && method_text(value).is_none() => self.fields(fields, 'v', 0),
            value => self.argument(value, 'v'),
        }
    }

    fn value(&mut self, value: &Value, verb: char, depth: usize) {
        if self.over.is_some() {
            return;
        }
        if depth > self.depth_max {
            self.over = Some("value_depth");
            return;
        }
        if let Some(text) = self.method_text(value, verb) {
            return self.text(text.as_bytes(), verb, value);
        }
        match value {
            Value::Nil if self.flags.sharp_v => self.push("interface {}(nil)"),
            Value::Nil => self.push("<nil>"),
            Value::Bool(flag) => self.boolean(*flag, verb, value),
            Value::Int(number, _) => self.integer(number.unsigned_abs(), *number < 0, true, verb, value),
            Value::Uint(number, _) => self.integer(*number, false, false, verb, value),
            Value::Float(number) => self.float(*number, verb, value),
            Value::Complex(real, imaginary) => self.complex(*real, *imaginary, verb, value),
            Value::String(text) => self.text(text.as_bytes(), verb, value),
            Value::Bytes(bytes) => self.byte_slice(bytes, verb, value),
            Value::List(list) => with_stack(|| self.list(list, verb, depth)),
            Value::Map(map) => with_stack(|| self.map(map, verb, depth)),
            Value::Struct(fields) => with_stack(|| self.structure(fields, verb, depth)),
            Value::Time(time) if self.flags.sharp_v => self.push(&time.go_syntax()),
            Value::Time(_) => self.bad_verb(value, verb),
        }
    }

    /// What a `String` method says, where the verb takes strings.
    fn method_text(&self, value: &Value, verb: char) -> Option<String> {
        if self.erroring || self.flags.sharp_v || !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return None;
        }
        method_text(value)
    }

    fn bad_verb(&mut self, value: &Value, verb: char) {
        self.erroring = true;
        self.push("%!");
        self.push(verb.encode_utf8(&mut [0; 4]));
        self.push("(");
        if matches!(value, Value::Nil) {
            self.push("<nil>");
        } else {
            self.push(&value.type_name());
            self.push("=");
            match value {
                Value::Time(time) => self.push(&time.to_string()),
                _ => self.argument(value, 'v'),
            }
        }
        self.push(")");
        self.erroring = false;
    }

    fn padding(&mut self, count: usize) {
        let fill = if self.flags.zero && !self.flags.minus { b"0" } else { b" " };
        (0..count).for_each(|_| self.push_bytes(fill));
    }

    fn pad(&mut self, bytes: &[u8]) {
        let width = match self.flags.width {
            None | Some(0) => return self.push_bytes(bytes),
            Some(width) => width,
        };
        let missing = width.saturating_sub(count_chars(bytes));
        if self.flags.minus {
            self.push_bytes(bytes);
            self.padding(missing);
        } else {
            self.padding(missing);
            self.push_bytes(bytes);
        }
    }

    fn pad_without_zeros(&mut self, bytes: &[u8]) {
        let zero = std::mem::replace(&mut self.flags.zero, false);
        self.pad(bytes);
        self.flags.zero = zero;
    }

    fn boolean(&mut self, flag: bool, verb: char, value: &Value) {
        match verb {
            't' | 'v' => self.pad(if flag { b"true" } else { b"false" }),
            _ => self.bad_verb(value, verb),
        }
    }

    fn string(&mut self, bytes: &[u8]) {
        self.pad(self.truncated(bytes));
    }

    fn truncated<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        match self.flags.precision {
            Some(count) => &bytes[..char_offset(bytes, count)],
            None => bytes,
        }
    }

    fn text(&mut self, bytes: &[u8], verb: char, value: &Value) {
        match verb {
            'v' if self.flags.sharp_v => self.quoted(bytes),
            'v' | 's' => self.string(bytes),
            'x' => self.hex(bytes, LOWER),
            'X' => self.hex(bytes, UPPER),
            'q' => self.quoted(bytes),
            _ => self.bad_verb(value, verb),
        }
    }

    fn quoted(&mut self, bytes: &[u8]) {
        let bytes = self.truncated(bytes);
        if let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| self.flags.sharp && can_backquote(text)) {
            return self.pad(format!("`{text}`").as_bytes());
        }
        self.pad(quote(bytes, self.flags.plus).as_bytes());
    }

    fn hex(&mut self, bytes: &[u8], digits: &[u8; 16]) {
        let bytes = &bytes[..self.flags.precision.unwrap_or(usize::MAX).min(bytes.len())];
        let prefix: &[u8] = if digits == LOWER { b"0x" } else { b"0X" };
        let mut text = Vec::with_capacity(bytes.len() * 2 + 2);
        for (index, byte) in bytes.iter().enumerate() {
            if self.flags.space && index > 0 {
                text.push(b' ');
            }
            if self.flags.sharp && (self.flags.space || index == 0) {
                text.extend_from_slice(prefix);
            }
            text.extend([digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]);
        }
        self.pad(&text);
    }

    fn byte_slice(&mut self, bytes: &Text, verb: char, value: &Value) {
        match verb {
            's' | 'x' | 'X' | 'q' => self.text(bytes.as_bytes(), verb, value),
            _ => {
                let sharp = self.flags.sharp_v;
                self.push(if sharp { "[]byte{" } else { "[" });
                for (index, byte) in bytes.as_bytes().iter().enumerate() {
                    self.separate(index);
                    self.value(&Value::Uint(u64::from(*byte), super::Uint::Uint8), verb, 1);
                }
                self.push(if sharp { "}" } else { "]" });
            }
        }
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.push(if self.flags.sharp_v { ", " } else { " " });
        }
    }

    /// Opens a collection in Go syntax; says whether there is anything more to print.
    fn open(&mut self, value: &Value, nil: bool, plain: &str) -> bool {
        if !self.flags.sharp_v {
            self.push(plain);
            return true;
        }
        self.push(&value.type_name());
        self.push(if nil { "(nil)" } else { "{" });
        !nil
    }

    fn list(&mut self, list: &Rc<List>, verb: char, depth: usize) {
        if !self.open(&Value::List(list.clone()), list.is_nil(), "[") {
            return;
        }
        for (index, item) in list.items().iter().enumerate() {
            self.separate(index);
            self.element(item, list.element(), verb, depth);
        }
        self.push(if self.flags.sharp_v { "}" } else { "]" });
    }

    fn map(&mut self, map: &Rc<Map>, verb: char, depth: usize) {
        if !self.open(&Value::Map(map.clone()), map.is_nil(), "map[") {
            return;
        }
        for (index, (key, item)) in map.entries().iter().enumerate() {
            self.separate(index);
            self.value(&Value::String(key.clone()), verb, depth + 1);
            self.push(":");
            self.element(item, map.element(), verb, depth);
        }
        self.push(if self.flags.sharp_v { "}" } else { "]" });
    }

    fn element(&mut self, item: &Value, element: Element, verb: char, depth: usize) {
        // An element of interface type is one level further down, and a nil one prints the same under every verb.
        let deeper = if element == Element::Any { 2 } else { 1 };
        self.value(item, verb, depth + deeper);
    }

    fn structure(&mut self, fields: &Rc<Struct>, verb: char, depth: usize) {
        if fields.pointer {
            self.push(if depth == 0 { "&" } else { "0x" });
            if depth > 0 {
                return;
            }
        }
        self.fields(fields, verb, depth);
    }

    fn fields(&mut self, fields: &Struct, verb: char, depth: usize) {
        if self.flags.sharp_v {
            self.push(fields.name);
        }
        self.push("{");
        for (index, (name, field)) in fields.fields.iter().enumerate() {
            self.separate(index);
            if self.flags.plus_v || self.flags.sharp_v {
                self.push(name);
                self.push(":");
            }
            self.value(field, verb, depth + 1);
        }
        self.push("}");
    }

    fn integer(&mut self, magnitude: u64, negative: bool, signed: bool, verb: char, value: &Value) {
        match verb {
            'v' if self.flags.sharp_v && !signed => {
                let sharp = std::mem::replace(&mut self.flags.sharp, true);
                self.digits(magnitude, 16, negative, 'v', LOWER);
                self.flags.sharp = sharp;
            }
            'v' | 'd' => self.digits(magnitude, 10, negative, verb, LOWER),
            'b' => self.digits(magnitude, 2, negative, verb, LOWER),
            'o' | 'O' => self.digits(magnitude, 8, negative, verb, LOWER),
            'x' => self.digits(magnitude, 16, negative, verb, LOWER),
            'X' => self.digits(magnitude, 16, negative, verb, UPPER),
            'c' => self.pad(code_point(magnitude, negative).encode_utf8(&mut [0; 4]).as_bytes()),
            'q' => self.pad(quote_char(code_point(magnitude, negative), self.flags.plus).as_bytes()),
            'U' => self.unicode(if negative { magnitude.wrapping_neg() } else { magnitude }),
            _ => self.bad_verb(value, verb),
        }
    }

    fn digits(&mut self, magnitude: u64, base: u64, negative: bool, verb: char, digits: &[u8; 16]) {
        let flags = self.flags;
        let signed = negative || flags.plus || flags.space;
        let mut wanted = flags.precision.unwrap_or(0);
        if flags.precision == Some(0) && magnitude == 0 {
            return self.pad_without_zeros(b"");
        }
        if let (None, Some(width), true) = (flags.precision, flags.width, flags.zero && !flags.minus) {
            wanted = width.saturating_sub(usize::from(signed));
        }
        let mut text = Vec::new();
        let mut rest = magnitude;
        while rest > 0 || text.is_empty() {
            text.push(digits[(rest % base) as usize]);
            rest /= base;
        }
        text.resize(text.len().max(wanted), b'0');
        if flags.sharp {
            push_prefix(&mut text, base, digits);
        }
        if verb == 'O' {
            text.extend(b"o0");
        }
        if signed {
            text.push(if negative {
                b'-'
            } else if flags.plus {
                b'+'
            } else {
                b' '
            });
        }
        text.reverse();
        self.pad_without_zeros(&text);
    }

    fn unicode(&mut self, code: u64) {
        let digits = self.flags.precision.unwrap_or(0).max(4);
        let mut text = format!("U+{code:0digits$X}");
        if let Some(c) = u32::try_from(code).ok().and_then(char::from_u32).filter(|_| self.flags.sharp)
            && super::quote::is_print(c)
        {
            text.push_str(&format!(" '{c}'"));
        }
        self.pad_without_zeros(text.as_bytes());
    }

    fn float(&mut self, number: f64, verb: char, value: &Value) {
        match verb {
            'v' => self.decimal(number, 'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => self.decimal(number, verb, None),
            'f' | 'e' | 'E' => self.decimal(number, verb, Some(6)),
            'F' => self.decimal(number, 'f', Some(6)),
            _ => self.bad_verb(value, verb),
        }
    }

    fn complex(&mut self, real: f64, imaginary: f64, verb: char, value: &Value) {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return self.bad_verb(value, verb);
        }
        self.push("(");
        self.float(real, verb, value);
        let plus = std::mem::replace(&mut self.flags.plus, true);
        self.float(imaginary, verb, value);
        self.flags.plus = plus;
        self.push("i)");
    }

    fn decimal(&mut self, number: f64, verb: char, precision: Option<usize>) {
        let precision = self.flags.precision.or(precision);
        let text = float::format(number, verb as u8, precision);
        let (mut sign, mut body) = match text.strip_prefix(['-', '+']) {
            Some(body) => (text.as_bytes()[0], body.to_string()),
            None => (b'+', text),
        };
        if self.flags.space && sign == b'+' && !self.flags.plus {
            sign = b' ';
        }
        let number_like = !body.starts_with(['I', 'N']);
        if !number_like {
            let bare = sign == b'+' && !self.flags.plus;
            let hide = bare || body == "NaN" && !self.flags.space && !self.flags.plus;
            return self.pad_without_zeros(&signed(sign, &body, !hide));
        }
        if self.flags.sharp && verb != 'b' {
            body = float::with_point(&body, verb, precision);
        }
        if !self.flags.plus && sign == b'+' {
            return self.pad(body.as_bytes());
        }
        match self.flags.width {
            Some(width) if self.flags.zero && !self.flags.minus && width > body.len() + 1 => {
                self.push_bytes(&[sign]);
                self.padding(width - body.len() - 1);
                self.push(&body);
            }
            _ => self.pad(&signed(sign, &body, true)),
        }
    }
}

fn signed(sign: u8, body: &str, show: bool) -> Vec<u8> {
    let mut text = if show { vec![sign] } else { Vec::new() };
    text.extend_from_slice(body.as_bytes());
    text
}

fn push_prefix(reversed: &mut Vec<u8>, base: u64, digits: &[u8; 16]) {
    match base {
        2 => reversed.extend(b"b0"),
        8 if reversed.last() != Some(&b'0') => reversed.push(b'0'),
        16 => reversed.extend([if digits == LOWER { b'x' } else { b'X' }, b'0']),
        _ => {}
    }
}

fn code_point(magnitude: u64, negative: bool) -> char {
    let code = if negative { None } else { u32::try_from(magnitude).ok() };
    code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Characters as Go counts them: each invalid byte is one.
pub(crate) fn count_chars(bytes: &[u8]) -> usize {
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

fn char_offset(bytes: &[u8], count: usize) -> usize {
    let mut offset = 0;
    let mut left = count;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if left == 0 {
                return offset;
            }
            left -= 1;
            offset += c.len_utf8();
        }
        for _ in chunk.invalid() {
            if left == 0 {
                return offset;
            }
            left -= 1;
            offset += 1;
        }
    }
    offset
}

/// What the `String` or `Error` method of a value says, where it has one.
pub(crate) fn method_text(value: &Value) -> Option<String> {
    match value {
        Value::Int(number, Int::Duration) => Some(super::Duration(*number).to_string()),
        Value::Int(number, Int::Month) => Some(super::time::month_name(*number).into()),
        Value::Int(number, Int::Weekday) => Some(super::time::weekday_name(*number).into()),
        Value::Time(time) => Some(time.to_string()),
        Value::Struct(fields) => fields.methods.as_ref()?.text(value),
        Value::Map(map) => map.name()?.methods.as_ref()?.text(value),
        Value::List(list) => list.name()?.methods.as_ref()?.text(value),
        _ => None,
    }
}
