//! What `helm show` prints of a chart.

use object::{Map, Value};

use crate::chart::{Chart, Dependency, Metadata};

/// Chart.yaml as Helm writes it: known fields only, sorted, without empty ones.
pub fn chart(chart: &Chart) -> String {
    yaml::to_string(&metadata(&chart.metadata))
}

/// values.yaml as it lies in the chart, with its comments; none where there is no such file.
pub fn values(chart: &Chart) -> Option<String> {
    chart.raw_file("values.yaml").map(|file| file.text().into_owned())
}

/// The README, where there is one.
pub fn readme(chart: &Chart) -> Option<String> {
    chart.readme().map(|file| file.text().into_owned())
}

/// The files of crds/, each behind a `---`.
pub fn crds(chart: &Chart) -> String {
    let crds = chart.crds();
    let texts = crds.iter().map(|crd| {
        let content = crd.content();
        let mark = if content.starts_with("---") { "" } else { "---\n" };
        format!("{mark}{content}\n")
    });
    texts.collect()
}

fn metadata(metadata: &Metadata) -> Value {
    let mut map = Map::new();
    let texts = [
        ("apiVersion", &metadata.api_version),
        ("name", &metadata.name),
        ("version", &metadata.version),
        ("appVersion", &metadata.app_version),
        ("kubeVersion", &metadata.kube_version),
        ("description", &metadata.description),
        ("type", &metadata.kind),
        ("home", &metadata.home),
        ("icon", &metadata.icon),
        ("condition", &metadata.condition),
        ("tags", &metadata.tags),
    ];
    texts.into_iter().for_each(|(key, text)| put_text(&mut map, key, text));
    put_texts(&mut map, "sources", &metadata.sources);
    put_texts(&mut map, "keywords", &metadata.keywords);
    if metadata.deprecated {
        map.insert("deprecated".into(), Value::Bool(true));
    }
    let annotations = metadata.annotations.iter().flatten().map(|(key, text)| (key.clone(), Value::from(text.as_str())));
    put(&mut map, "annotations", Value::Object(annotations.collect()));
    let people = metadata.maintainers.iter().map(|person| {
        let mut map = Map::new();
        put_text(&mut map, "name", &person.name);
        put_text(&mut map, "email", &person.email);
        put_text(&mut map, "url", &person.url);
        Value::Object(map)
    });
    put(&mut map, "maintainers", Value::Array(people.collect()));
    let dependencies = metadata.dependencies.iter().flatten().map(dependency);
    put(&mut map, "dependencies", Value::Array(dependencies.collect()));
    Value::Object(map)
}

fn dependency(dependency: &Dependency) -> Value {
    let mut map = Map::new();
    map.insert("name".into(), Value::from(dependency.name.as_str()));
    map.insert("repository".into(), Value::from(dependency.repository.as_str()));
    put_text(&mut map, "version", &dependency.version);
    put_text(&mut map, "condition", &dependency.condition);
    put_text(&mut map, "alias", &dependency.alias);
    put_texts(&mut map, "tags", &dependency.tags);
    if dependency.enabled {
        map.insert("enabled".into(), Value::Bool(true));
    }
    put(&mut map, "import-values", Value::Array(dependency.import_values.clone()));
    Value::Object(map)
}

fn put_text(map: &mut Map<String, Value>, key: &str, text: &str) {
    if !text.is_empty() {
        map.insert(key.into(), Value::from(text));
    }
}

fn put_texts(map: &mut Map<String, Value>, key: &str, texts: &[String]) {
    put(map, key, Value::from(texts.to_vec()));
}

/// Sets a list or mapping that is not empty.
fn put(map: &mut Map<String, Value>, key: &str, value: Value) {
    let is_empty = value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
    if !is_empty {
        map.insert(key.into(), value);
    }
}
