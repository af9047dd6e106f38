//! Go strings: immutable bytes that are nearly always UTF-8. Cheap to clone, shareable between threads.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// An immutable string as Go has them: any bytes, usually UTF-8.
///
/// The text form is chosen whenever the bytes allow it, so equal strings have equal forms.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Form);

#[derive(Clone, PartialEq, Eq)]
enum Form {
    Utf8(Arc<str>),
    Bytes(Arc<[u8]>),
}

impl Text {
    /// The string's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Form::Utf8(text) => text.as_bytes(),
            Form::Bytes(bytes) => bytes,
        }
    }

    /// The string, with every invalid byte replaced by U+FFFD, as Go does.
    pub fn lossy(&self) -> Cow<'_, str> {
        match &self.0 {
            Form::Utf8(text) => Cow::Borrowed(text),
            Form::Bytes(bytes) => Cow::Owned(replaced(bytes)),
        }
    }

    /// [`Text::lossy`] without a copy where there is nothing to replace.
    pub fn shared(&self) -> Arc<str> {
        match &self.0 {
            Form::Utf8(text) => text.clone(),
            Form::Bytes(bytes) => replaced(bytes).into(),
        }
    }

    /// The string when it is valid UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Form::Utf8(text) => Some(text),
            Form::Bytes(_) => None,
        }
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The part from byte `start` up to byte `end`, both clamped to the string.
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let bytes = self.as_bytes();
        let end = end.min(bytes.len());
        Self::from(&bytes[start.min(end)..end])
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Form::Utf8(text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Form::Utf8(text.into()))
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Self(Form::Utf8(text.into()))
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self(Form::Utf8(text))
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => Self(Form::Bytes(bytes.into())),
        }
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        bytes.as_slice().into()
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl std::hash::Hash for Text {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lossy())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.lossy())
    }
}

/// Invalid bytes one by one; Rust's own way would take the parts of one broken character together.
fn replaced(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    out
}
