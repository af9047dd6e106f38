//! ConfigMaps out of literals, files and environment files.

use object::{Map, Value};

use crate::error::Error;
use crate::kustomization::GeneratorArgs;
use crate::loader::Loader;
use crate::resource::Resource;

/// Makes one ConfigMap. Values that are no UTF-8 go to `binaryData`.
pub(crate) fn generate(args: &GeneratorArgs, loader: &Loader<'_>) -> Result<Resource, Error> {
    let mut object = super::base("ConfigMap", args)?;
    let (mut data, mut binary_data) = (Map::new(), Map::new());
    for (key, value) in super::pairs::load(args, loader)? {
        match String::from_utf8(value) {
            Ok(text) => data.insert(key, text.into()),
            Err(bytes) => binary_data.insert(key, super::base64(bytes.as_bytes()).into()),
        };
    }
    for (field, values) in [("data", data), ("binaryData", binary_data)] {
        if !values.is_empty() {
            object.insert(field.to_owned(), Value::Object(values));
        }
    }
    Ok(super::finish(object, args))
}

/// As [`generate`], from a configuration object.
pub(super) fn from_config(config: &Value, loader: &Loader<'_>) -> Result<Vec<Resource>, Error> {
    Ok(vec![generate(&super::args_of(config, false)?, loader)?])
}
