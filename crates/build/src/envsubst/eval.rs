//! Parts to text: what each function does with a value.

use super::{Error, Function, Match, OUTPUT_BYTES_MAX, Part, parse};
use crate::glob::Glob;

/// Expands a text. `lookup` gives the value of a name; nothing means that it is not set, which is an error where no default stands.
pub fn expand<'v>(text: &str, lookup: &dyn Fn(&str) -> Option<&'v str>) -> Result<String, Error> {
    let mut output = String::with_capacity(text.len());
    for part in parse(text)? {
        output += &value(&part, lookup)?;
        if output.len() > OUTPUT_BYTES_MAX {
            return Err(Error::TooLong);
        }
    }
    Ok(output)
}

fn value<'v>(part: &Part, lookup: &dyn Fn(&str) -> Option<&'v str>) -> Result<String, Error> {
    match part {
        Part::Text(text) => Ok(text.clone()),
        Part::Variable { name, function, arguments } => {
            let arguments = arguments.iter().map(|part| value(part, lookup)).collect::<Result<Vec<_>, _>>()?;
            let value = match lookup(name) {
                None if *function != Function::Default => return Err(Error::NotSet(name.clone())),
                value => value.unwrap_or_default(),
            };
            apply(*function, value, &arguments)
        }
    }
}

fn apply(function: Function, value: &str, arguments: &[String]) -> Result<String, Error> {
    let first = arguments.first().map_or("", String::as_str);
    let second = arguments.get(1).map(String::as_str);
    let replacement = second.unwrap_or_default();
    Ok(match function {
        Function::Plain => value.to_owned(),
        Function::Default if value.is_empty() => arguments.concat(),
        Function::Default => value.to_owned(),
        Function::Length => value.len().to_string(),
        Function::LowerFirst => change_first(value, char::to_lowercase),
        Function::UpperFirst => change_first(value, char::to_uppercase),
        Function::Lower => value.to_lowercase(),
        Function::Upper => value.to_uppercase(),
        Function::TrimFront(length) => trim_front(value, first, length),
        Function::TrimBack(length) => reverse(&trim_front(&reverse(value), &reverse(first), length)),
        Function::Cut => cut(value, arguments),
        Function::ReplaceFirst => replace(value, first, replacement, 1)?,
        Function::ReplaceAll => replace(value, first, replacement, usize::MAX)?,
        Function::ReplaceFront => {
            let rest = value.strip_prefix(first).filter(|_| second.is_some());
            rest.map_or(value.to_owned(), |rest| format!("{replacement}{rest}"))
        }
        Function::ReplaceBack => {
            let rest = value.strip_suffix(first).filter(|_| second.is_some());
            rest.map_or(value.to_owned(), |rest| format!("{rest}{replacement}"))
        }
    })
}

fn change_first<I: Iterator<Item = char>>(value: &str, change: impl Fn(char) -> I) -> String {
    let mut chars = value.chars();
    let first = chars.next().into_iter().flat_map(change);
    first.chain(chars).collect()
}

/// Replaces up to `count` times; refuses what would outgrow [`OUTPUT_BYTES_MAX`].
fn replace(value: &str, from: &str, to: &str, count: usize) -> Result<String, Error> {
    if (value.len() + 1).saturating_mul(to.len()) > OUTPUT_BYTES_MAX {
        return Err(Error::TooLong);
    }
    Ok(value.replacen(from, to, count))
}

fn trim_front(value: &str, glob: &str, length: Match) -> String {
    let cut = Glob::parse(glob).and_then(|glob| match length {
        Match::Longest => glob.longest_prefix(value),
        Match::Shortest => glob.shortest_prefix(value),
    });
    value[cut.unwrap_or(0)..].to_owned()
}

fn reverse(text: &str) -> String {
    text.chars().rev().collect()
}

/// `${v:position}` and `${v:position:length}`, in bytes. What is no number leaves the value as it is; a negative position counts
/// from the end, and so does a negative length.
fn cut(value: &str, arguments: &[String]) -> String {
    let numbers: Option<Vec<i64>> = arguments.iter().map(|argument| argument.parse().ok()).collect();
    let Some(numbers) = numbers else { return value.to_owned() };
    let size = value.len() as i64;
    let from = if numbers[0] < 0 { (size.saturating_add(numbers[0])).max(0) } else { numbers[0] };
    let to = match numbers.get(1) {
        None => size,
        Some(&length) if length < 0 => size.saturating_add(length),
        Some(&length) => from.saturating_add(length).min(size),
    };
    let bytes = value.as_bytes().get(from as usize..to.max(0) as usize).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Error, expand};

    fn check(text: &str, expected: &str) {
        let lookup = |name: &str| [("v", "bash.string.txt"), ("e", ""), ("é", "x")].into_iter().find(|(k, _)| *k == name).map(|(_, v)| v);
        assert_eq!(expand(text, &lookup).as_deref(), Ok(expected), "{text}");
    }

    #[test]
    fn functions_do_what_shells_do() {
        check("${v%.*} ${v%%.*} ${v#*.} ${v##*.}", "bash.string bash string.txt txt");
        check("${v^} ${v^^} ${#v}", "Bash.string.txt BASH.STRING.TXT 15");
        check("${v:5} ${v:5:6} ${v:-3:2} ${v: -3}", "string.txt string bash.string.txt bash.string.txt");
        check("${v/str/x} ${v/#bash/x} ${v/%txt/x}", "bash.xing.txt x.string.txt bash.string.x");
        check("${x:-d} ${e:=d} ${x=${v:0:4}-y}", "d d bash-y");
        check("$v $$v $${v} ${é}", "$v $v ${v} x");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let refused = |text: &str| expand(text, &|_| None).unwrap_err();
        assert_eq!(refused("${x}"), Error::NotSet("x".to_owned()));
        assert_eq!(refused("${x-d}"), Error::MissingClosingBrace);
        assert_eq!(refused("${}"), Error::VariableName);
        assert_eq!(refused("${x:=${"), Error::VariableName);
        assert_eq!(refused(&"${x:=".repeat(100)), Error::TooDeep);
        assert_eq!(refused("${x/a}"), Error::BadSubstitution);
        assert_eq!(refused("${x///}"), Error::Argument);
    }
}
