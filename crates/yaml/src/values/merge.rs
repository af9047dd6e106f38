//! The merge key `<<`: the keys of another mapping, or of several, the first of which wins.
//!
//! The dialects differ in what wins against keys of the mapping itself: whatever comes last in v2, the written keys in v3.

use super::{Builder, Mapping};
use crate::{Dialect, Error, Map, Mark, Value};

impl Builder<'_> {
    pub(super) fn merge(&mut self, value: Value, at: Mark) -> Result<(), Error> {
        if self.options.dialect == Dialect::V3 && self.mapping().has_merge_key {
            return Err(self.duplicate("<<", at));
        }
        let maps = merged_maps(value, at)?;
        self.mapping().has_merge_key = true;
        if self.options.dialect == Dialect::V3 {
            self.mapping().merges.extend(maps.into_iter().map(Value::Object));
            return Ok(());
        }
        for (key, value) in maps.into_iter().rev().flatten() {
            self.insert(key, value, at)?;
        }
        Ok(())
    }
}

impl Mapping {
    /// The finished map: what was merged stands behind what was written.
    pub(super) fn finish(mut self) -> Map<String, Value> {
        for (key, value) in self.merges.into_iter().filter_map(into_map).flatten() {
            self.map.entry(key).or_insert(value);
        }
        self.map
    }
}

fn merged_maps(value: Value, at: Mark) -> Result<Vec<Map<String, Value>>, Error> {
    let maps: Option<Vec<_>> = match value {
        Value::Object(map) => Some(vec![map]),
        Value::Array(items) => items.into_iter().map(into_map).collect(),
        _ => None,
    };
    maps.ok_or_else(|| Error::meaning(at, "map merge requires map or sequence of maps as the value"))
}

fn into_map(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}
