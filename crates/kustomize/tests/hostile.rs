//! Trees that mean harm: whatever they hold, the answer is objects or an error, soon, and in bounded memory.
//!
//! Two halves: bombs that were thought of, each with the limit that ends it; and trees drawn at random from honest parts, broken
//! by random hands. `SLUICE_HOSTILE=100000` asks for more of the second.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::time::{Duration, Instant};

use kustomize::{ErrorKind, Errors, Limits, LoadRestrictor, MemoryFiles, Options, build, print};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// The longest that one hostile tree may take, on a machine that does other things too.
const TIME_MAX: Duration = Duration::from_secs(20);
/// Random trees of a run that nobody asked to be longer.
const TREES: u32 = 300;

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n";

/// What a tree is answered with, in time.
fn answer(files: &MemoryFiles) -> Result<(), Errors> {
    let start = Instant::now();
    let result = build(files, "/", &Options { load_restrictor: LoadRestrictor::None, ..Options::default() });
    assert!(start.elapsed() < TIME_MAX, "took {:?}", start.elapsed());
    result.map(|built| drop(print(&built)))
}

/// The first fault of a tree of one object and this Kustomization.
fn fault(object: &str, kustomization: &str) -> kustomize::Error {
    let files: MemoryFiles =
        [("kustomization.yaml", format!("resources: [a.yaml]\n{kustomization}")), ("a.yaml", object.to_owned())].into_iter().collect();
    answer(&files).unwrap_err().all()[0].clone()
}

/// An entry of `patches` for every object, in JSON.
fn json_patch(operations: &str) -> String {
    format!("patches:\n- target: {{kind: ConfigMap}}\n  patch: '[{operations}]'\n")
}

#[test]
fn a_patch_that_copies_itself_ends() {
    let double = r#"{"op": "copy", "from": "/data", "path": "/data/x"}, {"op": "copy", "from": "/data", "path": "/data/y"}"#;
    let error = fault(OBJECT, &json_patch(&vec![double; 64].join(",")));
    assert_eq!(error.kind, ErrorKind::Limit, "{error}");
}

#[test]
fn a_patch_that_nests_ends() {
    let deeper = r#"{"op": "add", "path": "/n", "value": {}}, {"op": "move", "from": "/data", "path": "/n/x"}, {"op": "move", "from": "/n", "path": "/data"}"#;
    let error = fault(OBJECT, &json_patch(&vec![deeper; 20_000].join(",")));
    assert_eq!(error.kind, ErrorKind::Limit, "{error}");
}

#[test]
fn replacements_that_copy_themselves_end() {
    let double = "- source: {kind: ConfigMap, fieldPath: data}\n  targets:\n  - select: {kind: ConfigMap}\n    fieldPaths: [data.x, data.y]\n    options: {create: true}\n";
    let error = fault(OBJECT, &format!("replacements:\n{}", double.repeat(200)));
    assert_eq!(error.kind, ErrorKind::Limit, "{error}");
}

#[test]
fn variables_that_multiply_end() {
    let object = format!(
        "{OBJECT}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - args: [\"{}\"]\n",
        "$(V)".repeat(100_000)
    );
    let vars = "vars:\n- name: V\n  objref: {apiVersion: v1, kind: ConfigMap, name: a}\n  fieldref: {fieldPath: data.a}\n";
    let error = fault(&object.replace("a: b", &format!("a: {}", "b".repeat(100_000))), vars);
    assert_eq!(error.kind, ErrorKind::Limit, "{error}");
}

#[test]
fn texts_on_many_objects_end() {
    let objects: String = (0..500).map(|at| format!("---\nkind: A\nmetadata: {{name: a{at}}}\n")).collect();
    let text = "x".repeat(1 << 20);
    for field in [format!("commonAnnotations: {{a: {text}}}"), format!("namePrefix: {text}"), format!("labels: [{{pairs: {{a: {text}}}}}]")]
    {
        let error = fault(&objects, &field);
        assert_eq!(error.kind, ErrorKind::Limit, "{error}");
    }
}

#[test]
fn paths_that_make_depth_end() {
    let path = vec!["a"; 100_000];
    for kustomization in [
        format!(
            "replacements:\n- sourceValue: x\n  targets:\n  - select: {{kind: ConfigMap}}\n    fieldPaths: [{}]\n    options: {{create: true}}\n",
            path.join(".")
        ),
        format!("labels:\n- pairs: {{a: b}}\n  fields: [{{path: {}, create: true}}]\n", path.join("/")),
        format!(
            "transformers:\n- |-\n  apiVersion: builtin\n  kind: ValueAddTransformer\n  metadata: {{name: v}}\n  value: x\n  targets: [{{fieldPath: {}}}]\n",
            path.join("/")
        ),
    ] {
        let error = fault(OBJECT, &kustomization);
        assert_eq!(error.kind, ErrorKind::Limit, "{error}");
    }
}

#[test]
fn a_base_that_is_read_again_and_again_ends() {
    let mut files = MemoryFiles::new();
    let mut resources = String::new();
    for at in 0..200 {
        writeln!(resources, "- o{at}").unwrap();
        files.insert(&format!("o{at}/kustomization.yaml"), format!("namePrefix: p{at}-\nresources: [../big.yaml]\n"));
    }
    files.insert("kustomization.yaml", format!("resources:\n{resources}"));
    files.insert("big.yaml", format!("{OBJECT}  text: |\n    {}\n", "y".repeat(1 << 20)));
    assert_eq!(answer(&files).unwrap_err().all()[0].kind, ErrorKind::Limit);
}

#[test]
fn expressions_that_explode_are_refused() {
    for pattern in ["(((((a{1,900}){1,900}){1,900}){1,900}){1,900})", "(a+)+$", "[", "(?P<n>"] {
        let files: MemoryFiles = [
            ("kustomization.yaml", format!("resources: [a.yaml]\npatches:\n- target: {{name: {pattern:?}}}\n  patch: '[]'\n")),
            ("a.yaml", OBJECT.replace("name: a", &format!("name: {}", "a".repeat(50_000)))),
        ]
        .into_iter()
        .collect();
        let _ = answer(&files);
    }
}

#[test]
fn cycles_and_depth_are_refused() {
    let mut files = MemoryFiles::new();
    for at in 0..500 {
        files.insert(&format!("l{at}/kustomization.yaml"), format!("resources: [../l{}]\n", at + 1));
    }
    files.insert("kustomization.yaml", "resources: [l0]\n");
    assert_eq!(answer(&files).unwrap_err().all()[0].kind, ErrorKind::Limit);
    for (kind, field) in
        [("Kustomization", "resources"), ("Component", "components"), ("Kustomization", "transformers"), ("Kustomization", "generators")]
    {
        let component = if kind == "Component" { "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" } else { "" };
        let files: MemoryFiles = [
            ("kustomization.yaml", format!("{field}: [a]\n")),
            ("a/kustomization.yaml", format!("{component}{field}: [../b]\n")),
            ("b/kustomization.yaml", format!("{component}{field}: [../a]\n")),
        ]
        .into_iter()
        .collect();
        assert!(answer(&files).is_err(), "{field}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_or_carried() {
    let bytes = b"\xff\xfe\x00\x80a: b\n".to_vec();
    for field in [
        "resources: [x]",
        "patches: [{path: x}]",
        "configurations: [x]",
        "crds: [x]",
        "openapi: {path: x}",
        "replacements: [{path: x}]",
        "transformers: [x]",
        "configMapGenerator: [{name: a, envs: [x]}]",
    ] {
        let mut files = MemoryFiles::new();
        files.insert("kustomization.yaml", format!("{field}\n"));
        files.insert("x", bytes.clone());
        assert!(answer(&files).is_err(), "{field}");
    }
    let mut files = MemoryFiles::new();
    files.insert("kustomization.yaml", "configMapGenerator: [{name: a, files: [x]}]\n");
    files.insert("x", bytes.clone());
    assert!(answer(&files).is_ok());
    files.insert("kustomization.yaml", bytes);
    assert!(answer(&files).is_err());
}

#[test]
fn a_large_file_is_refused_by_its_size() {
    let options = Options { limits: Limits { file_bytes_max: 100, ..Limits::default() }, ..Options::default() };
    let files: MemoryFiles =
        [("kustomization.yaml", "resources: [a.yaml]\n".to_owned()), ("a.yaml", format!("{OBJECT}  b: {}\n", "x".repeat(200)))]
            .into_iter()
            .collect();
    assert_eq!(build(&files, "/", &options).unwrap_err().all()[0].kind, ErrorKind::Limit);
}

/// Parts of honest Kustomizations.
const PARTS: [&str; 16] = [
    "namePrefix: p-\n",
    "namespace: shop\n",
    "commonLabels: {a: b}\n",
    "labels: [{pairs: {a: b}, includeSelectors: true, fields: [{path: spec/x, create: true}]}]\n",
    "images: [{name: nginx, newTag: v2, digest: 'sha256:x'}]\n",
    "replicas: [{name: web, count: 3}]\n",
    "patches: [{patch: '{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"metadata\": {\"name\": \"web\"}, \"spec\": {\"template\": {\"$patch\": \"delete\"}}}'}]\n",
    "patches: [{target: {kind: Deployment}, patch: '[{\"op\": \"add\", \"path\": \"/spec/template/spec/containers/-\", \"value\": {\"name\": \"x\"}}]'}]\n",
    "replacements: [{source: {kind: ConfigMap, name: a, fieldPath: data.a}, targets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=main].image'], options: {create: true, delimiter: ':', index: 1}}]}]\n",
    "vars: [{name: V, objref: {apiVersion: v1, kind: ConfigMap, name: a}, fieldref: {fieldPath: data.a}}]\n",
    "configMapGenerator: [{name: a, behavior: merge, literals: ['c=d'], files: [a.yaml]}]\n",
    "secretGenerator: [{name: s, envs: [a.yaml]}]\n",
    "transformers: [\"apiVersion: builtin\\nkind: PrefixTransformer\\nmetadata: {name: t}\\nprefix: x-\\nfieldSpecs: [{path: metadata/name}]\"]\n",
    "sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Secret], orderLast: [ConfigMap]}}\n",
    "buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]\n",
    "openapi: {path: schema.json}\n",
];

const DEPLOYMENT: &str = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - {name: main, image: 'nginx:1', args: [\"$(V)\"]}\n";
const SCHEMA: &str = r##"{"definitions": {"A": {"$ref": "#/definitions/B", "x-kubernetes-group-version-kind": [{"group": "apps", "version": "v1", "kind": "Deployment"}], "properties": {"spec": {"$ref": "#/definitions/A"}}}, "B": {"$ref": "#/definitions/A"}}}"##;

/// What a random hand does to a text at a place.
#[derive(Clone, Debug)]
enum Harm {
    Cut,
    Insert(String),
    Repeat(usize),
    Flip(u8),
    Swap,
}

fn harm() -> impl Strategy<Value = Harm> {
    let words = [
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "&a ",
        "*a",
        "<<: *a\n",
        "\"",
        "'",
        "$patch",
        "$(",
        "\n",
        "\t",
        "|",
        "!!binary ",
        "null",
        "-1",
        "1e999",
        "../",
        "\u{0}",
        "\u{feff}",
        "%",
        "~1",
        "[=",
        "0x",
    ];
    prop_oneof![
        Just(Harm::Cut),
        proptest::sample::select(words.to_vec()).prop_map(|word| Harm::Insert(word.to_owned())),
        (1..300usize).prop_map(Harm::Repeat),
        any::<u8>().prop_map(Harm::Flip),
        Just(Harm::Swap),
    ]
}

fn harmed(text: &str, harms: &[(usize, Harm)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, harm) in harms {
        let at = at % (bytes.len() + 1);
        let end = (at + 8).min(bytes.len());
        match harm {
            Harm::Cut => drop(bytes.drain(at..end)),
            Harm::Insert(word) => drop(bytes.splice(at..at, word.bytes())),
            Harm::Repeat(times) => {
                let part = bytes[at..end].repeat(*times);
                bytes.splice(at..at, part);
            }
            Harm::Flip(mask) if at < bytes.len() => bytes[at] ^= mask,
            Harm::Flip(_) => {}
            Harm::Swap => bytes[at..].rotate_left(end - at),
        }
    }
    bytes
}

fn trees() -> u32 {
    std::env::var("SLUICE_HOSTILE").ok().and_then(|text| text.parse().ok()).unwrap_or(TREES)
}

#[test]
fn broken_trees_are_answered() {
    let harms = || proptest::collection::vec((any::<usize>(), harm()), 0..4);
    let parts = proptest::collection::btree_set(0..PARTS.len(), 0..6);
    let mut runner = TestRunner::new(Config { cases: trees(), failure_persistence: None, ..Config::default() });
    let tree = (parts, harms(), harms(), harms(), any::<bool>());
    runner
        .run(&tree, |(parts, kustomization, object, schema, as_base)| {
            let text: String = parts.iter().map(|at| PARTS[*at]).collect();
            let mut files = MemoryFiles::new();
            let folder = if as_base { "base/" } else { "" };
            files.insert(&format!("{folder}kustomization.yaml"), harmed(&format!("resources: [a.yaml]\n{text}"), &kustomization));
            files.insert(&format!("{folder}a.yaml"), harmed(&format!("{OBJECT}{DEPLOYMENT}"), &object));
            files.insert(&format!("{folder}schema.json"), harmed(SCHEMA, &schema));
            if as_base {
                files.insert("kustomization.yaml", format!("resources: [base]\n{text}"));
            }
            let _ = answer(&files);
            Ok(())
        })
        .unwrap();
}
