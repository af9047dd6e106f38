//! Whole `sluice helm` commands: flags, output, refusals.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const FILES: [(&str, &str); 7] = [
    ("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
    ("c/values.yaml", "a: 1\n"),
    ("c/crds/d.yaml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: d}\n"),
    (
        "c/templates/a.yaml",
        "kind: ConfigMap\nv: {{ omit .Values \"x\" | toJson }}\nr: {{ .Release.Name }} {{ .Release.IsUpgrade }} {{ .Release.Namespace }}\n",
    ),
    ("c/templates/b.yaml", "kind: Pod\nk: {{ .Capabilities.KubeVersion.Minor }} {{ .Capabilities.APIVersions.Has \"x/v1\" }}\n"),
    ("c/templates/hook.yaml", "kind: Job\nmetadata:\n  annotations: {helm.sh/hook: test}\n"),
    ("note.txt", "from a file"),
];

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sluice"))
        .current_dir(folder)
        .arg("helm")
        .args(arguments)
        .env_remove("HELM_NAMESPACE")
        .output()
        .unwrap()
}

/// Standard output of a command that succeeds.
fn printed(arguments: &[&str]) -> String {
    let folder = folder();
    let output = run(folder.path(), arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Standard error of a command that is refused.
fn refused(arguments: &[&str]) -> String {
    let folder = folder();
    let output = run(folder.path(), arguments);
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn values_come_from_flags_in_helms_order() {
    let flags = [
        "template",
        "r",
        "c",
        "--set-json",
        "j=[1,null]",
        "--set",
        "a=2,l={x,y}",
        "--set-string",
        "s=1",
        "--set-file",
        "f=note.txt",
        "--set-literal",
        "t=a,b",
    ];
    let expected = r#"v: {"a":2,"f":"from a file","j":[1,null],"l":["x","y"],"s":"1","t":"a,b"}"#;
    assert!(printed(&flags).contains(expected), "{}", printed(&flags));
}

#[test]
fn flags_choose_what_is_printed() {
    let all = printed(&["template", "r", "c"]);
    assert!(all.contains("kind: Job") && !all.contains("CustomResourceDefinition"), "{all}");
    assert!(!printed(&["template", "r", "c", "--skip-tests"]).contains("Job"));
    assert!(!printed(&["template", "r", "c", "--no-hooks"]).contains("Job"));
    assert!(printed(&["template", "r", "c", "--include-crds"]).starts_with("---\n# Source: c/crds/d.yaml\n"));
    assert_eq!(
        printed(&["template", "r", "c", "--show-only", "templates/b.yaml"]),
        "---\n# Source: c/templates/b.yaml\nkind: Pod\nk: 37 false\n\n"
    );
    assert!(
        refused(&["template", "r", "c", "--show-only", "templates/none.yaml"])
            .contains("could not find template templates/none.yaml in chart")
    );
}

#[test]
fn flags_say_what_the_chart_sees() {
    let flags = ["template", "r", "c", "--kube-version", "1.29", "--api-versions", "x/v1", "--is-upgrade", "--namespace", "shop"];
    let text = printed(&flags);
    assert!(text.contains("k: 29 true") && text.contains("r: r true shop"), "{text}");
}

#[test]
fn names_are_given_made_up_or_made_from_a_template() {
    assert!(printed(&["template", "c"]).contains("r: release-name false"));
    assert!(printed(&["template", "c", "--name-template", "{{ lower \"ABC\" }}"]).contains("r: abc false"));
    assert!(printed(&["template", "c", "--generate-name"]).contains("r: release-name"));
    assert!(refused(&["template", "r", "c", "--generate-name"]).contains("cannot set --generate-name and also specify a name"));
}

#[test]
fn a_post_renderer_is_refused_with_the_reason() {
    assert!(refused(&["template", "r", "c", "--post-renderer", "sh"]).contains("Sluice executes no program"));
}

#[test]
fn a_template_error_is_told_once_with_place_expression_and_value() {
    let folder = folder();
    fs::write(folder.path().join("c/templates/bad.yaml"), "x: {{ .Values.a.b }}\n").unwrap();
    let told = String::from_utf8(run(folder.path(), &["template", "r", "c"]).stderr).unwrap();
    assert!(told.starts_with("error: c/templates/bad.yaml:1:13\n  executing \"c/templates/bad.yaml\" at <.Values.a.b>:\n"), "{told}");
    assert!(told.contains("can't evaluate field b") && told.contains("value: 1") && told.matches("can't evaluate").count() == 1, "{told}");
}

#[test]
fn keys_and_certificates_are_made() {
    let folder = folder();
    let text = "{{ $ca := genCA \"ca\" 9 }}{{ $c := genSignedCert \"c\" (list \"10.0.0.1\") (list \"c.d\") 9 $ca }}\nca: {{ $ca.Cert | quote }}\nkey: {{ $c.Key | quote }}\n\
                ec: {{ genPrivateKey \"ecdsa\" | quote }}\ned: {{ genPrivateKey \"ed25519\" | quote }}\ndsa: {{ genPrivateKey \"dsa\" | quote }}\n\
                own: {{ (genSelfSignedCertWithKey \"x\" nil nil 9 (genPrivateKey \"ecdsa\")).Cert | quote }}\n\
                built: {{ (buildCustomCert ($ca.Cert | b64enc) ($ca.Key | b64enc)).Cert | eq $ca.Cert }}\n";
    fs::write(folder.path().join("c/templates/keys.yaml"), text).unwrap();
    let output = run(folder.path(), &["template", "r", "c", "--show-only", "templates/keys.yaml"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "ca: \"-----BEGIN CERTIFICATE",
        "key: \"-----BEGIN RSA PRIVATE KEY",
        "ec: \"-----BEGIN EC PRIVATE KEY",
        "ed: \"-----BEGIN PRIVATE KEY",
        "DSA keys are not made here",
        "own: \"-----BEGIN CERT",
        "built: true",
    ] {
        assert!(text.contains(part), "{part}: {text} {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_chart_is_linted_and_shown() {
    assert!(printed(&["lint", "c"]).contains("1 chart(s) linted, 0 chart(s) failed"));
    assert!(printed(&["lint", "c", "--quiet"]).contains("0 chart(s) failed"));
    assert!(printed(&["show", "chart", "c"]).contains("name: c"));
    assert_eq!(printed(&["show", "values", "c"]), "a: 1\n\n");
    assert!(printed(&["show", "crds", "c"]).contains("kind: CustomResourceDefinition"));
    let folder = folder();
    fs::write(folder.path().join("c/templates/bad.yaml"), "{{ nope }}").unwrap();
    assert!(!run(folder.path(), &["lint", "c"]).status.success());
}
