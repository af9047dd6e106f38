//! Variables in text, in the shell's notation as Flux reads it: `${v}`, defaults, cuts, cases, replacements, lengths.
//!
//! `$v` without braces is left alone, `$$` is a literal `$`. What looks like other shell notation is an error, not text.
//! Begin with [`expand`]; the grammar stands in `parse.rs`, what functions do in `eval.rs`.

mod eval;
mod parse;

pub use eval::expand;
pub use parse::parse;

/// Variables inside variables, at most; more is an attack.
pub const DEPTH_MAX: usize = 64;
/// Bytes that one text may grow to. Default of every build.
pub const OUTPUT_BYTES_MAX: usize = 64 << 20;

/// Why a text could not be expanded, in the words of Flux's library.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An expression that means nothing.
    #[error("bad substitution")]
    BadSubstitution,
    /// `${` without its `}`.
    #[error("missing closing brace")]
    MissingClosingBrace,
    /// No name where one has to be.
    #[error("unable to parse variable name")]
    VariableName,
    /// An argument that is not there or does not end.
    #[error("unable to parse substitution within function")]
    Argument,
    /// A variable that is not set and has no default.
    #[error("variable not set (strict mode): {0:?}")]
    NotSet(String),
    /// More than [`DEPTH_MAX`] variables inside each other.
    #[error("variables are nested more than {DEPTH_MAX} deep")]
    TooDeep,
    /// More than [`OUTPUT_BYTES_MAX`] bytes came out.
    #[error("substituted text exceeds {OUTPUT_BYTES_MAX} bytes")]
    TooLong,
}

/// A piece of a parsed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it is.
    Text(String),
    /// A variable and what is to be done with its value.
    Variable {
        /// Its name.
        name: String,
        /// What is done with its value.
        function: Function,
        /// What the function takes.
        arguments: Vec<Part>,
    },
}

/// What may be done with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Nothing: `${v}`.
    Plain,
    /// Another value where there is none or an empty one: `=`, `:=`, `:-`, `:+`, `:?`.
    Default,
    /// How many bytes it has: `${#v}`.
    Length,
    /// `,`
    LowerFirst,
    /// `^`
    UpperFirst,
    /// `,,`
    Lower,
    /// `^^`
    Upper,
    /// Takes a pattern off the front: the shortest match of `#`, the longest of `##`.
    TrimFront(Match),
    /// Takes a pattern off the end: the shortest match of `%`, the longest of `%%`.
    TrimBack(Match),
    /// `:position` or `:position:length`
    Cut,
    /// `/`
    ReplaceFirst,
    /// `//`
    ReplaceAll,
    /// `/#`
    ReplaceFront,
    /// `/%`
    ReplaceBack,
}

/// How much a pattern matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// As little as it can.
    Shortest,
    /// As much as it can.
    Longest,
}

impl Function {
    /// The function that a mark behind the name stands for. A mark of two different characters does nothing.
    pub fn of_mark(mark: &str) -> Function {
        match mark {
            "=" | ":=" | ":-" | ":+" | ":?" => Function::Default,
            "," => Function::LowerFirst,
            "^" => Function::UpperFirst,
            ",," => Function::Lower,
            "^^" => Function::Upper,
            "#" => Function::TrimFront(Match::Shortest),
            "##" => Function::TrimFront(Match::Longest),
            "%" => Function::TrimBack(Match::Shortest),
            "%%" => Function::TrimBack(Match::Longest),
            ":" => Function::Cut,
            "/" => Function::ReplaceFirst,
            "//" => Function::ReplaceAll,
            "/#" => Function::ReplaceFront,
            "/%" => Function::ReplaceBack,
            _ => Function::Plain,
        }
    }
}
