//! Names, labels, images, generators, and the files that say which fields they reach.

use serde_json::{Value, json};

use super::Folder;
use super::objects::{name, texts};

/// A pair under a key that nobody else writes (docs/parity.md, labels that are written twice).
pub fn own_texts(folder: &mut Folder<'_>) -> Value {
    let key = format!("own-{}", folder.random.below(1 << 30));
    json!({key: folder.random.one(&["x", "1", "true", "a b"])})
}

pub fn names(folder: &mut Folder<'_>) {
    if folder.random.once_in(2) {
        folder.fields.insert("namePrefix".into(), folder.random.one(&["p-", "q-"]).into());
    }
    if folder.random.once_in(2) {
        folder.fields.insert("nameSuffix".into(), folder.random.one(&["-s", "-t"]).into());
    }
}

pub fn namespace(folder: &mut Folder<'_>) {
    folder.fields.insert("namespace".into(), folder.random.one(&["shop", "other", "default"]).into());
}

pub fn labels(folder: &mut Folder<'_>) {
    let mut entry = json!({"pairs": own_texts(folder)});
    for flag in ["includeSelectors", "includeTemplates", "includeVolumeClaimTemplates"] {
        if folder.random.once_in(3) {
            entry[flag] = true.into();
        }
    }
    if folder.random.once_in(3) {
        let path = folder.random.one(&["spec/labels", "spec/deep/labels", "metadata/other", "spec/moons/labels", "spec/moons[]/labels"]);
        entry["fields"] = json!([{"path": path, "kind": "Planet", "create": folder.random.once_in(2)}]);
    }
    folder.push("labels", entry);
}

pub fn common_labels(folder: &mut Folder<'_>) {
    let pair = own_texts(folder);
    folder.fields.insert("commonLabels".into(), pair);
}

pub fn annotations(folder: &mut Folder<'_>) {
    let pair = own_texts(folder);
    folder.fields.insert("commonAnnotations".into(), pair);
}

pub fn images(folder: &mut Folder<'_>) {
    let mut image = json!({"name": folder.random.one(&["nginx", "busybox", "r.io:5000/app", "ngin.", "r.io/x/nginx", "*"])});
    for field in ["newName", "newTag", "digest", "tagSuffix"] {
        if folder.random.once_in(2) {
            let value = match field {
                "newName" => folder.random.one(&["x", "y/z", "r.io:5000/n"]),
                "digest" => "sha256:def",
                _ => folder.random.one(&["v2", "1.0", "-x"]),
            };
            image[field] = value.into();
        }
    }
    folder.push("images", image);
}

pub fn replicas(folder: &mut Folder<'_>) {
    let found = folder.seen_of(&["Deployment", "StatefulSet", "ReplicationController"]);
    if let Some(found) = found {
        let entry = json!({"name": found["metadata"]["name"], "count": folder.random.below(9)});
        folder.push("replicas", entry);
    }
}

pub fn generators(folder: &mut Folder<'_>) {
    let (field, kind) = if folder.random.once_in(2) { ("configMapGenerator", "ConfigMap") } else { ("secretGenerator", "Secret") };
    let mut entry = arguments(folder);
    let old = if folder.random.once_in(2) { folder.seen_of(&[kind]) } else { None };
    match old {
        Some(old) => {
            entry["name"] = old["metadata"]["name"].clone();
            entry["namespace"] = old["metadata"]["namespace"].clone();
            entry["behavior"] = folder.random.one(&["merge", "merge", "replace", "create"]).into();
        }
        None => entry["name"] = format!("gen-{}", folder.random.below(1000)).into(),
    }
    if kind == "Secret" && folder.random.once_in(3) {
        entry["type"] = "kubernetes.io/tls".into();
    }
    folder.push(field, entry);
}

/// Sources and options of a generator.
pub fn arguments(folder: &mut Folder<'_>) -> Value {
    let path = folder.path;
    folder.files.insert(format!("{path}/f.txt"), "one\ntwo\n".into());
    folder.files.insert(format!("{path}/long.txt"), "0123456789".repeat(11));
    folder.files.insert(format!("{path}/e.env"), "# c\nX=1\nY= 2 \nZ\n\nQ=\"x\"\nexport R=1\n".into());
    let literal = folder.random.one(&["a=b", "a=\"x y\"", "a='q'", "a=", "a=1=2", "a=line\nnext", "a=true", "a= b ", "a=`b`"]);
    let mut entry = json!({"literals": [literal, "url=$(HOST)"]});
    if folder.random.once_in(3) {
        entry["files"] = json!(["f.txt", "k=f.txt", "long.txt"]);
    }
    match folder.random.below(5) {
        0 => entry["envs"] = json!(["e.env"]),
        1 => entry["env"] = "e.env".into(),
        _ => {}
    }
    if folder.random.once_in(3) {
        entry["options"] = options(folder);
    }
    entry
}

fn options(folder: &mut Folder<'_>) -> Value {
    let mut options = json!({});
    for field in ["labels", "annotations"] {
        if folder.random.once_in(2) {
            options[field] = texts(folder.random);
        }
    }
    for field in ["disableNameSuffixHash", "immutable"] {
        if folder.random.once_in(3) {
            options[field] = folder.random.once_in(2).into();
        }
    }
    options
}

pub fn generator_options(folder: &mut Folder<'_>) {
    let value = options(folder);
    folder.fields.insert("generatorOptions".into(), value);
    generators(folder);
}

pub fn build_metadata(folder: &mut Folder<'_>) {
    let all = ["originAnnotations", "transformerAnnotations", "managedByLabel"];
    let some: Vec<&str> = all.into_iter().filter(|_| folder.random.once_in(2)).collect();
    if !some.is_empty() {
        folder.fields.insert("buildMetadata".into(), json!(some));
    }
}

pub fn configurations(folder: &mut Folder<'_>) {
    let field = |path: &str| json!([{"path": path, "kind": "Planet"}]);
    let created = |path: &str| json!([{"path": path, "kind": "Planet", "create": true}]);
    let config = match folder.random.below(10) {
        0 => json!({"nameReference": [{"kind": "ConfigMap", "version": "v1", "fieldSpecs": field("spec/ref/name")}]}),
        1 => json!({"nameReference": [{"kind": "Planet", "fieldSpecs": [{"path": "data/a", "kind": "ConfigMap"}]}]}),
        2 => json!({"nameReference": [{"kind": "ConfigMap", "fieldSpecs": field("spec/ref")}]}),
        3 => json!({"commonLabels": created("spec/labels"), "templateLabels": created("spec/more"), "labels": created("spec/l")}),
        4 => json!({"commonAnnotations": created("spec/notes")}),
        5 => json!({"namePrefix": field("spec/moons/name"), "nameSuffix": [{"path": "metadata/name", "kind": "Planet"}]}),
        6 => json!({"namespace": created("spec/home"), "replicas": created("spec/size")}),
        7 => json!({"images": field("spec/image"), "varReference": [{"path": "data", "kind": "ConfigMap"}]}),
        8 => json!({"varReference": [{"path": "spec/of", "kind": "Planet"}, {"path": "spec/size", "kind": "Planet"}]}),
        _ => json!({"namePrefix": [{"path": "metadata/name", "kind": "Secret", "create": folder.random.once_in(9)}]}),
    };
    let text = super::style::document(folder.random, &config);
    let file = folder.write("config", text);
    folder.push("configurations", file.into());
}

pub fn crds(folder: &mut Folder<'_>) {
    let extension = match folder.random.below(5) {
        0 => json!({"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap"}),
        1 => json!({"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap",
            "x-kubernetes-object-ref-name-key": "name"}),
        2 => json!({"x-kubernetes-annotation": ""}),
        3 => json!({"x-kubernetes-label-selector": ""}),
        _ => json!({"x-kubernetes-identity": ""}),
    };
    let mut property = extension;
    property["type"] = "object".into();
    let spec = json!({"Schema": {"properties": {"ref": property}}});
    let planet = json!({"Schema": {"properties": {"kind": {}, "apiVersion": {}, "metadata": {}, "spec": {"$ref": "x.v1.PlanetSpec"}}}});
    let text = json!({"x.v1.Planet": planet, "x.v1.PlanetSpec": spec}).to_string();
    let file = folder.write("crd", text);
    folder.push("crds", file.into());
}

pub fn openapi(folder: &mut Folder<'_>) {
    if folder.random.once_in(6) {
        folder.fields.insert("openapi".into(), json!({"version": folder.random.one(&["v1.21.2", "v1.20.4"])}));
        return;
    }
    let keys = [
        json!({"x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge"}),
        json!({"x-kubernetes-list-map-keys": ["name"], "x-kubernetes-list-type": "map"}),
        json!({"x-kubernetes-list-map-keys": ["name", "size"], "x-kubernetes-patch-strategy": "merge"}),
        json!({}),
    ];
    let mut moons = keys[folder.random.below(4)].clone();
    moons["type"] = "array".into();
    moons["items"] = json!({"type": "object", "properties": {"name": {"type": "string"}, "size": {"type": "integer"}}});
    let gvk = json!([{"group": "example.com", "version": "v1", "kind": "Planet"}]);
    let mut document = json!({"definitions": {"v1.Planet": {"type": "object", "x-kubernetes-group-version-kind": gvk,
        "properties": {"spec": {"type": "object", "properties": {"moons": moons}},
            "metadata": {"$ref": "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}}}}});
    // As it is built in: a document that says otherwise is another matter (docs/parity.md).
    document["definitions"]["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"] =
        json!({"type": "object", "properties": {"finalizers": {"type": "array", "x-kubernetes-patch-strategy": "merge"}}});
    if folder.random.once_in(2) {
        document["paths"] = json!({"/apis/example.com/v1/planets": {"get": {"x-kubernetes-group-version-kind": gvk[0]}}});
    }
    let file = folder.write("schema", document.to_string());
    folder.fields.insert("openapi".into(), json!({"path": file}));
    if folder.random.once_in(4) {
        folder.fields.insert("namespace".into(), name(folder.random).into());
    }
}
