//! The function library: one file per family, each function one line of its family's table.
//!
//! A table entry names a plain Rust function; its parameter types give the signature that calls are checked against,
//! so a function body never meets a value of the wrong type. Begin with `strings.rs` as an example.

mod arguments;
mod builtin;
pub(crate) mod cast;
mod crypto;
mod dates;
mod decimal;
mod defaults;
mod dicts;
mod durations;
mod encoding;
mod flow;
mod helm;
mod json;
mod lists;
mod math;
mod network;
mod passwords;
mod paths;
mod random;
mod reflection;
mod regex;
mod regex_syntax;
mod semver;
mod string_lists;
mod strings;
mod toml;
mod toml_read;
mod toml_write;
mod urls;
mod words;
mod yaml;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::error::Fault;
use crate::exec::Render;
use crate::value::{Signature, Value};

pub(crate) use arguments::{Native, With};
pub(crate) use flow::MARKS;

/// A function that templates may call.
pub struct Function {
    /// Its name in templates.
    pub name: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    pub(crate) native: &'static (dyn Native + Sync),
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "function {}", self.name)
    }
}

impl Function {
    /// The parameters it takes.
    pub fn signature(&self) -> Signature {
        self.native.signature()
    }

    pub(crate) fn call(&self, render: &mut Render<'_>, arguments: Vec<Value>) -> Result<Value, Fault> {
        self.native.call(render, arguments)
    }
}

/// A family: its title in the documentation, and its functions.
pub type Family = (&'static str, &'static [Function]);

/// Every family, in the order of the documentation. A later entry replaces an earlier one of the same name.
pub const FAMILIES: &[Family] = &[
    ("Go's own", builtin::FUNCTIONS),
    ("Strings", strings::FUNCTIONS),
    ("Words and cases", words::FUNCTIONS),
    ("String lists", string_lists::FUNCTIONS),
    ("Numbers", math::FUNCTIONS),
    ("Dates", dates::FUNCTIONS),
    ("Durations", durations::FUNCTIONS),
    ("Defaults", defaults::FUNCTIONS),
    ("Encoding", encoding::FUNCTIONS),
    ("Lists", lists::FUNCTIONS),
    ("Dictionaries", dicts::FUNCTIONS),
    ("Paths", paths::FUNCTIONS),
    ("Flow", flow::FUNCTIONS),
    ("Hashes, keys and certificates", crypto::FUNCTIONS),
    ("Random", random::FUNCTIONS),
    ("Semantic versions", semver::FUNCTIONS),
    ("Reflection", reflection::FUNCTIONS),
    ("Network", network::FUNCTIONS),
    ("URLs", urls::FUNCTIONS),
    ("Regular expressions", regex::FUNCTIONS),
    ("JSON", json::FUNCTIONS),
    ("YAML", yaml::FUNCTIONS),
    ("TOML", toml::FUNCTIONS),
    ("Templates", helm::FUNCTIONS),
];

/// Which functions exist for a set of templates. Clones share one index.
#[derive(Clone, Debug)]
pub struct Functions {
    by_name: Arc<HashMap<&'static str, &'static Function, BuildHasherDefault<NameHasher>>>,
}

impl Functions {
    /// Everything that Helm gives to charts.
    pub fn helm() -> Self {
        Self::of(FAMILIES)
    }

    /// Only what Go's text/template has by itself.
    pub fn standard() -> Self {
        Self::of(&FAMILIES[..1])
    }

    fn of(families: &'static [Family]) -> Self {
        let all = families.iter().flat_map(|(_, functions)| functions.iter());
        Self { by_name: Arc::new(all.map(|function| (function.name, function)).collect()) }
    }

    /// The function of this name.
    pub fn find(&self, name: &str) -> Option<&'static Function> {
        self.by_name.get(name).copied()
    }
}

/// FNV-1a: our own names are short and nobody chooses them to collide; other names only miss.
struct NameHasher(u64);

impl Default for NameHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A table line: name, function, arity, help. Functions that need the render are marked `with`.
macro_rules! table {
    ($($name:literal $kind:tt $function:path, $help:literal;)*) => {
        pub(crate) const FUNCTIONS: &[crate::functions::Function] = &[$(crate::functions::Function {
            name: $name,
            help: $help,
            native: crate::functions::entry!($kind $function),
        }),*];
    };
}

/// The function pointer of a table line: how many parameters it takes, and whether it takes the render first.
macro_rules! entry {
    (0 $function:path) => {
        &($function as fn() -> _)
    };
    (1 $function:path) => {
        &($function as fn(_) -> _)
    };
    (2 $function:path) => {
        &($function as fn(_, _) -> _)
    };
    (3 $function:path) => {
        &($function as fn(_, _, _) -> _)
    };
    (4 $function:path) => {
        &($function as fn(_, _, _, _) -> _)
    };
    (5 $function:path) => {
        &($function as fn(_, _, _, _, _) -> _)
    };
    ((with 0) $function:path) => {
        &crate::functions::With($function as fn(&mut crate::exec::Render<'_>) -> _)
    };
    ((with 1) $function:path) => {
        &crate::functions::With($function as fn(&mut crate::exec::Render<'_>, _) -> _)
    };
    ((with 2) $function:path) => {
        &crate::functions::With($function as fn(&mut crate::exec::Render<'_>, _, _) -> _)
    };
    ((with 3) $function:path) => {
        &crate::functions::With($function as fn(&mut crate::exec::Render<'_>, _, _, _) -> _)
    };
    ((with 4) $function:path) => {
        &crate::functions::With($function as fn(&mut crate::exec::Render<'_>, _, _, _, _) -> _)
    };
    ((with 5) $function:path) => {
        &crate::functions::With($function as fn(&mut crate::exec::Render<'_>, _, _, _, _, _) -> _)
    };
    ((with 6) $function:path) => {
        &crate::functions::With($function as fn(&mut crate::exec::Render<'_>, _, _, _, _, _, _) -> _)
    };
}

pub(crate) use {entry, table};
