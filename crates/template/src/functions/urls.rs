//! URLs taken apart and put together, with Go's rules for escaping.

use std::rc::Rc;

use super::table;
use crate::error::Fault;
use crate::value::quote::quote;
use crate::value::{Map, Text, Value};

table! {
    "urlParse" 1 url_parse, "A URL as a map of scheme, host, hostname, path, query, opaque, fragment and userinfo.";
    "urlJoin" 1 url_join, "The URL of such a map.";
}

/// Where in a URL a text stands: what must be escaped there.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Path,
    User,
    Fragment,
    Host,
}

fn stays(byte: u8, place: Place) -> bool {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => true,
        b'!' | b'\'' | b'(' | b')' | b'*' => matches!(place, Place::Fragment | Place::Host) && byte != b'\'' || place == Place::Host,
        b'$' | b'&' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' => match place {
            Place::Path => byte != b'?',
            Place::User => !matches!(byte, b'@' | b'/' | b'?' | b':'),
            Place::Fragment => true,
            Place::Host => !matches!(byte, b'/' | b'?' | b'@'),
        },
        b'[' | b']' | b'<' | b'>' | b'"' => place == Place::Host,
        _ => false,
    }
}

fn escape(text: &str, place: Place) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if stays(byte, place) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn unescape(text: &str) -> Result<Text, String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => out.push(byte),
            None => {
                let bad = &bytes[at..(at + 3).min(bytes.len())];
                return Err(format!("invalid URL escape {}", quote(bad, false)));
            }
        }
        at += 3;
    }
    Ok(out.into())
}

/// A URL in parts, unescaped except for the query.
#[derive(Default)]
struct Url {
    scheme: String,
    opaque: String,
    user: Option<(String, Option<String>)>,
    host: String,
    path: String,
    query: String,
    force_query: bool,
    fragment: String,
    authority: bool,
}

impl Url {
    fn parse(text: &str) -> Result<Self, String> {
        let fail = |message: String| format!("parse {}: {message}", quote(text.as_bytes(), false));
        if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
            return Err(fail("net/url: invalid control character in URL".into()));
        }
        let (body, fragment) = text.split_once('#').unwrap_or((text, ""));
        let mut url = Self { fragment: unescape(fragment).map_err(fail)?.to_string(), ..Self::default() };
        url.parse_body(body).map_err(fail)?;
        Ok(url)
    }

    fn parse_body(&mut self, body: &str) -> Result<(), String> {
        if body == "*" {
            self.path = "*".into();
            return Ok(());
        }
        let (scheme, mut rest) = split_scheme(body)?;
        self.scheme = scheme.to_ascii_lowercase();
        if rest.ends_with('?') && rest.matches('?').count() == 1 {
            self.force_query = true;
            rest = &rest[..rest.len() - 1];
        } else if let Some((head, query)) = rest.split_once('?') {
            self.query = query.into();
            rest = head;
        }
        if !rest.starts_with('/') {
            if !self.scheme.is_empty() {
                self.opaque = rest.into();
                return Ok(());
            }
            if rest.split('/').next().is_some_and(|first| first.contains(':')) {
                return Err("first path segment in URL cannot contain colon".into());
            }
        }
        if let Some(after) = rest.strip_prefix("//").filter(|after| !self.scheme.is_empty() || !after.starts_with('/')) {
            let end = after.find('/').unwrap_or(after.len());
            self.authority = true;
            self.parse_authority(&after[..end])?;
            rest = &after[end..];
        }
        self.path = unescape(rest)?.to_string();
        Ok(())
    }

    fn parse_authority(&mut self, authority: &str) -> Result<(), String> {
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        self.host = parse_host(host)?;
        if let Some(user) = user {
            let valid = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
            if !user.chars().all(valid) {
                return Err("net/url: invalid userinfo".into());
            }
            let (name, password) = match user.split_once(':') {
                Some((name, password)) => (name, Some(unescape(password)?.to_string())),
                None => (user, None),
            };
            self.user = Some((unescape(name)?.to_string(), password));
        }
        Ok(())
    }

    fn userinfo(&self) -> String {
        match &self.user {
            None => String::new(),
            Some((name, None)) => escape(name, Place::User),
            Some((name, Some(password))) => format!("{}:{}", escape(name, Place::User), escape(password, Place::User)),
        }
    }

    fn hostname(&self) -> &str {
        if let Some(inner) = self.host.strip_prefix('[') {
            return inner.split(']').next().unwrap_or_default();
        }
        match self.host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => &self.host,
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        if !self.scheme.is_empty() {
            out.push_str(&self.scheme);
            out.push(':');
        }
        if self.opaque.is_empty() {
            self.push_hierarchy(&mut out);
        } else {
            out.push_str(&self.opaque);
        }
        if self.force_query || !self.query.is_empty() {
            out.push('?');
            out.push_str(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push('#');
            out.push_str(&escape(&self.fragment, Place::Fragment));
        }
        out
    }

    fn push_hierarchy(&self, out: &mut String) {
        let authority = !self.host.is_empty() || self.user.is_some();
        if authority
            || !self.scheme.is_empty() && self.path.starts_with("//")
            || !self.scheme.is_empty() && self.authority && !self.path.is_empty()
        {
            out.push_str("//");
        }
        if self.user.is_some() {
            out.push_str(&self.userinfo());
            out.push('@');
        }
        out.push_str(&escape(&self.host, Place::Host));
        let path = if self.path == "*" { "*".into() } else { escape(&self.path, Place::Path) };
        if !path.is_empty() && !path.starts_with('/') && !self.host.is_empty() {
            out.push('/');
        }
        if out.is_empty() && path.split('/').next().is_some_and(|first| first.contains(':')) {
            out.push_str("./");
        }
        out.push_str(&path);
    }
}

fn split_scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme".into()),
            ':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

fn parse_host(host: &str) -> Result<String, String> {
    let port = match host.strip_prefix('[') {
        Some(inner) => inner.rsplit_once(']').ok_or("missing ']' in host")?.1,
        None => host.find(':').map_or("", |at| &host[at..]),
    };
    let valid = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    if !valid {
        return Err(format!("invalid port {} after host", quote(port.as_bytes(), false)));
    }
    if let Some(bad) = host.chars().find(|c| c.is_ascii() && *c != '%' && !stays(*c as u8, Place::Host)) {
        return Err(format!("invalid character {} in host name", quote(bad.to_string().as_bytes(), false)));
    }
    Ok(unescape(host)?.to_string())
}

fn url_parse(text: Text) -> Result<Value, Fault> {
    let url = Url::parse(&text.lossy()).map_err(|message| Fault::new(format!("unable to parse url: {message}")))?;
    Ok(Value::map([
        ("scheme", Value::text(&*url.scheme)),
        ("host", Value::text(&*url.host)),
        ("hostname", Value::text(url.hostname())),
        ("path", Value::text(&*url.path)),
        ("query", Value::text(&*url.query)),
        ("opaque", Value::text(&*url.opaque)),
        ("fragment", Value::text(&*url.fragment)),
        ("userinfo", Value::text(url.userinfo())),
    ]))
}

fn part(map: &Map, key: &str) -> Result<String, Fault> {
    match map.get(key) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.to_string()),
        Some(Value::Nil) => Err("runtime error: invalid memory address or nil pointer dereference".into()),
        Some(value) => Err(format!("unable to parse {key} key, must be of type string, but {} found", value.kind()).into()),
    }
}

fn url_join(map: Rc<Map>) -> Result<String, Fault> {
    let mut url = Url {
        scheme: part(&map, "scheme")?,
        host: part(&map, "host")?,
        path: part(&map, "path")?,
        query: part(&map, "query")?,
        opaque: part(&map, "opaque")?,
        fragment: part(&map, "fragment")?,
        ..Url::default()
    };
    let userinfo = part(&map, "userinfo")?;
    if !userinfo.is_empty() {
        let parsed = Url::parse(&format!("proto://{userinfo}@host"));
        url.user = parsed.map_err(|message| Fault::new(format!("unable to parse userinfo in dict: {message}")))?.user;
    }
    Ok(url.text())
}
