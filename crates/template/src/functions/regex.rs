//! Regular expressions in RE2's syntax, of bounded size and linear time.

use std::rc::Rc;

use regex::{Regex, RegexBuilder};

use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::limits::Limits;
use crate::value::{Element, List, Text, Value};

table! {
    "regexMatch" (with 2) regex_match, "Whether the string has a match; false where the expression is invalid.";
    "mustRegexMatch" (with 2) must_match, "Whether the string has a match.";
    "regexFind" (with 2) find, "The first match.";
    "mustRegexFind" (with 2) must_find, "The first match.";
    "regexFindAll" (with 3) find_all, "At most n matches; all where n is negative.";
    "mustRegexFindAll" (with 3) must_find_all, "At most n matches; all where n is negative.";
    "regexReplaceAll" (with 3) replace_all, "Matches replaced by a template of `$1` and `${name}`.";
    "mustRegexReplaceAll" (with 3) must_replace_all, "Matches replaced by a template of `$1` and `${name}`.";
    "regexReplaceAllLiteral" (with 3) replace_literal, "Matches replaced by a string as it is.";
    "mustRegexReplaceAllLiteral" (with 3) must_replace_literal, "Matches replaced by a string as it is.";
    "regexSplit" (with 3) split, "At most n parts between matches; all where n is negative.";
    "mustRegexSplit" (with 3) must_split, "At most n parts between matches; all where n is negative.";
    "regexQuoteMeta" 1 quote_meta, "The expression that matches exactly this string.";
}

/// Compiled expressions of a render, at most this many.
const CACHED_MAX: usize = 512;

/// The compiled expression. `panics` says whose words an invalid one is refused in: Go's `Compile` or `MustCompile`.
fn compiled(render: &mut Render<'_>, pattern: &Text, panics: bool) -> Result<Rc<Regex>, Fault> {
    if let Some(regex) = render.regexes.get(pattern) {
        return Ok(regex.clone());
    }
    let regex = Rc::new(build(&pattern.lossy(), &render.options.limits).map_err(|error| match (error, panics) {
        (Invalid::Limit(fault), _) => fault,
        (Invalid::Syntax(message), false) => Fault::new(message),
        (Invalid::Syntax(message), true) => {
            let quoted = crate::value::quote::quote(pattern.as_bytes(), false);
            let quoted = match pattern.as_str() {
                Some(text) if crate::value::quote::can_backquote(text) => format!("`{text}`"),
                _ => quoted,
            };
            Fault::new(format!("regexp: Compile({quoted}): {message}"))
        }
    })?);
    if render.regexes.len() >= CACHED_MAX {
        render.regexes.clear();
    }
    render.regexes.insert(pattern.clone(), regex.clone());
    Ok(regex)
}

enum Invalid {
    Syntax(String),
    Limit(Fault),
}

fn build(pattern: &str, limits: &Limits) -> Result<Regex, Invalid> {
    let translated = super::regex_syntax::translate(pattern).map_err(Invalid::Syntax)?;
    RegexBuilder::new(&translated).size_limit(limits.regex_bytes).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Invalid::Limit(Fault::limit("regex_bytes", "a regular expression is too large once compiled")),
        _ => Invalid::Syntax(format!("error parsing regexp: invalid syntax: `{pattern}`")),
    })
}

fn must_match(render: &mut Render<'_>, pattern: Text, text: Text) -> Result<bool, Fault> {
    Ok(compiled(render, &pattern, false)?.is_match(&text.lossy()))
}

fn regex_match(render: &mut Render<'_>, pattern: Text, text: Text) -> bool {
    must_match(render, pattern, text).unwrap_or(false)
}

fn first(regex: &Regex, text: &Text) -> Text {
    regex.find(&text.lossy()).map_or_else(Text::default, |found| found.as_str().into())
}

fn find(render: &mut Render<'_>, pattern: Text, text: Text) -> Result<Text, Fault> {
    Ok(first(&*compiled(render, &pattern, true)?, &text))
}

fn must_find(render: &mut Render<'_>, pattern: Text, text: Text) -> Result<Text, Fault> {
    Ok(first(&*compiled(render, &pattern, false)?, &text))
}

fn matches(regex: &Regex, text: &Text, count: i64) -> Value {
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let text = text.lossy();
    let found: Vec<Text> = found(regex, &text).take(limit).map(|(start, end)| text[start..end].into()).collect();
    if found.is_empty() { Value::List(Rc::new(List::nil(Element::Text))) } else { Value::strings(found) }
}

/// Matches in a row: as in Go, an empty match right after another match does not count.
fn found<'t>(regex: &'t Regex, text: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
    let mut last = usize::MAX;
    regex.find_iter(text).map(|found| (found.start(), found.end())).filter(move |(start, end)| {
        let counts = start != end || *start != last;
        last = *end;
        counts
    })
}

fn find_all(render: &mut Render<'_>, pattern: Text, text: Text, count: i64) -> Result<Value, Fault> {
    Ok(matches(&*compiled(render, &pattern, true)?, &text, count))
}

fn must_find_all(render: &mut Render<'_>, pattern: Text, text: Text, count: i64) -> Result<Value, Fault> {
    Ok(matches(&*compiled(render, &pattern, false)?, &text, count))
}

/// Replaces each match by what `expand` writes for it, within the string limit.
fn replaced(
    render: &Render<'_>,
    regex: &Regex,
    text: &Text,
    mut expand: impl FnMut(&regex::Captures<'_>, &mut String),
) -> Result<Text, Fault> {
    let text = text.lossy();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut last) = (0, usize::MAX);
    for captures in regex.captures_iter(&text) {
        let Some(found) = captures.get(0) else { continue };
        if found.is_empty() && found.start() == last {
            continue;
        }
        out.push_str(&text[at..found.start()]);
        expand(&captures, &mut out);
        (at, last) = (found.end(), found.end());
        super::strings::room(render, out.len())?;
    }
    out.push_str(&text[at..]);
    Ok(out.into())
}

fn replace_with(render: &mut Render<'_>, regex: &Regex, text: &Text, template: &Text) -> Result<Text, Fault> {
    let template = template.lossy().into_owned();
    replaced(render, regex, text, |captures, out| captures.expand(&template, out))
}

fn replace_all(render: &mut Render<'_>, pattern: Text, text: Text, template: Text) -> Result<Text, Fault> {
    let regex = compiled(render, &pattern, true)?;
    replace_with(render, &regex, &text, &template)
}

fn must_replace_all(render: &mut Render<'_>, pattern: Text, text: Text, template: Text) -> Result<Text, Fault> {
    let regex = compiled(render, &pattern, false)?;
    replace_with(render, &regex, &text, &template)
}

fn replace_literal(render: &mut Render<'_>, pattern: Text, text: Text, literal: Text) -> Result<Text, Fault> {
    let regex = compiled(render, &pattern, true)?;
    replaced(render, &regex, &text, |_, out| out.push_str(&literal.lossy()))
}

fn must_replace_literal(render: &mut Render<'_>, pattern: Text, text: Text, literal: Text) -> Result<Text, Fault> {
    let regex = compiled(render, &pattern, false)?;
    replaced(render, &regex, &text, |_, out| out.push_str(&literal.lossy()))
}

/// Go's `Regexp.Split`: an empty match at the very beginning does not split.
fn parts(regex: &Regex, text: &Text, count: i64) -> Value {
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    if limit == 0 {
        return Value::List(Rc::new(List::nil(Element::Text)));
    }
    let text = text.lossy();
    if !regex.as_str().is_empty() && text.is_empty() {
        return Value::strings([Text::default()]);
    }
    let (mut begin, mut end) = (0, 0);
    let mut parts: Vec<Text> = Vec::new();
    for (start, stop) in found(regex, &text).take(limit) {
        if parts.len() + 1 == limit {
            break;
        }
        end = start;
        if stop != 0 {
            parts.push(text[begin..end].into());
        }
        begin = stop;
    }
    if end != text.len() {
        parts.push(text[begin..].into());
    }
    Value::strings(parts)
}

fn split(render: &mut Render<'_>, pattern: Text, text: Text, count: i64) -> Result<Value, Fault> {
    Ok(parts(&*compiled(render, &pattern, true)?, &text, count))
}

fn must_split(render: &mut Render<'_>, pattern: Text, text: Text, count: i64) -> Result<Value, Fault> {
    Ok(parts(&*compiled(render, &pattern, false)?, &text, count))
}

fn quote_meta(text: Text) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.lossy().chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
