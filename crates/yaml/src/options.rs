//! How to read: which of the two Go dialects, how strict, and how much.

/// Which Go library's reading of plain scalars, merge keys and duplicate keys to follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// `sigs.k8s.io/yaml` on go-yaml v2: `yes`, `no`, `on`, `off`, `y` and `n` are booleans, dates stay text, merged keys win
    /// over keys written before them, the last of two equal keys wins unless [`Options::strict`] is set.
    #[default]
    V2,
    /// go-yaml v3 as kustomize uses it: only `true` and `false` are booleans, dates become RFC 3339 text, keys must be
    /// texts, written keys win over merged ones, equal keys are always refused.
    V3,
}

/// What may vary in reading. The default reads as `sigs.k8s.io/yaml.Unmarshal` does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whose reading to follow.
    pub dialect: Dialect,
    /// Refuses equal keys in a mapping also in [`Dialect::V2`].
    pub strict: bool,
    /// Keeps `12e5` a float, which Go shows where a text field takes it. Otherwise whole floats become integers, as in JSON.
    pub whole_floats: bool,
    /// Takes text written with `>` for what becomes of it when it is printed folded and read again: more empty lines in front of
    /// lines that begin with blanks.
    pub folds_again: bool,
    /// How much to accept.
    pub limits: Limits,
}

impl Options {
    /// Reads as go-yaml v3 does.
    pub fn v3() -> Self {
        Self { dialect: Dialect::V3, ..Self::default() }
    }

    /// Reads as kustomize does, which prints what it read and reads it again.
    pub fn kustomize() -> Self {
        Self { folds_again: true, ..Self::v3() }
    }

    /// Reads as `sigs.k8s.io/yaml.UnmarshalStrict` does.
    pub fn strict() -> Self {
        Self { strict: true, ..Self::default() }
    }
}

/// How much a text may hold. Past a limit the reader answers an [`Error`](crate::Error), it never panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Collections inside collections. Default 500: values are dropped and printed by recursion, so this guards the stack.
    pub depth_max: usize,
    /// Bytes of text. Default 128 MiB; never more than 4 GiB.
    pub text_bytes_max: usize,
    /// Bytes of values that anchors and aliases may copy, roughly. Default 64 MiB. Go's own rule on the share of aliased
    /// nodes is checked besides.
    pub copied_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth_max: 500, text_bytes_max: 128 << 20, copied_bytes_max: 64 << 20 }
    }
}
