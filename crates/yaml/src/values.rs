//! Events to JSON values: keys become text, anchors are copied, merge keys are carried out, limits are kept.

mod anchors;
mod merge;

use crate::parse::{Parser, Properties, ScalarText, Sink};
use crate::resolve::{self, Scalar};
use crate::{Dialect, Error, Map, Mark, Options, ScalarStyle, Value, float, folded};
use anchors::Anchors;

/// One document of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What it says; null when it is empty.
    pub value: Value,
    /// The line on which its content begins, from one.
    pub line: usize,
}

/// Reads every document of `text`.
///
/// Shape: a text of comments and blanks only has no documents; `---` with nothing behind it is one null document.
/// Errors: the first fault found, also when documents before it were good.
pub fn parse(text: &str, options: &Options) -> Result<Vec<Document>, Error> {
    let mut parser = Parser::new(text, options)?;
    let mut documents = Vec::new();
    let mut builder = Builder::new(text, options);
    while let Some(start) = parser.document(&mut builder)? {
        documents.push(Document { value: builder.finish(), line: start.line as usize });
    }
    Ok(documents)
}

/// Reads the first document of `text` as `sigs.k8s.io/yaml.Unmarshal` does: null when there is none; what follows is not looked at.
pub fn from_str(text: &str) -> Result<Value, Error> {
    from_str_with(text, &Options::default())
}

/// As [`from_str`], with options.
pub fn from_str_with(text: &str, options: &Options) -> Result<Value, Error> {
    let mut builder = Builder::new(text, options);
    Parser::new(text, options)?.document(&mut builder)?;
    Ok(builder.finish())
}

/// A collection that is being filled.
struct Frame<'a> {
    anchor: Option<&'a str>,
    start: Mark,
    body: Body,
}

enum Body {
    List(Vec<Value>),
    Map(Mapping),
}

#[derive(Default)]
struct Mapping {
    map: Map<String, Value>,
    next: Next,
    /// Values of merge keys, kept until the written keys are known.
    merges: Vec<Value>,
    has_merge_key: bool,
}

/// What a mapping does with the node to come.
#[derive(Default)]
enum Next {
    #[default]
    IsKey,
    BelongsTo(String, Mark),
    IsMerged(Mark),
}

struct Builder<'a> {
    text: &'a str,
    options: Options,
    frames: Vec<Frame<'a>>,
    anchors: Anchors<'a>,
    root: Value,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, options: &Options) -> Self {
        let anchors = Anchors::new(options.limits);
        Self { text, options: *options, frames: Vec::new(), anchors, root: Value::Null }
    }

    fn finish(&mut self) -> Value {
        self.anchors.forget();
        std::mem::take(&mut self.root)
    }

    fn expects_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { body: Body::Map(Mapping { next: Next::IsKey, .. }), .. }))
    }

    fn open(&mut self, start: Mark, properties: Properties<'a>, body: Body) -> Result<(), Error> {
        if self.expects_key() {
            return Err(Error::meaning(start, "invalid map key: a key must be a scalar"));
        }
        self.anchors.count_node();
        if let Some(name) = properties.anchor {
            self.anchors.open(name);
        }
        self.frames.push(Frame { anchor: properties.anchor, start, body });
        Ok(())
    }

    /// Puts a finished value where it belongs.
    fn put(&mut self, value: Value, mark: Mark) -> Result<(), Error> {
        match self.frames.last_mut() {
            None => self.root = value,
            Some(Frame { body: Body::List(items), .. }) => items.push(value),
            Some(Frame { body: Body::Map(mapping), .. }) => match std::mem::take(&mut mapping.next) {
                Next::BelongsTo(key, at) => self.insert(key, value, at)?,
                Next::IsMerged(at) => self.merge(value, at)?,
                Next::IsKey => return Err(Error::meaning(mark, "invalid map key: a key must be a scalar")),
            },
        }
        Ok(())
    }

    fn mapping(&mut self) -> &mut Mapping {
        match self.frames.last_mut() {
            Some(Frame { body: Body::Map(mapping), .. }) => mapping,
            _ => unreachable!("only called while a mapping is innermost"),
        }
    }

    fn insert(&mut self, key: String, value: Value, at: Mark) -> Result<(), Error> {
        let refuses = self.options.strict || self.options.dialect == Dialect::V3;
        let map = &mut self.mapping().map;
        if refuses && map.contains_key(&key) {
            return Err(self.duplicate(&key, at));
        }
        map.insert(key, value);
        Ok(())
    }

    fn duplicate(&self, key: &str, at: Mark) -> Error {
        match self.options.dialect {
            Dialect::V2 => Error::decoding(at, format_args!("key {key:?} already set in map")),
            Dialect::V3 => {
                let start = self.frames.last().map_or(at, |frame| frame.start);
                let first = crate::node::first_key_line(self.text, &self.options, start, key).unwrap_or(at.line);
                Error::decoding(at, format_args!("mapping key {key:?} already defined at line {first}"))
            }
        }
    }

    fn take_key(&mut self, key: Key, at: Mark) -> Result<(), Error> {
        self.mapping().next = match key {
            Key::Text(text) => Next::BelongsTo(text, at),
            Key::Merge => Next::IsMerged(at),
            Key::Other(text) => {
                let what = "json: unsupported type: map[interface {}]interface {}: the key";
                return Err(Error::conversion(at, format_args!("{what} {text} is no string; put it in quotes")));
            }
            Key::Null => return Err(Error::conversion(at, "unsupported map key of type: <nil>, key: <nil>")),
        };
        Ok(())
    }
}

/// A scalar in the place of a key.
#[derive(Clone, Debug)]
enum Key {
    Text(String),
    Merge,
    Null,
    /// A number, a flag, a date or null, where only texts may be keys: as it was written.
    Other(String),
}

impl Key {
    fn new(text: &str, meaning: Scalar<'_>, dialect: Dialect) -> Self {
        match meaning {
            Scalar::Text(text) => Self::Text(text.into_owned()),
            _ if dialect == Dialect::V3 => Self::Other(if text.is_empty() { "null".to_owned() } else { text.to_owned() }),
            Scalar::Null => Self::Null,
            Scalar::Bool(value) => Self::Text(value.to_string()),
            Scalar::Int(int) => Self::Text(int.to_string()),
            Scalar::Uint(int) => Self::Text(int.to_string()),
            Scalar::Float(float) => Self::Text(float::to_key(float)),
            Scalar::Timestamp(text) => Self::Text(text),
        }
    }
}

fn is_merge(text: &str, style: ScalarStyle, tag: Option<&str>) -> bool {
    text == "<<" && matches!((style, tag), (ScalarStyle::Plain, None) | (_, Some("!!merge")))
}

fn to_value(meaning: Scalar<'_>, at: Mark, whole_floats: bool) -> Result<Value, Error> {
    Ok(match meaning {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => value.into(),
        Scalar::Int(int) => int.into(),
        Scalar::Uint(int) => int.into(),
        Scalar::Float(float) if float == 0.0 && !whole_floats => 0.into(),
        Scalar::Float(float) if whole_floats && float.is_finite() => float.into(),
        Scalar::Float(float) => float::to_json(float)
            .ok_or_else(|| Error::conversion(at, format_args!("json: unsupported value: {}", float::go_name(float))))?,
        Scalar::Timestamp(text) => text.into(),
        Scalar::Text(text) => text.into_owned().into(),
    })
}

impl<'a> Sink<'a> for Builder<'a> {
    fn scalar(&mut self, start: Mark, properties: Properties<'a>, scalar: ScalarText<'a>) -> Result<(), Error> {
        self.anchors.count_node();
        let dialect = self.options.dialect;
        let tag = properties.tag.as_deref();
        let is_key = self.expects_key();
        if is_key && is_merge(&scalar.text, scalar.style, tag) {
            return self.take_key(Key::Merge, start);
        }
        let spelling = if properties.anchor.is_some() || is_key { scalar.text.clone() } else { Default::default() };
        let is_folded = scalar.style == ScalarStyle::Folded && self.options.folds_again;
        let text = if is_folded { folded::round(scalar.text) } else { scalar.text };
        let meaning = resolve::scalar(text, scalar.style, tag, dialect).map_err(|what| Error::meaning(start, what))?;
        if let Some(name) = properties.anchor {
            let key = Key::new(&spelling, meaning.clone(), dialect);
            self.anchors.close(name, &to_value(meaning.clone(), start, self.options.whole_floats)?, Some(key), start)?;
        }
        if is_key {
            return self.take_key(Key::new(&spelling, meaning, dialect), start);
        }
        self.put(to_value(meaning, start, self.options.whole_floats)?, start)
    }

    fn alias(&mut self, start: Mark, _end: Mark, name: &'a str) -> Result<(), Error> {
        if self.expects_key() {
            let key = self.anchors.key(name, start)?;
            return self.take_key(key, start);
        }
        let value = self.anchors.value(name, start, self.frames.len())?;
        self.put(value, start)
    }

    fn open_sequence(&mut self, start: Mark, properties: Properties<'a>, _is_flow: bool) -> Result<(), Error> {
        self.open(start, properties, Body::List(Vec::new()))
    }

    fn open_mapping(&mut self, start: Mark, properties: Properties<'a>, _is_flow: bool) -> Result<(), Error> {
        self.open(start, properties, Body::Map(Mapping::default()))
    }

    fn close(&mut self, _end: Mark) -> Result<(), Error> {
        let Some(frame) = self.frames.pop() else { unreachable!("the parser closes only what it opened") };
        let value = match frame.body {
            Body::List(items) => Value::Array(items),
            Body::Map(mapping) => Value::Object(mapping.finish()),
        };
        if let Some(name) = frame.anchor {
            self.anchors.close(name, &value, None, frame.start)?;
        }
        self.put(value, frame.start)
    }
}

#[cfg(test)]
mod tests;
