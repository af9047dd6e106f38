//! Charts by dice that use what charts may hold: hooks, notes, library charts, files, schemas, CRDs, old formats, odd documents;
//! with the flags that a user gives.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::common::Flags;
use super::random::Random;

const KINDS: [&str; 12] = [
    "ConfigMap",
    "Secret",
    "Service",
    "Deployment",
    "Job",
    "Namespace",
    "CustomResourceDefinition",
    "ClusterRole",
    "Ingress",
    "Unknown",
    "Pod",
    "APIService",
];

/// Writes a chart into `folder` and makes up the flags.
pub fn chart(random: &mut Random, folder: &Path) -> Flags {
    write_chart(random, folder, "root", 0);
    flags(random)
}

fn flags(random: &mut Random) -> Flags {
    let mut flags = Flags {
        values: values(random, 0).to_string(),
        kube_version: random.pick::<&str>(&["v1.33.0", "1.25", "v1.29.4-gke.1"]),
        ..Flags::default()
    };
    for (flag, texts) in SETS {
        for _ in 0..random.below(3) {
            if random.chance(40) {
                flags.sets.push((flag, (*random.pick(texts)).to_owned()));
            }
        }
    }
    for version in ["example.com/v1", "example.com/v1/Thing", "apps/v1/Deployment"] {
        flags.api_versions.extend(random.chance(20).then_some(version));
    }
    for switch in ["--include-crds", "--skip-tests", "--no-hooks", "--is-upgrade", "--skip-schema-validation"] {
        flags.switches.extend(random.chance(20).then_some(switch));
    }
    flags
}

const SETS: [(&str, &[&str]); 4] = [
    (
        "--set-json",
        &["a={\"b\":1}", "list=[1,null,\"x\"]", "{\"sub\":{\"a\":true}}", "a.b=null", "n=1.5,m=2", "a={", "x=12345678901234567890"],
    ),
    (
        "--set",
        &[
            "a=1",
            "a.b=text",
            "list[0]=x",
            "list[1].k=v",
            "list={a,b,1}",
            "sub.a=null",
            "a.b=true,c=0.5",
            "name\\.dot=x",
            "global.g.h=1",
            "a[0]=1",
            "=x",
            "list[-1]=x",
            "a.b.c.d=1",
            "n=0123",
            "n=1e3",
            "sub.enabled=false",
            "tags.front=false",
            "list={}",
            "a=b=c",
            "a",
            "big=12345678901",
            "t=\"q\"",
            "list[2]=z",
            "a.=1",
            "list[x]=1",
            "a=1,",
            "obj.k=,b=2",
            "sub=null",
            "global=null",
            "empty=",
        ],
    ),
    ("--set-string", &["a=1", "n=true", "list[0]=5", "a.b=null", "s={1,2}", "global.s=007"]),
    ("--set-literal", &["a=x,y=z", "a.b={1}", "list[0]=\\,", "s= spaced "]),
];

fn write_chart(random: &mut Random, folder: &Path, name: &str, depth: usize) {
    fs::create_dir_all(folder.join("templates/nested")).unwrap();
    let is_library = depth > 0 && random.chance(15);
    let is_v1 = !is_library && random.chance(15);
    let mut metadata = json!({"apiVersion": if is_v1 { "v1" } else { "v2" }, "name": name, "version": random.pick(&["1.2.3", "0.1.0-alpha.1", "v1.2", "1.2.3+b.1"])});
    if is_library {
        metadata["type"] = "library".into();
    }
    describe(random, &mut metadata);
    let dependencies = if depth < 2 { subcharts(random, folder, depth) } else { Vec::new() };
    if !dependencies.is_empty() {
        if is_v1 {
            fs::write(folder.join("requirements.yaml"), json!({"dependencies": dependencies}).to_string()).unwrap();
        } else {
            metadata["dependencies"] = dependencies.into();
        }
    }
    fs::write(folder.join("Chart.yaml"), metadata.to_string()).unwrap();
    fs::write(folder.join("values.yaml"), values(random, depth).to_string()).unwrap();
    templates(random, folder, name, depth);
    other_files(random, folder, name);
}

fn describe(random: &mut Random, metadata: &mut Value) {
    let extras = [
        ("appVersion", json!("1.16.0")),
        ("appVersion", json!(1.10)),
        ("description", json!("what it\tis")),
        ("kubeVersion", json!(random.pick(&[">=1.20.0-0", "^1.25.0-0", "<1.30.0-0", ">= 1.19", "1.x"]))),
        ("keywords", json!(["a", "b"])),
        ("annotations", json!({"k": "v", "n": "1"})),
        ("maintainers", json!([{"name": "m", "email": "m@x.y"}])),
        ("home", json!("https://example.com")),
        ("icon", json!("https://example.com/i.png")),
        ("sources", json!(["https://example.com/s"])),
        ("deprecated", json!(true)),
        ("type", json!("application")),
    ];
    for (key, value) in extras {
        let chance = if key == "kubeVersion" { 6 } else { 12 };
        if random.chance(chance) && metadata.get(key).is_none() {
            metadata[key] = value;
        }
    }
}

fn subcharts(random: &mut Random, folder: &Path, depth: usize) -> Vec<Value> {
    let mut declared = Vec::new();
    for name in ["sub", "lib", "other"] {
        if !random.chance(40) {
            continue;
        }
        write_chart(random, &folder.join("charts").join(name), name, depth + 1);
        let mut dependency = json!({"name": name, "version": "*-0", "repository": "https://example.com"});
        if random.chance(30) {
            dependency["condition"] = (*random.pick(&["sub.enabled", "a.b", "global.on,sub.enabled", "none.such", " sub.enabled"])).into();
        }
        if random.chance(30) {
            dependency["tags"] = random.pick(&[json!(["front"]), json!(["front", "back"]), json!(["nope"])]).clone();
        }
        if random.chance(30) {
            dependency["alias"] = (*random.pick(&["renamed", "sub2", "x-y"])).into();
            if declared.iter().any(|other: &Value| other["alias"] == dependency["alias"]) {
                dependency["alias"] = "third".into();
            }
        }
        if random.chance(35) {
            dependency["import-values"] = random
                .pick(&[json!(["data"]), json!([{"child": "a", "parent": "imported"}]), json!([{"child": "obj", "parent": "."}, "data"])])
                .clone();
        }
        let twice = random.chance(15).then(|| {
            let mut twin = dependency.clone();
            twin["alias"] = "twin".into();
            twin
        });
        declared.push(dependency);
        declared.extend(twice);
    }
    declared
}

fn values(random: &mut Random, depth: usize) -> Value {
    let mut values = json!({});
    let picks: [(&str, &[Value]); 9] = [
        ("a", &[json!(1), json!({"b": "text"}), json!({"b": true, "c": {"d": [1]}}), json!("text"), Value::Null, json!({})]),
        ("list", &[json!(["a", {"k": "v"}]), json!([]), json!([[1], 2.5, null])]),
        ("obj", &[json!({"k": 1, "n": null}), json!({"k": {"z": 1}})]),
        (
            "global",
            &[
                json!({"g": {"h": 1}, "on": true}),
                json!({"g": {"i": {"j": 2}}, "l": [{"m": 1}]}),
                json!({"g": null}),
                json!({}),
                json!("no table"),
            ],
        ),
        ("exports", &[json!({"data": {"e": 1, "obj": {"x": 1}}}), json!({"data": {"list": [1]}}), json!({"data": 5})]),
        (
            "tags",
            &[json!({"front": true}), json!({"front": false, "back": true}), json!({"front": false, "back": false}), json!({"front": "x"})],
        ),
        ("enabled", &[json!(true), json!(false), json!("yes")]),
        ("multi", &[json!("line one\nline two\n"), json!(" lead"), json!("a: b # c"), json!("0123")]),
        ("n", &[json!(5), json!(1_234_567), json!(0.1), json!(1e22), json!(-0.0)]),
    ];
    for (key, options) in picks {
        if random.chance(55) {
            values[key] = random.pick(options).clone();
        }
    }
    if depth < 2 {
        for name in ["sub", "lib", "other", "renamed", "sub2", "twin"] {
            if random.chance(30) {
                values[name] = if random.chance(5) {
                    random.pick(&[Value::Null, json!(true), json!("x")]).clone()
                } else {
                    self::values(random, depth + 1)
                };
            }
        }
    }
    values
}

fn templates(random: &mut Random, folder: &Path, name: &str, depth: usize) {
    let helpers = format!(
        "{{{{- define \"{name}.labels\" -}}}}\napp: {{{{ .Chart.Name }}}}\nrelease: {{{{ .Release.Name | quote }}}}\n{{{{- end }}}}\n\
         {{{{ define \"shared\" }}}}from-{name}-{depth}{{{{ end }}}}\n{{{{ define \"{name}.tpl\" }}}}{{{{ tpl (.Values.multi | default \"{{{{ .Chart.Name }}}}\" | toString) . }}}}{{{{ end }}}}\n"
    );
    fs::write(folder.join("templates/_helpers.tpl"), helpers).unwrap();
    for number in 0..=random.below(3) {
        let path = random.pick(&[
            "templates/a.yaml",
            "templates/nested/b.yml",
            "templates/z.json",
            "templates/nested/c.txt",
            "templates/B.yaml",
            "templates/_p.yaml",
        ]);
        let documents: Vec<String> = (0..=random.below(3)).map(|place| document(random, name, number * 4 + place)).collect();
        let separator = random.pick(&["\n---\n", "\n---\n", "\n---\n\n---\n", "\n--- # x\n", "\n---\r\n", "\n----\n", "---\n"]);
        fs::write(folder.join(path), documents.join(separator)).unwrap();
    }
    if random.chance(40) {
        let notes = random.pick(&[
            "Thanks, {{ .Release.Name }}.",
            "{{ include \"shared\" . }}",
            "{{ .Values.none.such }}",
            "---\nnot: yaml: at all",
        ]);
        fs::write(folder.join("templates/NOTES.txt"), notes).unwrap();
    }
}

fn document(random: &mut Random, chart: &str, number: usize) -> String {
    match random.below(30) {
        0 => return "# only a comment {{ .Chart.Name }}".into(),
        1 => return "{{ if .Values.enabled }}\nkind: Maybe\nmetadata: {name: m}\n{{ end }}".into(),
        2 => return "{{- /* nothing */ -}}".into(),
        3 => return "apiVersion: v1\nkind: List\nitems:\n- kind: ConfigMap\n  metadata: {name: inner}\n".into(),
        4 if random.chance(20) => return "a: b: c".into(),
        5 if random.chance(20) => return "- a\n- list\n".into(),
        6 if random.chance(30) => return "\ttab: x\n".into(),
        7 if random.chance(30) => return "{{ fail \"told\" }}".into(),
        8 if random.chance(30) => return "{{ required \"n is needed\" .Values.n }}".into(),
        _ => {}
    }
    let kind = random.pick(&KINDS);
    let mut text = format!("apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {chart}-{number}\n");
    text.push_str(&annotations(random));
    if random.chance(50) {
        text.push_str(&format!("  labels:\n    {{{{- include \"{chart}.labels\" . | nindent 4 }}}}\n"));
    }
    text.push_str("data:\n");
    for line in 0..=random.below(5) {
        text.push_str(&format!("  k{line}: {{{{ {} }}}}\n", random.pick(LINES)));
    }
    if random.chance(25) {
        text.push_str(random.pick::<&str>(BLOCKS));
    }
    text
}

fn annotations(random: &mut Random) -> String {
    if !random.chance(35) {
        return String::new();
    }
    let hooks = [
        "pre-install",
        "post-install,post-upgrade",
        "test",
        "pre-install, PRE-UPGRADE",
        "test-success",
        "crd-install",
        "unknown",
        "pre-delete,bogus",
        "\"\"",
        "post-rollback",
    ];
    let mut text = format!("  annotations:\n    helm.sh/hook: {}\n", random.pick(&hooks));
    if random.chance(60) {
        text.push_str(&format!("    helm.sh/hook-weight: {}\n", random.pick(&["\"-5\"", "\"10\"", "3", "\"x\"", "\"0\"", "\" 1\""])));
    }
    if random.chance(40) {
        text.push_str(&format!(
            "    helm.sh/hook-delete-policy: {}\n",
            random.pick(&["hook-succeeded", "before-hook-creation,hook-failed", "bogus"])
        ));
    }
    if random.chance(10) {
        text.push_str("    number: 5\n");
    }
    text
}

const LINES: &[&str] = &[
    ".Values | toJson | quote",
    "include \"shared\" . | quote",
    ".Values.a | toJson | quote",
    ".Values.global | toJson | quote",
    ".Values.list | toJson | squote",
    ".Values.n | quote",
    ".Values.n | int64 | quote",
    ".Release | toJson | quote",
    ".Chart | toJson | quote",
    ".Template | toJson | quote",
    ".Chart.AppVersion | quote",
    ".Capabilities.KubeVersion | quote",
    ".Capabilities.KubeVersion.GitVersion | quote",
    ".Capabilities.APIVersions.Has \"example.com/v1\" | quote",
    ".Capabilities.APIVersions.Has \"apps/v1/Deployment\" | quote",
    "semverCompare \">=1.26-0\" .Capabilities.KubeVersion.Version | quote",
    ".Files.Get \"files/a.txt\" | quote",
    ".Files.Get \"none\" | quote",
    "(.Files.Glob \"files/*\").AsConfig | quote",
    "(.Files.Glob \"**.txt\").AsSecrets | quote",
    ".Files.Lines \"files/a.txt\" | toJson | quote",
    ".Files.GetBytes \"files/bin\" | toString | b64enc | quote",
    "len .Files | quote",
    "range $path, $_ := .Files.Glob \"files/**\" }}{{ $path }};{{ end",
    ".Subcharts | keys | sortAlpha | join \",\" | quote",
    ".Subcharts.sub.Values.a | toJson | quote",
    ".Subcharts.sub.Chart.Name | quote",
    "include \"sub.labels\" . | b64enc",
    "include \"lib.labels\" . | b64enc",
    "tpl \"{{ include \\\"shared\\\" . }}\" . | quote",
    "tpl \"{{ define \\\"shared\\\" }}again{{ end }}{{ include \\\"shared\\\" . }}\" . | quote",
    "include (print .Chart.Name \".tpl\") . | quote",
    "include (print .Template.BasePath \"/a.yaml\") . | sha256sum | quote",
    "(lookup \"v1\" \"Secret\" \"ns\" \"x\") | toJson | quote",
    "set .Values \"added\" \"x\" | toJson | quote",
    "set .Values.global \"added\" .Chart.Name | toJson | quote",
    "(.Values.a | default dict) | toYaml | nindent 4",
    ".Values.multi | toYaml",
    ".Values.list | toYaml | nindent 2",
    "with .Values.obj }}{{ .k | quote }}{{ end",
    "if eq .Release.IsUpgrade true }}up{{ else }}new{{ end",
    ".Values.sub | toJson | quote",
    ".Values.imported | toJson | quote",
    ".Values.e | toJson | quote",
    "required \"global is needed\" .Values.global | toJson | quote",
    "dig \"g\" \"h\" \"d\" (.Values.global | default dict) | quote",
    "coalesce .Values.none .Values.n .Values.a | toJson | quote",
    "$.Values.enabled | ternary \"on\" \"off\" | quote",
    ".Values.global.l | toJson | quote",
    "set (index .Values.global.l 0) \"m\" .Chart.Name | toJson | quote",
    "merge .Values.global (dict \"g\" (dict \"new\" .Chart.Name)) | toJson | quote",
    ".Chart.IsRoot | quote",
    ".Chart.Dependencies | toJson | quote",
    ".Chart.Annotations | toJson | quote",
];

const BLOCKS: &[&str] = &[
    "  block: |\n    kept\n    {{- .Values.multi | default \"\" | toString | nindent 4 }}\n",
    "  {{- with .Values.obj }}\n  obj: {{- toYaml . | nindent 4 }}\n  {{- end }}\n",
    "  {{- range $i, $e := .Values.list }}\n  item{{ $i }}: {{ $e | toJson | quote }}\n  {{- else }}\n  none: true\n  {{- end }}\n",
    "  anchor: &x {a: 1}\n  alias: *x\n",
    "  folded: >-\n    one\n    two\n\n    three\n",
    "  trailing: \"x\"   \n\n\n",
    "  crlf: x\r\n  more: y\r\n",
];

fn other_files(random: &mut Random, folder: &Path, name: &str) {
    if random.chance(50) {
        fs::create_dir_all(folder.join("files/deep")).unwrap();
        fs::write(folder.join("files/a.txt"), random.pick(&["one\ntwo\n", "no break", "", "\u{feff}bom\n", "a\r\nb\n"])).unwrap();
        fs::write(folder.join("files/deep/b.txt"), "deep").unwrap();
        fs::write(folder.join("files/bin"), [0u8, 159, 146, 150, 10]).unwrap();
    }
    if random.chance(25) {
        let rules = random.pick(&[
            "*.txt\n",
            "files/bin\n# c\n!files/a.txt\n",
            "nested/\n",
            "/templates/z.json\n",
            "files/*\n",
            "?.yaml\n",
            "deep\n",
        ]);
        fs::write(folder.join(".helmignore"), rules).unwrap();
    }
    if random.chance(30) {
        fs::create_dir_all(folder.join("crds")).unwrap();
        fs::write(folder.join("crds/c.yaml"), format!("kind: CustomResourceDefinition\nmetadata: {{name: {name}}}\n---\nkind: Second\n"))
            .unwrap();
        fs::write(folder.join("crds/notes.md"), "no manifest").unwrap();
    }
    if random.chance(20) {
        fs::write(folder.join("values.schema.json"), schema(random).to_string()).unwrap();
    }
}

fn schema(random: &mut Random) -> Value {
    let properties = json!({
        "a": random.pick(&[json!({"type": ["object", "string"]}), json!({"type": "integer"}), json!({"not": {"type": "null"}}), json!({"$ref": "#/$defs/any"})]),
        "n": random.pick(&[json!({"type": "number", "minimum": 0}), json!({"type": "integer"}), json!({"enum": [5, 0.1, "x"]}), json!({"exclusiveMaximum": 100})]),
        "multi": random.pick(&[json!({"pattern": "^[a-z ]+"}), json!({"type": "string", "minLength": 3}), json!({"maxLength": 6})]),
        "list": random.pick(&[json!({"type": "array", "maxItems": 1}), json!({"items": {"type": "string"}}), json!({"uniqueItems": true}), json!({"contains": {"const": "a"}})]),
        "enabled": random.pick(&[json!({"type": "boolean"}), json!({"const": true}), json!({"oneOf": [{"type": "string"}, {"const": true}]})]),
    });
    let mut schema = json!({"type": "object", "properties": properties, "$defs": {"any": {}}});
    if random.chance(50) {
        schema["$schema"] = (*random.pick(&[
            "http://json-schema.org/draft-07/schema#",
            "https://json-schema.org/draft/2020-12/schema",
            "http://json-schema.org/draft-04/schema#",
            "https://json-schema.org/draft/2019-09/schema",
        ]))
        .into();
    }
    if random.chance(25) {
        schema["required"] = random.pick(&[json!(["a"]), json!(["n", "a"])]).clone();
    }
    if random.chance(10) {
        schema["additionalProperties"] = json!(false);
    }
    schema
}
