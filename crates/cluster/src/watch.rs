//! Changes of the objects of one kind, as a stream that never ends by itself.

use futures::{Stream, StreamExt, future};
use kube::core::{ApiResource, DynamicObject, DynamicResourceScope, PartialObjectMeta};
use kube::runtime::watcher::{Config, Event};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, core::ObjectMeta};
use object::{Object, Value};

use crate::{Cluster, Resource};

/// Which objects are watched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Watched {
    /// One namespace, or all if empty.
    pub namespace: String,
    /// Label selector, or all if empty.
    pub labels: String,
    /// Field selector, or all if empty.
    pub fields: String,
}

/// How much of each object is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Depth {
    /// Metadata only: the cheap one.
    Metadata,
    /// Everything.
    Full,
}

/// One change.
#[derive(Clone, Debug)]
pub enum Change {
    /// A list begins: what is not named until [`Change::Listed`] is gone.
    Listing,
    /// The object exists and looks like this.
    Is(Object),
    /// The object was deleted and last looked like this.
    Gone(Object),
    /// The list is complete.
    Listed,
}

/// Follows the objects of a kind. Lost connections and expired versions are mended inside, with backoff.
pub fn watch(cluster: &Cluster, resource: &Resource, watched: &Watched, depth: Depth) -> impl Stream<Item = Change> + Send + 'static {
    let kind = ApiResource {
        group: resource.gvk.group.clone(),
        version: resource.gvk.version.clone(),
        api_version: resource.gvk.api_version(),
        kind: resource.gvk.kind.clone(),
        plural: resource.plural.clone(),
    };
    let config = Config {
        label_selector: Some(watched.labels.clone()).filter(|text| !text.is_empty()),
        field_selector: Some(watched.fields.clone()).filter(|text| !text.is_empty()),
        ..Config::default()
    };
    let resource = resource.clone();
    let name = resource.plural.clone();
    let changes = match depth {
        Depth::Full => {
            let events = watcher(api::<DynamicObject>(cluster, watched, &kind), config).default_backoff();
            events.map(move |event| event.map(|event| change(event, |object| full(object, &resource)))).boxed()
        }
        Depth::Metadata => {
            let events = watcher(api::<PartialObjectMeta<DynamicObject>>(cluster, watched, &kind), config).default_backoff();
            events.map(move |event| event.map(|event| change(event, |object| metadata(object, &resource)))).boxed()
        }
    };
    changes.filter_map(move |change| {
        let change = change.inspect_err(|error| tracing::debug!(resource = name, %error, "watch interrupted")).ok().flatten();
        future::ready(change)
    })
}

fn api<K: kube::Resource<DynamicType = ApiResource, Scope = DynamicResourceScope>>(
    cluster: &Cluster,
    watched: &Watched,
    kind: &ApiResource,
) -> Api<K> {
    match watched.namespace.as_str() {
        "" => Api::all_with(cluster.base().clone(), kind),
        namespace => Api::namespaced_with(cluster.base().clone(), namespace, kind),
    }
}

fn change<K>(event: Event<K>, read: impl Fn(K) -> Option<Object>) -> Option<Change> {
    match event {
        Event::Init => Some(Change::Listing),
        Event::InitApply(object) | Event::Apply(object) => read(object).map(Change::Is),
        Event::Delete(object) => read(object).map(Change::Gone),
        Event::InitDone => Some(Change::Listed),
    }
}

fn full(object: DynamicObject, resource: &Resource) -> Option<Object> {
    assemble(object.metadata, object.data, resource)
}

fn metadata(object: PartialObjectMeta<DynamicObject>, resource: &Resource) -> Option<Object> {
    assemble(object.metadata, Value::Object(Default::default()), resource)
}

fn assemble(metadata: ObjectMeta, mut data: Value, resource: &Resource) -> Option<Object> {
    let map = data.as_object_mut()?;
    map.insert("apiVersion".into(), resource.gvk.api_version().into());
    map.insert("kind".into(), resource.gvk.kind.clone().into());
    map.insert("metadata".into(), serde_json::to_value(metadata).ok()?);
    Object::new(data).ok()
}
