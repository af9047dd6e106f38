//! `images`: name, tag and digest of container images.

use std::borrow::Cow;

use object::Value;

use super::{Boxed, Context, Transformer, field_specs, read_config};
use crate::error::Error;
use crate::field_spec::{FieldSpec, Missing, wrong_kind};
use crate::kustomization::{Image, read_image};
use crate::pattern::{Pattern, is_plain};
use crate::resource::scalar_text;
use crate::resources::Resources;

/// What may follow an image's name: tag and digest.
const REST: &str = "(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$";

/// Changes one image wherever it is used.
pub(crate) struct SetImage {
    pub image: Image,
    pub specs: Vec<FieldSpec>,
}

impl Transformer for SetImage {
    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        let Some(name) = Name::new(&self.image.name) else { return Ok(()) };
        for resource in resources.items_mut().iter_mut().filter(|resource| resource.kind() != "CustomResourceDefinition") {
            if is_in_containers(&resource.value, &name) {
                self.set_in_containers(&mut resource.value, &name)?;
            }
            for spec in &self.specs {
                spec.visit(&mut resource.value, Missing::Skip, &mut |value| self.set(value, &name))?;
            }
        }
        Ok(())
    }
}

/// Whether any list of containers has the image, or something that is no container.
fn is_in_containers(value: &Value, name: &Name) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| is_in_containers(item, name)),
        Value::Object(map) => map.iter().any(|(key, value)| {
            let is_list = key == "containers" || key == "initContainers";
            is_list && has_image(value, name) || is_in_containers(value, name)
        }),
        _ => false,
    }
}

fn has_image(containers: &Value, name: &Name) -> bool {
    let is_meant = |image: &Value| image_text(image).is_none_or(|text| name.matches(&text));
    containers.as_array().into_iter().flatten().any(|container| match container {
        Value::Object(map) => map.get("image").is_some_and(is_meant),
        other => !other.is_null(),
    })
}

/// The text of a scalar, a null's too; mappings and lists have none.
fn image_text(image: &Value) -> Option<Cow<'_, str>> {
    match image {
        Value::Object(_) | Value::Array(_) => None,
        Value::Null => Some("null".into()),
        scalar => Some(scalar_text(scalar)),
    }
}

impl SetImage {
    /// Any list called `containers` or `initContainers`, at any depth.
    fn set_in_containers(&self, value: &mut Value, name: &Name) -> Result<(), Error> {
        match value {
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.set_in_containers(item, name)),
            Value::Object(map) => {
                for (key, value) in map {
                    self.set_in_containers(value, name)?;
                    if key == "containers" || key == "initContainers" {
                        self.set_in_list(value, name)?;
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn set_in_list(&self, value: &mut Value, name: &Name) -> Result<(), Error> {
        for item in value.as_array_mut().into_iter().flatten() {
            match item {
                Value::Object(map) => map.get_mut("image").map_or(Ok(()), |image| self.set(image, name))?,
                Value::Null => {}
                other => return Err(wrong_kind("MappingNode", other)),
            }
        }
        Ok(())
    }

    fn set(&self, value: &mut Value, name: &Name) -> Result<(), Error> {
        let Some(text) = image_text(value) else { return Err(wrong_kind("ScalarNode", value)) };
        if name.matches(&text) {
            *value = self.changed(&text).into();
        }
        Ok(())
    }

    fn changed(&self, text: &str) -> String {
        let image = &self.image;
        let (name, mut tag, mut digest) = split(text);
        let name = if image.new_name.is_empty() { name } else { &image.new_name };
        let suffixed = format!("{tag}{}", image.tag_suffix);
        match (image.new_tag.as_str(), image.digest.as_str()) {
            ("", "") if image.tag_suffix.is_empty() => {}
            ("", "") => (tag, digest) = (&suffixed, ""),
            (new_tag, new_digest) => (tag, digest) = (new_tag, new_digest),
        }
        let tag = if tag.is_empty() { String::new() } else { format!(":{tag}") };
        let digest = if digest.is_empty() { String::new() } else { format!("@{digest}") };
        format!("{name}{tag}{digest}")
    }
}

/// The image name that is looked for: a plain name, or a regular expression.
enum Name {
    Plain(String),
    Pattern(Pattern),
}

impl Name {
    /// `None` if the name is no regular expression: it then matches nothing.
    fn new(name: &str) -> Option<Name> {
        if is_plain(name) {
            return Some(Name::Plain(name.to_owned()));
        }
        Pattern::unanchored(&format!("^{name}{REST}")).ok().map(Name::Pattern)
    }

    fn matches(&self, image: &str) -> bool {
        match self {
            Name::Plain(name) => image.strip_prefix(name.as_str()).is_some_and(is_rest),
            Name::Pattern(pattern) => pattern.matches(image),
        }
    }
}

/// Whether a text is tag and digest, or nothing: the same as [`REST`].
fn is_rest(rest: &str) -> bool {
    let is_value = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_.{}-".contains(c));
    let (tag, digest) = rest.split_once('@').map_or((rest, None), |(tag, digest)| (tag, Some(digest)));
    let is_tag = tag.is_empty() || tag.strip_prefix(':').is_some_and(is_value);
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
    let is_digest = |digest: &str| {
        digest.split_once(':').is_some_and(|(algorithm, value)| algorithm.split(['.', '+', '_', '-']).all(is_part) && is_value(value))
    };
    is_tag && digest.is_none_or(is_digest)
}

/// Name, tag and digest of an image; a colon before the first slash belongs to the registry's port.
fn split(image: &str) -> (&str, &str, &str) {
    let (image, digest) = image.split_once('@').unwrap_or((image, ""));
    let path_at = image.find('/').filter(|at| *at > 0).unwrap_or(0);
    match image[path_at..].find(':') {
        Some(colon) => (&image[..path_at + colon], &image[path_at + colon + 1..], digest),
        None => (image, "", digest),
    }
}

/// Makes the transformer from a configuration object.
pub(super) fn from_config(config: &Value, _: &Context<'_>) -> Result<Boxed, Error> {
    let set = read_config(config, |fields| SetImage {
        image: fields.part("imageTag", read_image).unwrap_or_default(),
        specs: field_specs(fields),
    })?;
    Ok(Box::new(set))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(image: Image, before: &str, after: &str) {
        let set = SetImage { image, specs: Vec::new() };
        let mut value = Value::from(before);
        set.set(&mut value, &Name::new(&set.image.name).unwrap()).unwrap();
        assert_eq!(value, after);
    }

    #[test]
    fn images_change_by_name() {
        let tag = |tag: &str| Image { name: "nginx".into(), new_tag: tag.into(), ..Image::default() };
        check(tag("2"), "nginx:1", "nginx:2");
        check(tag("2"), "nginx@sha256:abc", "nginx:2");
        check(tag("2"), "nginx-x:1", "nginx-x:1");
        check(tag("2"), "docker.io/nginx:1", "docker.io/nginx:1");
        check(Image { name: "r:5000/a".into(), new_name: "b".into(), ..Image::default() }, "r:5000/a:1", "b:1");
        check(Image { name: "a".into(), digest: "sha256:x".into(), ..Image::default() }, "a:1", "a@sha256:x");
        check(Image { name: "a".into(), tag_suffix: "-x".into(), ..Image::default() }, "a:1@sha256:y", "a:1-x");
        check(Image { name: "a.c".into(), new_tag: "2".into(), ..Image::default() }, "abc:1", "abc:2");
    }
}
