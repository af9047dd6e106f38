//! RE2's syntax as Go reads it, rewritten for the regex crate: ASCII classes, literal braces, octal, `\Q…\E`.
//!
//! The two engines agree on most; this pass writes out what they do not agree on, and refuses in Go's words what Go
//! refuses. It is a scanner, not a parser: what it lets through the regex crate still judges.

/// The largest count of a repetition, Go's number.
const REPEAT_MAX: u32 = 1_000;

/// The expression for the regex crate, or Go's refusal.
pub(super) fn translate(pattern: &str) -> Result<String, String> {
    let mut scan = Scan { pattern, at: 0, out: String::with_capacity(pattern.len() + 16), open: 0, repeated: None };
    while scan.at < pattern.len() {
        scan.step().map_err(|(code, text)| format!("error parsing regexp: {code}: `{text}`"))?;
    }
    if scan.open > 0 {
        return Err(format!("error parsing regexp: missing closing ): `{pattern}`"));
    }
    Ok(scan.out)
}

type Refusal<'p> = (&'static str, &'p str);

struct Scan<'p> {
    pattern: &'p str,
    at: usize,
    out: String,
    open: usize,
    /// Where the operator before began, if the last thing was one.
    repeated: Option<usize>,
}

impl<'p> Scan<'p> {
    fn rest(&self) -> &'p str {
        &self.pattern[self.at..]
    }

    fn step(&mut self) -> Result<(), Refusal<'p>> {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else {
            return Ok(());
        };
        match c {
            '*' | '+' | '?' => return self.repetition(1),
            '{' => match repeat_length(rest) {
                Some((length, counts)) => {
                    if counts.0 > REPEAT_MAX || counts.1.is_some_and(|most| most > REPEAT_MAX || most < counts.0) {
                        return Err(("invalid repeat count", &rest[..length]));
                    }
                    return self.repetition(length);
                }
                None => {
                    self.out.push_str("\\{");
                    self.at += 1;
                }
            },
            '\\' => self.escape()?,
            '[' => self.class()?,
            '(' => self.group()?,
            ')' => {
                self.open = self.open.checked_sub(1).ok_or(("unexpected )", self.pattern))?;
                self.copy(1);
            }
            c => self.copy(c.len_utf8()),
        }
        self.repeated = None;
        Ok(())
    }

    fn copy(&mut self, length: usize) {
        self.out.push_str(&self.pattern[self.at..self.at + length]);
        self.at += length;
    }

    /// An operator of the given length, with the `?` that makes it lazy.
    fn repetition(&mut self, length: usize) -> Result<(), Refusal<'p>> {
        let rest = self.rest();
        if let Some(start) = self.repeated {
            return Err(("invalid nested repetition operator", &self.pattern[start..self.at + length]));
        }
        let nothing_before =
            self.out.is_empty() || self.out.ends_with(['|', '(']) && !self.out.ends_with("\\(") && !self.out.ends_with("\\|");
        if nothing_before || self.out.ends_with("(?:") || after_flags(&self.out) {
            return Err(("missing argument to repetition operator", &rest[..length]));
        }
        let lazy = usize::from(rest[length..].starts_with('?'));
        self.repeated = Some(self.at);
        self.copy(length + lazy);
        Ok(())
    }

    fn group(&mut self) -> Result<(), Refusal<'p>> {
        let rest = self.rest();
        self.open += 1;
        let Some(inner) = rest.strip_prefix("(?") else {
            self.copy(1);
            return Ok(());
        };
        let named = inner.strip_prefix("P<").or(inner.strip_prefix('<'));
        if let Some(name) = named.filter(|name| !name.starts_with(['=', '!'])) {
            let length = name.find('>').ok_or(("invalid named capture", rest))?;
            let valid = length > 0 && name[..length].chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
            let total = rest.len() - name.len() + length + 1;
            if !valid {
                return Err(("invalid named capture", &rest[..total]));
            }
            // Of several groups of one name Go expands the first that took part; here only the first keeps the name.
            let opening = format!("(?P<{}>", &name[..length]);
            self.out.push_str(if self.out.contains(&opening) { "(" } else { &opening });
            self.at += total;
            return Ok(());
        }
        let length = inner.find([':', ')']).map(|at| at + 3);
        let flags = length.map_or("", |length| &rest[2..length - 1]);
        let lone = flags.is_empty() || flags.ends_with('-') || flags.matches('-').count() > 1;
        let known = flags.chars().all(|c| "imsU-".contains(c));
        match length {
            Some(length) if known && (!lone || flags.is_empty() && rest[..length].ends_with(':')) => {
                if rest[..length].ends_with(')') {
                    self.open -= 1;
                }
                self.copy(length);
                Ok(())
            }
            None if known && inner.chars().all(|c| "imsU-".contains(c)) => Err(("missing argument to repetition operator", "?")),
            _ => {
                let bad = inner
                    .find(|c| !"imsU-".contains(c))
                    .map_or(rest.len(), |at| at + 2 + inner[at..].chars().next().map_or(0, char::len_utf8));
                Err(("invalid or unsupported Perl syntax", &rest[..bad]))
            }
        }
    }

    fn escape(&mut self) -> Result<(), Refusal<'p>> {
        let rest = self.rest();
        if let Some(quoted) = rest.strip_prefix("\\Q") {
            let length = quoted.find("\\E").unwrap_or(quoted.len());
            self.out.push_str(&regex::escape(&quoted[..length]));
            self.at += (length + 4).min(rest.len());
            return Ok(());
        }
        match rest[1..].chars().next() {
            Some('A' | 'z' | 'B' | 'b') => {
                let assertion = match &rest[..2] {
                    "\\b" => "(?-u:\\b)",
                    "\\B" => "(?-u:\\B)",
                    other => other,
                };
                self.out.push_str(assertion);
                self.at += 2;
                Ok(())
            }
            Some('C') => {
                self.out.push_str("(?s:.)");
                self.at += 2;
                Ok(())
            }
            _ => self.class_escape(false),
        }
    }

    /// An escape that means a character or a class, inside brackets or outside.
    fn class_escape(&mut self, inside: bool) -> Result<(), Refusal<'p>> {
        let rest = self.rest();
        let Some(c) = rest[1..].chars().next() else {
            return Err(("trailing backslash at end of expression", ""));
        };
        let perl = match c {
            'd' => "0-9",
            's' => "\\t\\n\\x0C\\r ",
            'w' => "0-9A-Za-z_",
            'D' | 'S' | 'W' => {
                let class = match c {
                    'D' => "[^0-9]",
                    'S' => "[^\\t\\n\\x0C\\r ]",
                    _ => "[^0-9A-Za-z_]",
                };
                self.out.push_str(class);
                self.at += 2;
                return Ok(());
            }
            'p' | 'P' => return self.unicode_class(),
            '0'..='7' => return self.octal(),
            'x' => return self.hexadecimal(),
            'a' | 'f' | 'n' | 'r' | 't' | 'v' => {
                self.copy(2);
                return Ok(());
            }
            c if c.is_ascii_punctuation() => {
                self.out.push_str(&escaped(c));
                self.at += 2;
                return Ok(());
            }
            c => return Err(("invalid escape sequence", &rest[..1 + c.len_utf8()])),
        };
        self.out.push_str(&if inside { perl.to_string() } else { format!("[{perl}]") });
        self.at += 2;
        Ok(())
    }

    fn unicode_class(&mut self) -> Result<(), Refusal<'p>> {
        let rest = self.rest();
        let length = match rest[2..].strip_prefix('{') {
            Some(name) => name.find('}').map(|end| end + 4),
            None => rest[2..].chars().next().map(|c| 2 + c.len_utf8()),
        };
        let length = length.ok_or(("invalid character class range", rest))?;
        let name = rest[2..length].trim_matches(['{', '}']);
        let negated = (rest[1..].starts_with('P')) != name.starts_with('^');
        let name = name.trim_start_matches('^');
        let class = format!("\\{}{{{name}}}", if negated { 'P' } else { 'p' });
        if name != "Any" && regex::Regex::new(&class).is_err() {
            return Err(("invalid character class range", &rest[..length]));
        }
        self.out.push_str(&class);
        self.at += length;
        Ok(())
    }

    fn octal(&mut self) -> Result<(), Refusal<'p>> {
        let rest = self.rest();
        let digits = rest[1..].bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
        if digits == 1 && !rest[1..].starts_with('0') {
            return Err(("invalid escape sequence", &rest[..2]));
        }
        let code = u32::from_str_radix(&rest[1..=digits], 8).unwrap_or(0);
        self.out.push_str(&format!("\\x{{{code:x}}}"));
        self.at += 1 + digits;
        Ok(())
    }

    fn hexadecimal(&mut self) -> Result<(), Refusal<'p>> {
        let rest = self.rest();
        let (digits, length) = match rest[2..].strip_prefix('{') {
            Some(inner) => {
                let end = inner.find('}').unwrap_or(0);
                (&inner[..end], end + 4)
            }
            None => (rest.get(2..4).unwrap_or(""), 4),
        };
        let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u32::from_str_radix(digits, 16).ok().filter(|_| valid).and_then(char::from_u32) {
            Some(c) => {
                self.out.push_str(&format!("\\x{{{:x}}}", u32::from(c)));
                self.at += length;
                Ok(())
            }
            None => {
                let shown = rest.char_indices().nth(4).map_or(rest.len(), |(at, _)| at);
                Err(("invalid escape sequence", &rest[..shown]))
            }
        }
    }

    fn class(&mut self) -> Result<(), Refusal<'p>> {
        let whole = self.rest();
        let negated = whole[1..].starts_with('^');
        let head = 1 + usize::from(negated);
        self.copy(head);
        let mut first = true;
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                return Err(("missing closing ]", whole));
            };
            match c {
                ']' if !first => {
                    self.copy(1);
                    return Ok(());
                }
                '[' if rest.starts_with("[:") && rest.contains(":]") => self.posix()?,
                '\\' => self.class_member()?,
                _ => self.class_member()?,
            }
            first = false;
        }
    }

    fn posix(&mut self) -> Result<(), Refusal<'p>> {
        let rest = self.rest();
        let length = rest.find(":]").unwrap_or(0) + 2;
        let name = rest[2..length - 2].trim_start_matches('^');
        const NAMES: [&str; 14] =
            ["alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word", "xdigit"];
        if !NAMES.contains(&name) {
            return Err(("invalid character class range", &rest[..length]));
        }
        self.copy(length);
        Ok(())
    }

    /// A character or escape within brackets, and the range it may begin.
    fn class_member(&mut self) -> Result<(), Refusal<'p>> {
        let start = self.at;
        let class = is_class_escape(self.rest());
        self.member()?;
        let rest = self.rest();
        let range = !class && rest.starts_with('-') && rest.len() > 1 && !rest[1..].starts_with(']');
        if !range {
            return Ok(());
        }
        self.out.push('-');
        self.at += 1;
        if is_class_escape(self.rest()) {
            return Err(("invalid escape sequence", &self.rest()[..2]));
        }
        self.member()?;
        let text = &self.pattern[start..self.at];
        match regex::Regex::new(&format!("[{}]", translated_members(text)?)) {
            Ok(_) => Ok(()),
            Err(_) => Err(("invalid character class range", text)),
        }
    }

    fn member(&mut self) -> Result<(), Refusal<'p>> {
        match self.rest().chars().next() {
            Some('\\') => self.class_escape(true),
            Some(c) => {
                if c.is_ascii_punctuation() {
                    self.out.push_str(&escaped(c));
                } else {
                    self.out.push(c);
                }
                self.at += c.len_utf8();
                Ok(())
            }
            None => Ok(()),
        }
    }
}

fn translated_members(text: &str) -> Result<String, Refusal<'_>> {
    let mut scan = Scan { pattern: text, at: 0, out: String::new(), open: 0, repeated: None };
    scan.member()?;
    scan.out.push('-');
    scan.at += 1;
    scan.member()?;
    Ok(scan.out)
}

fn is_class_escape(rest: &str) -> bool {
    rest.starts_with('\\') && rest[1..].starts_with(['d', 's', 'w', 'D', 'S', 'W', 'p', 'P'])
}

/// A punctuation character that stands for itself.
fn escaped(c: char) -> String {
    format!("\\x{{{:x}}}", u32::from(c))
}

/// Whether the output ends in a group of flags only, after which there is nothing to repeat at the beginning.
fn after_flags(out: &str) -> bool {
    out.starts_with("(?")
        && out.ends_with(')')
        && out.matches(')').count() == 1
        && !out.contains(':')
        && out[2..out.len() - 1].chars().all(|c| "imsU-".contains(c))
}

/// The length of `{n}`, `{n,}` or `{n,m}` and its counts.
fn repeat_length(rest: &str) -> Option<(usize, (u32, Option<u32>))> {
    let end = rest.find('}')?;
    let body = &rest[1..end];
    let number = |digits: &str| {
        let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        valid.then(|| digits.parse::<u32>().unwrap_or(u32::MAX))
    };
    let counts = match body.split_once(',') {
        None => (number(body)?, None),
        Some((least, "")) => (number(least)?, None),
        Some((least, most)) => (number(least)?, Some(number(most)?)),
    };
    Some((end + 1, counts))
}
