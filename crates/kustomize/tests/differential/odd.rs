//! Random trees of odd texts: YAML as hardly anybody writes it, generator arguments at their edges, paths in every form.
//!
//! A tree is put together from written snippets, so that what no writer of values would print is reached too.

use std::collections::BTreeMap;

use crate::random::Random;

/// Objects, as text. `@` is a name of its own.
const OBJECTS: [&str; 28] = [
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: @\ndata:\n  folded: >\n    one\n    two\n\n    three\n  kept: |+\n    a\n\n  cut: >-\n    b\n      more\n    c\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: @}\ndata: {'a b': \"x\\u00e9\\ty\", \"on\": 'yes', y: \"n\", '1': \"2\"}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: @\ndata:\n  long: aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccccccccc dddddddddddddddddddddd eeeeeeeeeeeeeeeeeeeeeee fffffff\n  quoted: 'it''s: a # b'\n  star: '*a'\n  at: '@x'\n  pct: '%x'\n  tick: '`x'\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: @\nbinaryData:\n  b: !!binary aGVsbG8=\n  c: aGVsbG8=\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: @\ndata:\n  a: \"multi\n    line\n\n    text\"\n  b: plain\n    that goes\n    on\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\nspec:\n  a: 0777\n  b: 0x1f\n  c: 1_000\n  d: 1e3\n  e: .5\n  f: 1.\n  g: +3\n  h: -0.0\n  i: 1e400\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\nspec:\n  a: 2001-12-14t21:59:43.10-05:00\n  b: 2001-12-14\n  c: 190:20:30\n  d: !!float 5\n  e: !!str 2001-12-14\n  f: !local x\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\nspec:\n  base: &base {a: 1, b: 2}\n  one:\n    <<: *base\n    b: 3\n  two:\n    <<: [*base, {c: 4}]\n  list: [*base, *base]\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\nspec:\n  a: &x [1, 2]\n  b: *x\n  c: &y text\n  *y : key\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\nspec:\n- a\n- - b\n  - - c\n-\n  d: e\n- ? f\n  : g\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\nspec:\n  ? complex\n  : value\n  \"quoted key\": 1\n  'single: key': 2\n  empty: ''\n  space: ' '\n  tab: \"\\t\"\n  bell: \"\\a\"\n  uni: \"\\U0001F600\"\n  next: \"a\\nb\"\n",
    "apiVersion: example.com/v1\r\nkind: Planet\r\nmetadata:\r\n  name: @\r\nspec:\r\n  a: |\r\n    x\r\n    y\r\n",
    "\u{feff}apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: 80\n  labels: {@: x}\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\n  namespace: ''\n  labels: {n: 5, b: true, z: null, f: 1.50}\n  annotations: {n: 5, b: yes, z: }\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\n  creationTimestamp: null\n  generation: 3\n  finalizers: []\nstatus: {}\n",
    "apiVersion: v1\nkind: List\nmetadata: {}\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: @}\n  stringData:\n    a: |\n      x\n",
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: @\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: @\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        image: nginx:1\n        ports:\n        - containerPort: 80\n          protocol: TCP\n        - containerPort: 80\n          protocol: UDP\n        env:\n        - name: X\n          value: '1'\n        - name: X\n          value: '2'\n      - image: nameless\n",
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: @\nspec:\n  replicas: 3\n  serviceName: @\n  template:\n    spec:\n      containers: null\n",
    "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata:\n  name: @\n  annotations:\n    nginx.ingress.kubernetes.io/auth-secret: gen\n    ingress.kubernetes.io/auth-secret: shop/gen\nspec:\n  backend: {serviceName: @, servicePort: 80}\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: @\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}\nsubjects:\n- {kind: ServiceAccount, name: default, namespace: one}\n- {kind: ServiceAccount, name: default}\n- {kind: Group, name: default}\n",
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: @\nspec:\n  minAvailable: 50%\n  selector: {matchLabels: {app: x}}\n",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: @\n  annotations:\n    config.kubernetes.io/local-config: 'false'\ntype: Opaque\ndata:\n  a: |\n    YWJj\n    ZGVm\n",
    "kind: NoVersion\nmetadata: {name: @}\n",
    "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: @\nimagePullSecrets:\n- name: gen\nsecrets:\n- gen\n",
    "# only a comment\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @ # beside\n# before the end\nspec: # of it\n  # inside\n  - a # one\n  # between\n  - b\n# the end\n",
];

/// Objects that are refused.
const FAULTY_OBJECTS: [&str; 6] = [
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\nspec:\n  80: number\n  true: flag\n  1.5: float\n  ~: nothing\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\nspec:\n  80: number\n  x: 1\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\nspec: {a: .inf, b: 1}\n",
    "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\n  name: twice\n",
    "%YAML 1.1\n---\napiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: @\n...\n",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: @-\nspec: {}\n",
];

/// Fields of a Kustomization, as text.
const FIELDS: [&str; 41] = [
    "namePrefix: 'a.'\n",
    "nameSuffix: -x\n",
    "nameSuffix: ''\n",
    "namespace: one\n",
    "namespace: ''\n",
    "commonLabels: {a: b, 'example.com/x': 'y'}\n",
    "commonLabels:\n",
    "commonAnnotations: {a: 'true', b: \"\"}\n",
    "labels:\n- pairs: {a: b}\n  includeSelectors: true\n- pairs: {c: d}\n  includeTemplates: true\n",
    "labels:\n- pairs: {a: b}\n  fields:\n  - {path: spec/a/b, create: true}\n  - {path: spec/selector, kind: Service}\n",
    "labels: []\n",
    "images:\n- name: nginx\n  newTag: \"1.10\"\n  tagSuffix: -z\n",
    "replicas:\n- {name: n1, count: 0}\n",
    "replicas:\n- {name: n1}\n",
    "configMapGenerator:\n- name: gen\n  literals: ['a.b/c=d']\n",
    "configMapGenerator:\n- name: gen\n  literals: [\"a='b\", 'c=\"d\"x', \"e=\\\"f\\\"\", 'g=''h''', 'i= \"j\" ']\n",
    "configMapGenerator:\n- name: gen\n  files: [files/a.txt, 'x=files/a.txt']\n",
    "configMapGenerator:\n- name: gen\n  envs: [files/bad.env]\n",
    "configMapGenerator:\n- name: gen\n",
    "configMapGenerator:\n- {name: gen, namespace: one, literals: [a=b]}\n- {name: gen, namespace: two, literals: [a=c]}\n",
    "configMapGenerator:\n- {name: gen, literals: [a=b]}\n- {name: gen, literals: [a=c], behavior: merge}\n",
    "configMapGenerator:\n- {name: gen, literals: [a=b], behavior: nonsense}\n",
    "configMapGenerator:\n- {name: gen, literals: [a=b], options: {immutable: true, labels: {l: '1'}, annotations: {m: 'x'}, disableNameSuffixHash: true}}\n",
    "generatorOptions: {immutable: true, labels: {g: h}, disableNameSuffixHash: true}\nsecretGenerator:\n- {name: gen, literals: [a=b], options: {disableNameSuffixHash: false, labels: {o: p}}}\n",
    "secretGenerator:\n- {name: gen, literals: [a=b], type: kubernetes.io/dockerconfigjson}\n",
    "secretGenerator:\n- {name: gen, files: [tls.crt=files/a.txt, files/long.txt], type: kubernetes.io/tls}\n",
    "sortOptions: {order: legacy}\n",
    "sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Planet], orderLast: [Namespace]}}\n",
    "buildMetadata: [managedByLabel, originAnnotations]\n",
    "buildMetadata: [nonsense]\n",
    "buildMetadata: [transformerAnnotations]\n",
    "helmCharts: []\n",
    "vars: []\n",
    "metadata: {name: mine}\n",
    "metadata: {name: mine, labels: {a: b}}\n",
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
    "kind: Component\n",
    "openapi: {}\n",
    "patches:\n- patch: |-\n    - op: add\n      path: /metadata/annotations/a~1b\n      value: x\n  target: {kind: Planet}\n",
    "patches:\n- patch: |-\n    apiVersion: example.com/v1\n    kind: Planet\n    metadata:\n      name: any\n      labels: {p: '1', n: 2}\n    spec:\n  target: {kind: Planet, name: 'n.*'}\n",
    "transformers:\n- |\n  apiVersion: builtin\n  kind: NamespaceTransformer\n  metadata: {name: t, namespace: shop}\n  setRoleBindingSubjects: allServiceAccounts\n",
];

/// Fields that are refused.
const FAULTY_FIELDS: [&str; 25] = [
    "namePrefix: 5\n",
    "commonLabels: {a: 1}\n",
    "commonAnnotations: {a: true}\n",
    "images:\n- {name: nginx, newTag: 2}\n",
    "images:\n- {name: nginx, newTag: '2', digest: 'sha256:x'}\n- {name: 'nginx:1', newName: y}\n",
    "replicas:\n- {name: n1, count: '2'}\n",
    "configMapGenerator:\n- name: gen\n  literals: [a]\n",
    "configMapGenerator:\n- name: gen\n  literals: ['a=b', 'a=c']\n",
    "configMapGenerator:\n- name: gen\n  literals: ['=b']\n",
    "configMapGenerator:\n- name: gen\n  files: [files]\n",
    "configMapGenerator:\n- name: gen\n  files: ['a=b=files/a.txt']\n",
    "configMapGenerator:\n- name: gen\n  files: ['=files/a.txt']\n",
    "configMapGenerator:\n- name: gen\n  files: ['x=']\n",
    "configMapGenerator:\n- name: gen\n  envs: [files/e.env, files/f.env]\n",
    "configMapGenerator:\n- name: gen\n  env: files/e.env\n  envs: [files/f.env]\n",
    "configMapGenerator:\n- name: ''\n  literals: [a=b]\n",
    "configMapGenerator:\n- literals: [a=b]\n",
    "sortOptions: {order: nonsense}\n",
    "sortOptions: {order: fifo, legacySortOptions: {orderFirst: [Secret]}}\n",
    "helmCharts:\n- name: x\n",
    "unknown: 1\n",
    "apiVersion: kustomize.config.k8s.io/v1\nkind: Kustomization\n",
    "openapi: {version: v1.21.2, path: x}\n",
    "inventory: {type: ConfigMap}\n",
    "patches:\n- target: {kind: Planet}\n  patch: |\n    [{\"op\": \"test\", \"path\": \"/metadata/name\", \"value\": \"n1\"}]\n",
];

/// Patches and replacements, as text: entries of the list that stands first.
const CHANGES: [(&str, &str); 28] = [
    ("patches", "- target: {kind: Planet}\n  patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations/x\", \"value\": \"y\"}]'\n"),
    ("patches", "- target: {kind: .*}\n  patch: '[{\"op\": \"add\", \"path\": \"/metadata/labels\", \"value\": {\"a\": \"b\"}}]'\n"),
    ("patches", "- target: {kind: Planet}\n  patch: '[{\"op\": \"remove\", \"path\": \"/metadata/annotations\"}]'\n"),
    ("patches", "- target: {kind: Planet}\n  patch: '[{\"op\": \"remove\", \"path\": \"/spec/a\"}]'\n"),
    ("patches", "- target: {kind: Deployment}\n  patch: |-\n    - {op: add, path: /spec/template/metadata/annotations/x, value: y}\n"),
    (
        "patches",
        "- target: {kind: Deployment}\n  patch: |-\n    - op: replace\n      path: /spec/replicas\n      value: 3\n    - op: add\n      path: /spec/template/spec/containers/-\n      value: {name: z, args: [\"1\", 2, 3.0, 1e3, yes]}\n",
    ),
    (
        "patches",
        "- target: {kind: ConfigMap}\n  patch: |-\n    - op: add\n      path: /data/folded\n      value: >-\n        a\n          b\n        c\n    - {op: copy, from: /data/folded, path: /data/again}\n",
    ),
    ("patches", "- target: {kind: ConfigMap, name: n1|n2}\n  patch: |-\n    - {op: test, path: /metadata/name, value: n1}\n"),
    ("patches", "- target: {labelSelector: a=b}\n  patch: '[{\"op\": \"add\", \"path\": \"/x\", \"value\": 1}]'\n"),
    ("patches", "- target: {annotationSelector: '!x'}\n  patch: '[{\"op\": \"add\", \"path\": \"/x\", \"value\": 1}]'\n"),
    ("patches", "- target: {kind: Plan}\n  patch: '[{\"op\": \"add\", \"path\": \"/x\", \"value\": 1}]'\n"),
    ("patches", "- patch: '[]'\n  target: {kind: Planet}\n"),
    (
        "patches",
        "- patch: |-\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: n1}\n    data:\n      folded: changed\n      new: |\n        x\n         y\n",
    ),
    ("patches", "- patch: |-\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: n1}\n    $patch: delete\n"),
    (
        "patches",
        "- patch: |-\n    kind: Planet\n    apiVersion: example.com/v1\n    metadata: {name: n1}\n    spec:\n      $retainKeys: [a]\n      $deleteFromPrimitiveList/list: [b]\n      $setElementOrder/list: [a]\n",
    ),
    (
        "patches",
        "- target: {kind: Planet}\n  patch: |-\n    kind: Star\n    apiVersion: example.com/v2\n    metadata: {name: n1}\n  options: {allowKindChange: true}\n",
    ),
    (
        "patches",
        "- target: {kind: Deployment}\n  patch: |-\n    kind: Deployment\n    metadata: {name: any}\n    spec: {template: {spec: {containers: [{name: a, env: [{name: X, value: '3'}], ports: [{containerPort: 80, name: p}]}]}}}\n",
    ),
    (
        "patches",
        "- target: {kind: Deployment}\n  patch: |-\n    kind: Deployment\n    apiVersion: apps/v1\n    metadata: {name: any}\n    spec: {template: {spec: {$patch: replace, containers: [{name: a}], nodeSelector: {}}}}\n",
    ),
    (
        "patches",
        "- target: {kind: Secret}\n  patch: |-\n    kind: Secret\n    apiVersion: v1\n    metadata: {name: any}\n    stringData: {b: 'x', c: 5}\n    data: null\n",
    ),
    (
        "patches",
        "- target: {kind: Namespace}\n  patch: |-\n    kind: Namespace\n    apiVersion: v1\n    metadata: {name: any, labels: {p: q}}\n",
    ),
    (
        "patchesStrategicMerge",
        "- |-\n  apiVersion: example.com/v1\n  kind: Planet\n  metadata: {name: n1}\n  spec: {a: {b: c}}\n  ---\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: n1}\n  data: {z: z}\n",
    ),
    (
        "patchesJson6902",
        "- target: {kind: Planet, name: n.*}\n  patch: '[{\"op\": \"add\", \"path\": \"/spec\", \"value\": {\"a\": 12345678901234567890, \"b\": 1.0, \"c\": 1e21, \"d\": \"<&>\"}}]'\n",
    ),
    (
        "replacements",
        "- source: {kind: ConfigMap, name: n1, fieldPath: data.folded}\n  targets:\n  - select: {kind: Planet}\n    fieldPaths: [spec.new.deep]\n    options: {create: true}\n",
    ),
    ("replacements", "- source: {kind: Planet, name: n1}\n  targets:\n  - select: {kind: Namespace}\n    fieldPaths: [metadata.name]\n"),
    (
        "replacements",
        "- source: {kind: Namespace, fieldPath: metadata.name}\n  targets:\n  - select: {kind: Planet}\n    fieldPaths: [metadata.namespace]\n    options: {create: true}\n",
    ),
    (
        "replacements",
        "- source: {kind: Deployment, fieldPath: 'spec.template.spec.containers.[name=a].image', options: {delimiter: ':', index: 1}}\n  targets:\n  - select: {kind: Planet}\n    fieldPaths: [metadata.labels.version]\n    options: {create: true}\n",
    ),
    (
        "replacements",
        "- sourceValue: '5'\n  targets:\n  - select: {kind: .*}\n    fieldPaths: ['metadata.annotations.a\\.b/c', 'metadata.annotations.[d.e/f]']\n    options: {create: true}\n",
    ),
    (
        "replacements",
        "- sourceValue: x\n  targets:\n  - select: {kind: ConfigMap}\n    reject: [{name: n1}, {labelSelector: a=b}]\n    fieldPaths: [data.x]\n    options: {create: true}\n",
    ),
];

/// Patches and replacements that are refused where nothing makes up for it.
const FAULTY_CHANGES: [(&str, &str); 16] = [
    ("patches", "- target: {kind: Planet}\n  patch: '[{\"op\": \"add\", \"path\": \"/metadata/labels/x\", \"value\": \"y\"}]'\n"),
    ("patches", "- target: {name: 'n['}\n  patch: '[{\"op\": \"add\", \"path\": \"/x\", \"value\": 1}]'\n"),
    ("patches", "- patch: '[{\"op\": \"add\", \"path\": \"/x\", \"value\": 1}]'\n"),
    ("patches", "- patch: ''\n"),
    ("patches", "- path: missing.yaml\n"),
    ("patches", "- path: r.yaml\n  patch: x\n"),
    ("patches", "- patch: 'not: a: patch'\n"),
    ("patches", "- patch: 'just text'\n"),
    (
        "patches",
        "- target: {kind: Planet, name: n1}\n  patch: |-\n    kind: Planet\n    apiVersion: example.com/v1\n    metadata: {name: other, namespace: moved, labels: {a: b}}\n    spec: {a: 1}\n  options: {allowNameChange: true}\n",
    ),
    ("patchesStrategicMerge", "- sub/r.yaml\n"),
    (
        "patchesJson6902",
        "- target: {group: example.com, version: v1, kind: Planet, name: n1}\n  patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations/x\", \"value\": \"y\"}]'\n",
    ),
    (
        "replacements",
        "- source: {kind: ConfigMap, name: gen, fieldPath: metadata.name}\n  targets:\n  - select: {kind: Planet}\n    fieldPaths: [spec.config]\n    options: {create: true}\n",
    ),
    ("vars", "- {name: V, objref: {apiVersion: v1, kind: ConfigMap, name: n1}, fieldref: {fieldpath: metadata.name}}\n"),
    ("vars", "- {name: V, objref: {kind: Planet, name: n1}}\n"),
    ("vars", "- {name: '', objref: {kind: Planet, name: n1}}\n"),
    ("components", "- sub\n"),
];

/// How a file beside the Kustomization may be called.
const PATHS: [&str; 12] = [
    "r.yaml",
    "./r.yaml",
    "../overlay/r.yaml",
    "sub/../r.yaml",
    "sub/r.yaml",
    "sub//r.yaml",
    "sub",
    "sub/",
    "./sub",
    "missing.yaml",
    "..",
    "",
];

/// The tree of a seed; the root is `/overlay`.
pub fn tree(seed: u64) -> BTreeMap<String, String> {
    let random = &mut Random::new(seed ^ 0x0DD);
    let mut files: BTreeMap<String, String> = [
        ("/overlay/files/a.txt", "one\r\ntwo\n"),
        (
            "/overlay/files/long.txt",
            "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n\n",
        ),
        ("/overlay/files/e.env", "\u{feff}A=1\n# c\n  B=2\nC= 3 \nD\nE='x'\nF=a=b\r\n\n"),
        ("/overlay/files/f.env", "A=2\nlast=no newline"),
        ("/overlay/files/bad.env", "A B=1\n"),
        ("/overlay/sub/kustomization.yaml", "resources: [r.yaml]\n"),
        ("/overlay/sub/r.yaml", "apiVersion: example.com/v1\nkind: Planet\nmetadata:\n  name: sub\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    let objects: Vec<String> = (0..=random.below(2)).map(|_| object(random)).collect();
    files.insert("/overlay/r.yaml".into(), objects.join(random.one(&["---\n", "---\n", "--- \n", "...\n---\n"])));
    let mut paths = vec![if random.once_in(20) { random.one(&PATHS) } else { "r.yaml" }];
    if random.once_in(6) {
        paths.push(random.one(&PATHS));
    }
    let mut fields = vec![format!("resources:\n{}", paths.iter().map(|path| format!("- {path}\n")).collect::<String>())];
    for _ in 0..random.below(4) {
        let field = pick(random, &FIELDS, &FAULTY_FIELDS);
        let name = |field: &str| field.split(':').next().unwrap().to_owned();
        if fields.iter().all(|other| name(other) != name(field)) || random.once_in(20) {
            fields.push(field.to_owned());
        }
    }
    let mut changes: BTreeMap<&str, String> = BTreeMap::new();
    for _ in 0..random.below(3) {
        let (list, entry) = pick(random, &CHANGES, &FAULTY_CHANGES);
        changes.entry(list).or_default().push_str(entry);
    }
    let is_new = |list: &str| fields.iter().all(|field| !field.starts_with(&format!("{list}:")));
    let changes: Vec<String> =
        changes.iter().filter(|(list, _)| is_new(list)).map(|(list, entries)| format!("{list}:\n{entries}")).collect();
    fields.extend(changes);
    if random.once_in(2) {
        fields.reverse();
    }
    files.insert("/overlay/kustomization.yaml".into(), fields.concat());
    files
}

fn object(random: &mut Random) -> String {
    let name = random.one(&["n1", "n2", "n3"]);
    pick(random, &OBJECTS, &FAULTY_OBJECTS).replace('@', name)
}

/// One of the good ones, and rarely a faulty one.
fn pick<T: Copy>(random: &mut Random, good: &[T], faulty: &[T]) -> T {
    let from = if random.once_in(16) { faulty } else { good };
    from[random.below(from.len())]
}
