//! The patterns of `.Files.Glob`: `*` and `?` stop at `/`, `**` does not, `[a-z]`, `[!a-z]`, `{one,two}`, backslash escapes.
//!
//! Refuses to be: a file search. A pattern that cannot be read matches everything, as in Helm.

/// Alternatives that braces of one pattern may unfold into.
const ALTERNATIVES_MAX: usize = 1_000;

/// A pattern: the alternatives its braces stand for, or everything.
pub(super) struct Pattern(Option<Vec<Vec<Token>>>);

#[derive(Clone)]
enum Token {
    Literal(char),
    One,
    Star,
    DoubleStar,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Pattern {
    pub fn parse(text: &str) -> Pattern {
        let chars: Vec<char> = text.chars().collect();
        Pattern(sequence(&chars, &mut 0, false))
    }

    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        self.0.as_ref().is_none_or(|alternatives| alternatives.iter().any(|tokens| covers(tokens, &name)))
    }
}

/// Every way to read `chars` from `at` to the end, or within braces to the next `,` or `}`.
fn sequence(chars: &[char], at: &mut usize, in_braces: bool) -> Option<Vec<Vec<Token>>> {
    let mut ways = vec![Vec::new()];
    while let Some(c) = chars.get(*at) {
        if in_braces && (*c == ',' || *c == '}') {
            return Some(ways);
        }
        *at += 1;
        let next = match c {
            '{' => braces(chars, at)?,
            '[' => vec![vec![class(chars, at)?]],
            '\\' => vec![vec![Token::Literal(*chars.get(*at)?)]],
            '?' => vec![vec![Token::One]],
            '*' if chars.get(*at) == Some(&'*') => vec![vec![Token::DoubleStar]],
            '*' => vec![vec![Token::Star]],
            c => vec![vec![Token::Literal(*c)]],
        };
        *at += usize::from(*c == '\\' || matches!(next[0].first(), Some(Token::DoubleStar)) && *c == '*');
        ways = product(ways, &next)?;
    }
    (!in_braces).then_some(ways)
}

fn product(ways: Vec<Vec<Token>>, next: &[Vec<Token>]) -> Option<Vec<Vec<Token>>> {
    if let [only] = next {
        return Some(ways.into_iter().map(|way| [way, only.clone()].concat()).collect());
    }
    if ways.len() * next.len() > ALTERNATIVES_MAX {
        return None;
    }
    Some(ways.iter().flat_map(|way| next.iter().map(|tail| [way.clone(), tail.clone()].concat())).collect())
}

fn braces(chars: &[char], at: &mut usize) -> Option<Vec<Vec<Token>>> {
    let mut ways = Vec::new();
    loop {
        ways.extend(sequence(chars, at, true)?);
        *at += 1;
        match chars.get(*at - 1)? {
            ',' => {}
            _ => return Some(ways),
        }
    }
}

fn class(chars: &[char], at: &mut usize) -> Option<Token> {
    let negated = chars.get(*at) == Some(&'!');
    *at += usize::from(negated);
    let mut ranges = Vec::new();
    loop {
        let low = *chars.get(*at)?;
        *at += 1;
        if low == ']' && !ranges.is_empty() {
            return Some(Token::Class { negated, ranges });
        }
        let is_range = chars.get(*at) == Some(&'-') && chars.get(*at + 1).is_some_and(|next| *next != ']');
        let high = if is_range { chars[*at + 1] } else { low };
        *at += if is_range { 2 } else { 0 };
        ranges.push((low, high));
    }
}

fn covers(tokens: &[Token], name: &[char]) -> bool {
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for token in tokens {
        let mut next = vec![false; name.len() + 1];
        for at in (0..=name.len()).filter(|at| reached[*at]) {
            match token {
                Token::DoubleStar => next[at..].fill(true),
                Token::Star => {
                    let end = name[at..].iter().position(|c| *c == '/').map_or(name.len(), |slash| at + slash);
                    next[at..=end].fill(true);
                }
                token if name.get(at).is_some_and(|c| accepts(token, *c)) => next[at + 1] = true,
                _ => {}
            }
        }
        reached = next;
    }
    reached[name.len()]
}

fn accepts(token: &Token, c: char) -> bool {
    match token {
        Token::Literal(literal) => *literal == c,
        Token::Class { negated, ranges } => ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated,
        _ => c != '/',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_braces_and_classes() {
        for (pattern, name, expected) in [
            ("config/*", "config/a.toml", true),
            ("config/*", "config/a/b", false),
            ("config/**", "config/a/b", true),
            ("**.yaml", "a/b.yaml", true),
            ("{a,b/**}.txt", "b/c/d.txt", true),
            ("[!a]?", "bz", true),
            ("[!a]?", "az", false),
            ("\\*", "*", true),
            ("[", "anything/at all", true),
        ] {
            assert_eq!(Pattern::parse(pattern).matches(name), expected, "{pattern} {name}");
        }
    }
}
