//! Secrets out of literals, files and environment files.

use object::{Map, Value};

use crate::error::Error;
use crate::kustomization::GeneratorArgs;
use crate::loader::Loader;
use crate::resource::{Resource, scalar_text};

/// Makes one Secret, of type `Opaque` unless the arguments name another.
pub(crate) fn generate(args: &GeneratorArgs, loader: &Loader<'_>) -> Result<Resource, Error> {
    let mut object = super::base("Secret", args)?;
    let secret_type = if args.secret_type.is_empty() { "Opaque" } else { &args.secret_type };
    object.insert("type".to_owned(), secret_type.into());
    let pairs = super::pairs::load(args, loader)?;
    let data: Map<String, Value> = pairs.into_iter().map(|(key, value)| (key, super::base64(&value).into())).collect();
    object.insert("data".to_owned(), Value::Object(data));
    Ok(super::finish(object, args))
}

/// As [`generate`], from a configuration object.
pub(super) fn from_config(config: &Value, loader: &Loader<'_>) -> Result<Vec<Resource>, Error> {
    Ok(vec![generate(&super::args_of(config, true)?, loader)?])
}

/// The data of a Secret with its `stringData` encoded into it, which wins.
pub(crate) fn data_with_string_data(secret: &Resource) -> Result<Map<String, Value>, Error> {
    let field = |name: &str| secret.value.get(name).and_then(Value::as_object).into_iter().flatten();
    let mut data: Map<String, Value> = field("data").map(|(key, value)| (key.clone(), scalar_text(value).into())).collect();
    for (key, value) in field("stringData") {
        if value.is_object() || value.is_array() {
            let message =
                format!("failed to normalize stringData for {}: stringData value for key \"{key}\" must be a scalar", secret.id());
            return Err(Error::build(message).at_field(format!("stringData.{key}")));
        }
        data.insert(key.clone(), super::base64(scalar_text(value).as_bytes()).into());
    }
    Ok(data)
}
