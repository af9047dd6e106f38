//! The `.` of each template: release, chart, values, files, capabilities, and the scopes of subcharts.
//!
//! Refuses to be: thread-safe. Scopes are made anew for each render; what is shared between threads is the parsed set.

use std::collections::BTreeMap;
use std::rc::Rc;

use object::Value as Json;
use template::{Element, Map, Text, Value};

use super::files;
use super::options::RenderOptions;
use super::table;
use crate::chart::{Chart, Dependency, File};
use crate::documents::is_partial;
use crate::instance::Instance;
use crate::values::Values;

/// What a template renders with.
pub(super) struct Renderable {
    pub scope: Rc<Map>,
    pub base_path: String,
}

/// The file of every template of the tree by full name. Of two of one name the later chart's stays.
pub(super) fn templates<'a>(root: &Instance<'a>) -> BTreeMap<String, &'a File> {
    fn collect<'a>(instance: &Instance<'a>, path: &str, files: &mut BTreeMap<String, &'a File>) {
        for child in &instance.children {
            collect(child, &format!("{path}/charts/{}", child.name), files);
        }
        files.extend(own_templates(instance.chart).map(|file| (format!("{path}/{}", file.name), file)));
    }
    let mut files = BTreeMap::new();
    collect(root, &root.name, &mut files);
    files
}

/// The templates of one chart; a library has only partials.
fn own_templates(chart: &Chart) -> impl Iterator<Item = &File> {
    chart.templates.iter().filter(|file| !chart.is_library() || is_partial(&file.name))
}

/// What every template of the tree renders with, by full name. Of two of one name the later chart's stays.
pub(super) fn renderables(root: &Instance<'_>, values: &Values, options: &RenderOptions) -> BTreeMap<String, Renderable> {
    let values = table::to_value(entries(values));
    share_inner_globals(root, &values);
    let mut builder = Builder { release: release(options), capabilities: options.capabilities.to_value(), renderables: BTreeMap::new() };
    builder.descend(root, values, root.name.clone(), true);
    builder.renderables
}

struct Builder {
    release: Value,
    capabilities: Value,
    renderables: BTreeMap<String, Renderable>,
}

impl Builder {
    fn descend(&mut self, instance: &Instance<'_>, values: Value, path: String, is_root: bool) -> Value {
        let mut subcharts = Vec::new();
        for child in &instance.children {
            let own = match values.get(&child.name) {
                Some(Value::Map(own)) => Value::Map(table::view(&own)),
                _ => table::to_value(BTreeMap::new()),
            };
            let scope = self.descend(child, own, format!("{path}/charts/{}", child.name), false);
            subcharts.push((child.name.as_str(), scope));
        }
        let plain = Rc::new(Map::from_entries([
            ("Chart".into(), metadata(instance, is_root)),
            ("Files".into(), files::to_value(&instance.chart.files)),
            ("Release".into(), self.release.clone()),
            ("Capabilities".into(), self.capabilities.clone()),
            ("Values".into(), values),
            ("Subcharts".into(), Value::map(subcharts)),
        ]));
        let scope = table::view(&plain);
        let base_path = format!("{path}/templates");
        for file in own_templates(instance.chart) {
            let renderable = Renderable { scope: scope.clone(), base_path: base_path.clone() };
            self.renderables.insert(format!("{path}/{}", file.name), renderable);
        }
        Value::Map(plain)
    }
}

/// A JSON value as Go's decoders leave it.
fn to_value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::int64(integer),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => Value::list(items.iter().map(to_value).collect()),
        Json::Object(map) => Value::Map(Rc::new(Map::from_entries(entries(map)))),
    }
}

fn entries(map: &Values) -> BTreeMap<Text, Value> {
    map.iter().map(|(key, value)| (Text::from(key.as_str()), to_value(value))).collect()
}

/// Lists of globals and what lies inside a global table are one and the same in parent and child: `set` in one shows in the other.
fn share_inner_globals(instance: &Instance<'_>, values: &Value) {
    for child in &instance.children {
        let Some(own) = values.get(&child.name) else { continue };
        if let (Some(Value::Map(above)), Some(Value::Map(below))) = (values.get("global"), own.get("global")) {
            for (key, table) in above.entries().iter() {
                let key = key.lossy();
                match (table, below.get(&key)) {
                    (Value::Map(table), Some(Value::Map(own))) => share_tables(table, &own),
                    (Value::List(list), Some(Value::List(_))) => below.set(&*key, Value::List(list.clone())),
                    _ => {}
                }
            }
        }
        share_inner_globals(child, &own);
    }
}

fn share_tables(from: &Map, to: &Map) {
    for (key, inner) in from.entries().iter() {
        let key = key.lossy();
        if matches!((inner, to.get(&key)), (Value::Map(_), Some(Value::Map(_))) | (Value::List(_), Some(Value::List(_)))) {
            to.set(&*key, inner.clone());
        }
    }
}

fn release(options: &RenderOptions) -> Value {
    Value::map([
        ("Name", Value::text(options.release_name.as_str())),
        ("Namespace", Value::text(options.namespace.as_str())),
        ("IsUpgrade", Value::Bool(options.is_upgrade)),
        ("IsInstall", Value::Bool(options.is_install)),
        ("Revision", Value::int(options.revision)),
        ("Service", "Helm".into()),
    ])
}

/// `.Chart`: the fields of Chart.yaml under Go's names, as rendering left them.
fn metadata(instance: &Instance<'_>, is_root: bool) -> Value {
    let metadata = &instance.chart.metadata;
    let texts = |texts: &[String]| Value::list(texts.iter().map(|text| Value::text(text.as_str())).collect());
    let text = |text: &str| Value::text(text);
    let annotations = match &metadata.annotations {
        None => Map::nil(Element::Text),
        Some(pairs) => Map::typed(Element::Text, pairs.iter().map(|(key, value)| (Text::from(key.as_str()), text(value))).collect()),
    };
    let maintainers = metadata
        .maintainers
        .iter()
        .map(|person| Value::map([("Name", text(&person.name)), ("Email", text(&person.email)), ("URL", text(&person.url))]));
    Value::map([
        ("Name", text(&instance.name)),
        ("Home", text(&metadata.home)),
        ("Sources", texts(&metadata.sources)),
        ("Version", text(&metadata.version)),
        ("Description", text(&metadata.description)),
        ("Keywords", texts(&metadata.keywords)),
        ("Maintainers", Value::list(maintainers.collect())),
        ("Icon", text(&metadata.icon)),
        ("APIVersion", text(&metadata.api_version)),
        ("Condition", text(&metadata.condition)),
        ("Tags", text(&metadata.tags)),
        ("AppVersion", text(&metadata.app_version)),
        ("Deprecated", Value::Bool(metadata.deprecated)),
        ("Annotations", Value::Map(Rc::new(annotations))),
        ("KubeVersion", text(&metadata.kube_version)),
        ("Dependencies", Value::list(instance.dependencies.iter().flatten().map(dependency).collect())),
        ("Type", text(&metadata.kind)),
        ("IsRoot", Value::Bool(is_root)),
    ])
}

fn dependency(dependency: &Dependency) -> Value {
    let text = |text: &str| Value::text(text);
    Value::map([
        ("Name", text(&dependency.name)),
        ("Version", text(&dependency.version)),
        ("Repository", text(&dependency.repository)),
        ("Condition", text(&dependency.condition)),
        ("Tags", Value::list(dependency.tags.iter().map(|tag| text(tag)).collect())),
        ("Enabled", Value::Bool(dependency.enabled)),
        ("ImportValues", Value::list(dependency.import_values.iter().map(to_value).collect())),
        ("Alias", text(&dependency.alias)),
    ])
}
