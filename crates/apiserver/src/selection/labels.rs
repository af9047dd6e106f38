//! Label selectors in text form, refused in kube-apiserver's words.
//!
//! A selector is read word by word: operators, commas and parentheses end a word. What it means is [`object::Selector`]'s.

use std::collections::BTreeSet;

use object::{Requirement, Selector};

use crate::names::{key_faults, value_faults};

const OPERATORS: &str = "in, notin, =, ==, !=, gt, lt";

/// Reads a selector.
pub fn parse(text: &str) -> Result<Selector, String> {
    let mut words = Words { words: split(text), at: 0 };
    let mut requirements = Vec::new();
    while words.peek() != "" {
        requirements.push(requirement(&mut words).map_err(|why| format!("unable to parse requirement: {why}"))?);
        match words.next().as_str() {
            "" => break,
            "," if is_identifier(words.peek()) || words.peek() == "!" => {}
            "," => return Err(format!("found '{}', expected: identifier after ','", words.peek())),
            other => return Err(format!("found '{other}', expected: ',' or 'end of string'")),
        }
    }
    Ok(Selector { requirements })
}

/// Words of a selector; past the end there are empty ones.
struct Words {
    words: Vec<String>,
    at: usize,
}

impl Words {
    fn peek(&self) -> &str {
        self.words.get(self.at).map_or("", String::as_str)
    }

    fn next(&mut self) -> String {
        let word = self.peek().to_owned();
        self.at += 1;
        word
    }
}

fn split(text: &str) -> Vec<String> {
    let kind = |character: char| match character {
        '=' | '!' | '<' | '>' => 1,
        '(' | ')' | ',' => 2,
        _ => 0,
    };
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for character in text.chars() {
        let is_space = character.is_whitespace();
        let kind = kind(character);
        let joined = words.last_mut().filter(|word| match kind {
            0 => !is_space && last == Some(0),
            1 => last == Some(1) && matches!((word.as_str(), character), ("=" | "!", '=')),
            _ => false,
        });
        match joined {
            Some(word) => word.push(character),
            None if is_space => {}
            None => words.push(character.into()),
        }
        last = (!is_space).then_some(kind);
    }
    words
}

fn is_identifier(word: &str) -> bool {
    !word.is_empty() && !word.starts_with(['=', '!', '<', '>', '(', ')', ','])
}

fn requirement(words: &mut Words) -> Result<Requirement, String> {
    let absent = words.peek() == "!";
    if absent {
        words.next();
    }
    let key = words.next();
    if !is_identifier(&key) {
        return Err(format!("found '{key}', expected: identifier"));
    }
    if let Some(fault) = key_faults(&key).first() {
        return Err(format!("<nil>: Invalid value: {key:?}: {fault}"));
    }
    if absent {
        return Ok(Requirement::DoesNotExist(key));
    }
    if matches!(words.peek(), "" | ",") {
        return Ok(Requirement::Exists(key));
    }
    let operator = words.next();
    let values = match operator.as_str() {
        "in" | "notin" => many(words)?,
        "=" | "==" | "!=" => BTreeSet::from([one(words)?]),
        other => return Err(format!("found '{other}', expected: {OPERATORS}")),
    };
    check_values(&key, &values)?;
    Ok(if matches!(operator.as_str(), "notin" | "!=") { Requirement::NotIn(key, values) } else { Requirement::In(key, values) })
}

/// The value behind `=`, which may be empty.
fn one(words: &mut Words) -> Result<String, String> {
    if matches!(words.peek(), "" | ",") {
        return Ok(String::new());
    }
    let value = words.next();
    if is_identifier(&value) { Ok(value) } else { Err(format!("found '{value}', expected: identifier")) }
}

fn many(words: &mut Words) -> Result<BTreeSet<String>, String> {
    let open = words.next();
    if open != "(" {
        return Err(format!("found '{open}' expected: '('"));
    }
    let mut values = BTreeSet::new();
    loop {
        let word = words.next();
        match word.as_str() {
            value if is_identifier(value) => {
                values.insert(word);
                match words.next().as_str() {
                    "," if words.peek() == ")" => drop(values.insert(String::new())),
                    "," => {}
                    ")" => return Ok(values),
                    other => return Err(format!("found '{other}', expected: ',' or ')'")),
                }
            }
            "," => drop(values.insert(String::new())),
            ")" => {
                if values.is_empty() {
                    values.insert(String::new());
                }
                return Ok(values);
            }
            other => return Err(format!("found '{other}', expected: ',', ')' or identifier")),
        }
    }
}

fn check_values(key: &str, values: &BTreeSet<String>) -> Result<(), String> {
    for (at, value) in values.iter().enumerate() {
        if let Some(fault) = value_faults(value).first() {
            return Err(format!("values[{at}][{key}]: Invalid value: {value:?}: {fault}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kubectl_writes_is_read() {
        for text in ["", "a=b", "a==b,c!=d", "a in (b, c),d notin (e)", "a in(b)", "a,!b", "app.io/a="] {
            assert_eq!(parse(text), Ok(Selector::parse(text).unwrap()), "{text}");
        }
        assert_eq!(parse("a in ()").unwrap().requirements.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, why) in [
            ("a===b", "unable to parse requirement: found '=', expected: identifier"),
            ("=b", "unable to parse requirement: found '=', expected: identifier"),
            ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
            ("a,", "found '', expected: identifier after ','"),
            ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ] {
            assert_eq!(parse(text), Err(why.to_owned()), "{text}");
        }
    }
}
