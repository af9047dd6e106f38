//! .helmignore: shell patterns, one a line. Not .gitignore: `!` keeps nothing that others drop, it drops everything that it does
//! not match; `**` is refused.

/// The rules of one .helmignore and the one that always holds: hidden files directly under templates/ are left out.
#[derive(Clone, Debug)]
pub struct Rules {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: Pattern,
    negated: bool,
    only_folders: bool,
    /// Compared with the whole path, not with its last step.
    whole_path: bool,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { rules: Rule::parse("templates/.?*").ok().flatten().into_iter().collect() }
    }
}

impl Rules {
    /// Reads the lines of a .helmignore. Errors: a pattern with `**`, or one that is malformed.
    pub fn parse(text: &str) -> Result<Rules, String> {
        let mut rules: Vec<Rule> = Vec::new();
        for line in text.lines() {
            rules.extend(Rule::parse(line)?);
        }
        rules.extend(Rules::default().rules);
        Ok(Rules { rules })
    }

    /// Whether a file is left out, by itself or with a folder above it.
    pub fn ignores(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(end, _)| &path[..end]);
        folders.clone().any(|folder| self.drops(folder, true)) || self.drops(path, false)
    }

    /// Whether a file is left out by itself, in a folder that is not.
    pub fn ignores_file(&self, path: &str) -> bool {
        self.drops(path, false)
    }

    /// Whether a folder is left out with all that is in it.
    pub fn ignores_folder(&self, path: &str) -> bool {
        self.drops(path, true)
    }

    /// Rules in order; the first that decides wins.
    fn drops(&self, path: &str, is_folder: bool) -> bool {
        self.rules.iter().any(|rule| {
            let applies = !rule.only_folders || is_folder;
            if rule.negated { !applies || !rule.matches(path) } else { applies && rule.matches(path) }
        })
    }
}

impl Rule {
    fn parse(line: &str) -> Result<Option<Rule>, String> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        if line.contains("**") {
            return Err("double-star (**) syntax is not supported".into());
        }
        let malformed = || "syntax error in pattern".to_owned();
        tokens(line).ok_or_else(malformed)?;
        let (negated, rest) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (only_folders, rest) = rest.strip_suffix('/').map_or((false, rest), |rest| (true, rest));
        let whole_path = rest.contains('/');
        let pattern = Pattern::parse(rest.strip_prefix('/').unwrap_or(rest)).ok_or_else(malformed)?;
        Ok(Some(Rule { pattern, negated, only_folders, whole_path }))
    }

    fn matches(&self, path: &str) -> bool {
        let subject = if self.whole_path { path } else { path.rsplit('/').next().unwrap_or(path) };
        self.pattern.matches(subject)
    }
}

/// Go's `filepath.Match`: `*` and `?` stop at `/`, `[a-z]` and `[^a-z]` are classes, a backslash takes the next character as it is.
/// None for a malformed pattern, as far as matching had to look at it.
pub fn path_match(pattern: &str, name: &str) -> Option<bool> {
    Pattern::parse(pattern).map(|pattern| pattern.matches(name))
}

/// A pattern, read once.
#[derive(Clone, Debug)]
enum Pattern {
    /// No character means anything but itself.
    Plain(String),
    /// A star and such characters.
    EndsWith(String),
    Tokens(Vec<Token>),
}

impl Pattern {
    fn parse(text: &str) -> Option<Pattern> {
        let is_plain = |text: &str| !text.contains(['*', '?', '[', '\\', '/']);
        match text.strip_prefix('*') {
            Some(end) if is_plain(end) => Some(Pattern::EndsWith(end.to_owned())),
            None if is_plain(text) => Some(Pattern::Plain(text.to_owned())),
            _ => tokens(text).map(Pattern::Tokens),
        }
    }

    fn matches(&self, name: &str) -> bool {
        match self {
            Pattern::Plain(text) => text == name,
            Pattern::EndsWith(end) => name.strip_suffix(end.as_str()).is_some_and(|start| !start.contains('/')),
            Pattern::Tokens(tokens) => covers(tokens, name),
        }
    }
}

/// Greedy with one place to go back to: a star that fails is tried a character longer, never past a slash.
fn covers(tokens: &[Token], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut token, mut at) = (0, 0);
    let mut star = None;
    loop {
        match tokens.get(token) {
            Some(Token::Any) => {
                star = Some((token, at));
                token += 1;
                continue;
            }
            Some(one) if name.get(at).is_some_and(|c| one.accepts(*c)) => {
                (token, at) = (token + 1, at + 1);
                continue;
            }
            None if at == name.len() => return true,
            _ => {}
        }
        match star {
            Some((from, taken)) if name.get(taken).is_some_and(|c| *c != '/') => {
                star = Some((from, taken + 1));
                (token, at) = (from + 1, taken + 1);
            }
            _ => return false,
        }
    }
}

#[derive(Clone, Debug)]
enum Token {
    Any,
    One,
    Literal(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Token {
    fn accepts(&self, c: char) -> bool {
        match self {
            Token::Any | Token::One => c != '/',
            Token::Literal(literal) => *literal == c,
            Token::Class { negated, ranges } => ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated,
        }
    }
}

fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut chars = pattern.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '*' => Token::Any,
            '?' => Token::One,
            '\\' => Token::Literal(chars.next()?),
            '[' => class(&mut chars)?,
            c => Token::Literal(c),
        });
    }
    Some(tokens)
}

fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Token> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && chars.next_if_eq(&']').is_some() {
            return Some(Token::Class { negated, ranges });
        }
        let low = class_member(chars)?;
        let high = if chars.next_if_eq(&'-').is_some() { class_member(chars)? } else { low };
        ranges.push((low, high));
    }
}

fn class_member(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match chars.next()? {
        '-' | ']' => None,
        '\\' => chars.next(),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stop_at_slashes() {
        for (pattern, name, expected) in [
            ("*.md", "README.md", Some(true)),
            ("*", "a/b", Some(false)),
            ("a/*/c", "a/b/c", Some(true)),
            ("[a-c]?", "bz", Some(true)),
            ("[^a]", "a", Some(false)),
            ("[", "a", None),
            ("*a*b", "xxaxxab", Some(true)),
            ("*/b*", "a/x/b", Some(false)),
            ("a*", "a", Some(true)),
            ("\\*", "*", Some(true)),
        ] {
            assert_eq!(path_match(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_folder_rule_drops_what_is_in_the_folder() {
        let rules = Rules::parse("# comment\nci/\n/top.txt\n*.tmp\n").unwrap();
        for (path, expected) in
            [("ci/values.yaml", true), ("a/ci/b", true), ("ci", false), ("top.txt", true), ("a/top.txt", false), ("a/b.tmp", true)]
        {
            assert_eq!(rules.ignores(path), expected, "{path}");
        }
        assert!(Rules::default().ignores("templates/.hidden"));
        assert!(Rules::parse("a/**").is_err());
    }
}
