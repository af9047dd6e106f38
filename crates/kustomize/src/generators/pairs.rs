//! The keys and values of a generator: environment files first, then literals, then files.

use crate::error::Error;
use crate::kustomization::GeneratorArgs;
use crate::loader::Loader;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Reads all pairs; a key that comes twice is refused.
pub(super) fn load(args: &GeneratorArgs, loader: &Loader<'_>) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut pairs = Vec::new();
    for env in &args.envs {
        env_file(env, loader, &mut pairs).map_err(|error| loading(error, "env source files", &args.envs))?;
    }
    for source in &args.literals {
        pairs.push(literal(source).map_err(|error| loading(error, "literal sources", &args.literals))?);
    }
    for source in &args.files {
        pairs.push(file(source, loader).map_err(|error| loading(error, "file sources", &args.files))?);
    }
    refuse_repeated(&args.name, &pairs)?;
    Ok(pairs)
}

fn loading(error: Error, what: &str, sources: &[String]) -> Error {
    error.context(format_args!("loading KV pairs: {what}: [{}]", sources.join(" ")))
}

fn refuse_repeated(name: &str, pairs: &[(String, Vec<u8>)]) -> Result<(), Error> {
    let mut keys = std::collections::BTreeSet::new();
    match pairs.iter().find(|(key, _)| !keys.insert(key)) {
        Some((key, _)) => Err(Error::build(format!("configmap {name} illegally repeats the key `{key}`"))),
        None => Ok(()),
    }
}

fn literal(source: &str) -> Result<(String, Vec<u8>), Error> {
    match source.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), unquoted(value).as_bytes().to_vec())),
        _ => Err(Error::build(format!("invalid literal source {source}, expected key=value"))),
    }
}

/// Takes one pair of quotes off that stands around the whole value.
fn unquoted(value: &str) -> &str {
    let stripped = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    stripped('"').or_else(|| stripped('\'')).unwrap_or(value)
}

fn file(source: &str, loader: &Loader<'_>) -> Result<(String, Vec<u8>), Error> {
    let (key, path) = match source.split('=').collect::<Vec<_>>().as_slice() {
        [path] => (path.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or(path), *path),
        ["", path] => return Err(Error::build(format!("missing key name for file path \"{path}\" in source \"{source}\""))),
        [key, ""] => return Err(Error::build(format!("missing file path for key name \"{key}\" in source \"{source}\""))),
        [key, path] => (*key, *path),
        _ => return Err(Error::build(format!("source \"{source}\" key name or file path contains '='"))),
    };
    Ok((key.to_owned(), loader.read(path)?.into_owned()))
}

fn env_file(path: &str, loader: &Loader<'_>, pairs: &mut Vec<(String, Vec<u8>)>) -> Result<(), Error> {
    let bytes = loader.read(path)?;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = std::str::from_utf8(line)
            .map_err(|_| Error::build(format!("line {} has invalid utf8 bytes", number + 1)).in_file(path).at_line(number + 1))?;
        let line = if number == 0 { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line };
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        if !key.is_empty() {
            pairs.push((key.to_owned(), value.as_bytes().to_vec()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_lose_one_pair_of_quotes() {
        for (source, key, value) in
            [("a=b", "a", "b"), ("a=", "a", ""), ("a=\"b c\"", "a", "b c"), ("a='b\"", "a", "'b\""), ("a=b=c", "a", "b=c")]
        {
            assert_eq!(literal(source).unwrap(), (key.to_owned(), value.as_bytes().to_vec()));
        }
        assert!(literal("=b").is_err() && literal("ab").is_err());
    }
}
