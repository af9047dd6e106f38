//! What can go wrong in a build: where, in which object, why, and what to do.
//!
//! Messages carry the words of the reference program where users search for them; place and hint are fields beside the words.

use std::fmt;

/// What a caller would tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A file could not be found or may not be read from here.
    File,
    /// A file is no YAML, or no Kubernetes object, or no Kustomization.
    Malformed,
    /// The parts are fine by themselves but do not fit together.
    Build,
    /// Something this platform never does: plugins that execute, charts, remote resources that nobody supplied.
    Refused,
    /// A limit of [`crate::Limits`] was passed.
    Limit,
}

/// One fault. It dereferences to its [`Fault`]; it is boxed because it travels through every result of this crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Fault>);

/// The parts of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What a caller would tell apart.
    pub kind: ErrorKind,
    /// The file, as a path in the tree; empty if none is to blame.
    pub file: String,
    /// The line in that file, from 1; 0 if unknown.
    pub line: usize,
    /// The field path in that file, such as `patches[0].path`; empty if unknown.
    pub field: String,
    /// The object concerned; empty if none.
    pub object: String,
    /// What happened.
    pub message: String,
    /// What to do; empty where the message says it.
    pub hint: String,
}

impl Error {
    /// A fault of the given kind, place unknown so far.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error(Box::new(Fault {
            kind,
            file: String::new(),
            line: 0,
            field: String::new(),
            object: String::new(),
            message: message.into(),
            hint: String::new(),
        }))
    }

    /// Parts that do not fit together.
    pub(crate) fn build(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Build, message)
    }

    /// Changes the words.
    pub(crate) fn reworded(mut self, reword: impl FnOnce(&str) -> String) -> Error {
        self.message = reword(&self.message);
        self
    }

    /// Puts words in front: what was being done.
    pub(crate) fn context(mut self, doing: impl fmt::Display) -> Error {
        self.message = format!("{doing}: {}", self.message);
        self
    }

    /// Names the file, unless one is named.
    pub(crate) fn in_file(mut self, file: &str) -> Error {
        if self.file.is_empty() {
            file.clone_into(&mut self.file);
        }
        self
    }

    /// Names the line, unless one is named.
    pub(crate) fn at_line(mut self, line: usize) -> Error {
        if self.line == 0 {
            self.line = line;
        }
        self
    }

    /// Names the field path, unless one is named.
    pub(crate) fn at_field(mut self, field: impl Into<String>) -> Error {
        if self.field.is_empty() {
            self.field = field.into();
        }
        self
    }

    /// Names the object, unless one is named.
    pub(crate) fn of_object(mut self, object: impl fmt::Display) -> Error {
        if self.object.is_empty() {
            self.object = object.to_string();
        }
        self
    }

    /// Says what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Error {
        if self.hint.is_empty() {
            self.hint = hint.into();
        }
        self
    }
}

impl std::ops::Deref for Error {
    type Target = Fault;

    fn deref(&self) -> &Fault {
        &self.0
    }
}

impl std::ops::DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Fault {
        &mut self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}", self.file)?;
            if self.line > 0 {
                write!(f, ":{}", self.line)?;
            }
            write!(f, ": ")?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        if !self.object.is_empty() {
            write!(f, "{}: ", self.object)?;
        }
        write!(f, "{}", self.message)?;
        if !self.hint.is_empty() {
            write!(f, "\n  hint: {}", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// One or more faults; those that do not depend on each other are reported together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors(Vec<Error>);

impl Errors {
    /// All faults, at least one.
    pub fn all(&self) -> &[Error] {
        &self.0
    }

    /// The faults as one result: an error if there are any.
    pub(crate) fn check(faults: Vec<Error>) -> Result<(), Errors> {
        if faults.is_empty() { Ok(()) } else { Err(Errors(faults)) }
    }

    /// Changes every fault.
    pub(crate) fn map(self, change: impl Fn(Error) -> Error) -> Errors {
        Errors(self.0.into_iter().map(change).collect())
    }

    /// Takes the first fault out.
    pub(crate) fn into_first(self) -> Error {
        self.0.into_iter().next().expect("faults are made of at least one")
    }

    /// Takes the faults out.
    pub(crate) fn into_inner(self) -> Vec<Error> {
        self.0
    }
}

impl From<Error> for Errors {
    fn from(error: Error) -> Errors {
        Errors(vec![error])
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}
