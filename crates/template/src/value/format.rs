//! Go's format language: `printf`, and the spacing rules of `print` and `println`.

use super::Value;
use super::print::{Flags, Printer};
use crate::error::Fault;
use crate::limits::Limits;

/// Widths, precisions and indexes past this count as malformed, as in Go.
const NUMBER_MAX: usize = 1_000_000;

/// `fmt.Sprintf`.
pub(crate) fn printf(format: &[u8], arguments: &[Value], limits: &Limits) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(format.len() + 16 * arguments.len());
    let mut printer = Printer::new(&mut out, limits);
    Scan { format, at: 0, arguments, next: 0, reordered: false, index_good: true }.run(&mut printer);
    printer.finish()?;
    Ok(out)
}

/// `fmt.Sprint`: spaces between operands when neither is a string.
pub(crate) fn print(arguments: &[Value], limits: &Limits) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let mut printer = Printer::new(&mut out, limits);
    let mut after_text = true;
    for value in arguments {
        let text = matches!(value, Value::String(_));
        if !text && !after_text {
            printer.push(" ");
        }
        printer.argument(value, 'v');
        after_text = text;
    }
    printer.finish()?;
    Ok(out)
}

/// `fmt.Sprintln`: spaces between all operands, and a line break.
pub(crate) fn println(arguments: &[Value], limits: &Limits) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let mut printer = Printer::new(&mut out, limits);
    for (index, value) in arguments.iter().enumerate() {
        if index > 0 {
            printer.push(" ");
        }
        printer.argument(value, 'v');
    }
    printer.push("\n");
    printer.finish()?;
    Ok(out)
}

/// A value as `%v` shows it.
pub(crate) fn display(value: &Value, limits: &Limits) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let mut printer = Printer::new(&mut out, limits);
    printer.argument(value, 'v');
    printer.finish()?;
    Ok(out)
}

struct Scan<'f> {
    format: &'f [u8],
    at: usize,
    arguments: &'f [Value],
    next: usize,
    reordered: bool,
    index_good: bool,
}

impl Scan<'_> {
    fn run(&mut self, printer: &mut Printer<'_>) {
        while self.at < self.format.len() {
            let rest = &self.format[self.at..];
            let length = rest.iter().position(|byte| *byte == b'%').unwrap_or(rest.len());
            printer.out.extend_from_slice(&rest[..length]);
            self.at += length;
            if self.at < self.format.len() {
                self.at += 1;
                self.verb(printer);
            }
        }
        self.extra(printer);
    }

    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn verb(&mut self, printer: &mut Printer<'_>) {
        self.index_good = true;
        printer.flags = self.flags();
        let mut after_index = self.index();
        after_index = self.width(printer, after_index);
        after_index = self.precision(printer, after_index);
        if !after_index {
            self.index();
        }
        let Some(verb) = self.take_verb() else {
            return printer.push("%!(NOVERB)");
        };
        let mut name = [0; 4];
        let name = verb.encode_utf8(&mut name);
        if verb == '%' {
            printer.push("%");
        } else if !self.index_good {
            printer.push(&format!("%!{name}(BADINDEX)"));
        } else if let Some(value) = self.arguments.get(self.next) {
            self.next += 1;
            if verb == 'v' {
                printer.flags.sharp_v = std::mem::take(&mut printer.flags.sharp);
                printer.flags.plus_v = std::mem::take(&mut printer.flags.plus);
            }
            printer.argument(value, verb);
        } else {
            printer.push(&format!("%!{name}(MISSING)"));
        }
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        loop {
            match self.peek() {
                Some(b'#') => flags.sharp = true,
                Some(b'0') => flags.zero = true,
                Some(b'+') => flags.plus = true,
                Some(b'-') => flags.minus = true,
                Some(b' ') => flags.space = true,
                _ => return flags,
            }
            self.at += 1;
        }
    }

    fn number(&mut self) -> Option<usize> {
        let start = self.at;
        let mut number = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            if number > NUMBER_MAX {
                self.at = self.format.len();
                return None;
            }
            number = number * 10 + usize::from(digit - b'0');
            self.at += 1;
        }
        (self.at > start).then_some(number)
    }

    /// An explicit argument index `[n]`.
    fn index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let Some(length) = self.format[self.at..].iter().position(|byte| *byte == b']') else {
            self.at += 1;
            self.index_good = false;
            return false;
        };
        let digits = &self.format[self.at + 1..self.at + length];
        self.at += length + 1;
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok());
        match number {
            Some(number @ 1..) if number <= self.arguments.len() => self.next = number - 1,
            _ => self.index_good = false,
        }
        number.is_some()
    }

    fn width(&mut self, printer: &mut Printer<'_>, after_index: bool) -> bool {
        if self.peek() == Some(b'*') {
            self.at += 1;
            match self.star() {
                Some(width) => {
                    printer.flags.width = Some(width.unsigned_abs() as usize);
                    if width < 0 {
                        printer.flags.minus = true;
                        printer.flags.zero = false;
                    }
                }
                None => printer.push("%!(BADWIDTH)"),
            }
            return false;
        }
        printer.flags.width = self.number();
        if after_index && printer.flags.width.is_some() {
            self.index_good = false;
        }
        after_index
    }

    fn precision(&mut self, printer: &mut Printer<'_>, after_index: bool) -> bool {
        if self.at + 1 >= self.format.len() || self.peek() != Some(b'.') {
            return after_index;
        }
        self.at += 1;
        if after_index {
            self.index_good = false;
        }
        let after_index = self.index();
        if self.peek() != Some(b'*') {
            printer.flags.precision = Some(self.number().unwrap_or(0));
            return after_index;
        }
        self.at += 1;
        printer.flags.precision = self.star().and_then(|number| usize::try_from(number).ok());
        if printer.flags.precision.is_none() {
            printer.push("%!(BADPREC)");
        }
        false
    }

    fn star(&mut self) -> Option<i64> {
        let value = self.arguments.get(self.next)?;
        self.next += 1;
        let number = match value {
            Value::Int(number, _) => *number,
            Value::Uint(number, _) => i64::try_from(*number).ok()?,
            _ => return None,
        };
        (number.unsigned_abs() <= NUMBER_MAX as u64).then_some(number)
    }

    fn take_verb(&mut self) -> Option<char> {
        let rest = &self.format[self.at..];
        let chunk = rest.utf8_chunks().next()?;
        match chunk.valid().chars().next() {
            Some(c) => {
                self.at += c.len_utf8();
                Some(c)
            }
            None => {
                self.at += 1;
                Some(char::REPLACEMENT_CHARACTER)
            }
        }
    }

    fn extra(&self, printer: &mut Printer<'_>) {
        if self.reordered || self.next >= self.arguments.len() {
            return;
        }
        printer.flags = Flags::default();
        printer.push("%!(EXTRA ");
        for (index, value) in self.arguments[self.next..].iter().enumerate() {
            if index > 0 {
                printer.push(", ");
            }
            match value {
                Value::Nil => printer.push("<nil>"),
                _ => {
                    printer.push(&value.type_name());
                    printer.push("=");
                    printer.argument(value, 'v');
                }
            }
        }
        printer.push(")");
    }
}
