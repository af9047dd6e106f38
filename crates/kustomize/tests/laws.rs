//! Laws that hold for every tree, and trees that mean harm.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;

use kustomize::{Built, Cache, ErrorKind, Limits, MemoryFiles, Options, build, build_cached, print};
use proptest::prelude::*;

/// An overlay over a base with a few objects, out of a handful of choices.
fn tree(names: &[String], prefix: &str, namespace: &str, label: &str) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    let mut resources = String::new();
    for name in names {
        let object = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name:?}\ndata:\n  a: {name:?}\n");
        files.insert(&format!("base/{name}.yaml"), object);
        writeln!(resources, "- {name}.yaml").unwrap();
    }
    files.insert("base/kustomization.yaml", format!("resources:\n{resources}configMapGenerator:\n- name: generated\n  literals: [a=b]\n"));
    let overlay = format!("resources: [../base]\nnamePrefix: {prefix:?}\nnamespace: {namespace:?}\nlabels:\n- pairs: {{l: {label:?}}}\n");
    files.insert("overlay/kustomization.yaml", overlay);
    files
}

fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[a-f][a-z]{0,5}", 1..6).prop_map(|names| names.into_iter().collect())
}

fn text(files: &MemoryFiles, root: &str) -> Result<Vec<Built>, kustomize::Errors> {
    build(files, root, &Options::default())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Building what was built changes nothing.
    #[test]
    fn a_build_of_a_build_is_the_build(names in names(), prefix in "[a-z]{1,4}-", namespace in "[a-z]{1,8}", label in "[a-z]{1,4}") {
        let built = print(&text(&tree(&names, &prefix, &namespace, &label), "overlay").unwrap());
        let mut again = MemoryFiles::new();
        again.insert("all.yaml", built.clone());
        again.insert("kustomization.yaml", "resources: [all.yaml]\n");
        prop_assert_eq!(print(&text(&again, "/").unwrap()), built);
    }

    /// Objects come in the order in which the files list them.
    #[test]
    fn the_order_is_that_of_the_files(names in names()) {
        let built = text(&tree(&names, "p-", "n", "l"), "overlay").unwrap();
        let found: Vec<String> = built.iter().map(|one| one.value["metadata"]["name"].as_str().unwrap().to_owned()).collect();
        let wanted: Vec<String> = names.iter().map(|name| format!("p-{name}")).collect();
        prop_assert_eq!(&found[..names.len()], wanted.as_slice());
    }

    /// In the legacy order, the order in which the files list the objects does not count.
    #[test]
    fn the_legacy_order_is_one(names in names().prop_shuffle(), reversed in any::<bool>()) {
        let options = Options { reorder: kustomize::Reorder::Legacy, ..Options::default() };
        let built = |names: &[String]| print(&build(&tree(names, "p-", "shop", "l"), "overlay", &options).unwrap());
        let mut sorted = names.clone();
        sorted.sort();
        if reversed {
            sorted.reverse();
        }
        prop_assert_eq!(built(&names), built(&sorted));
    }

    /// Memory between builds changes nothing but the time, whatever file changes in between.
    #[test]
    fn cached_is_uncached(names in names(), changes in prop::collection::vec((0..6usize, "[a-z]{1,5}"), 1..6)) {
        let cache = Cache::new(8);
        let mut files = tree(&names, "p-", "n", "l");
        for (at, data) in changes {
            let cached = build_cached(&files, "overlay", &Options::default(), &cache).unwrap();
            prop_assert_eq!(cached, text(&files, "overlay").unwrap());
            let name = &names[at % names.len()];
            files.insert(&format!("base/{name}.yaml"), format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name:?}}}\ndata: {{a: {data:?}}}\n"));
        }
        prop_assert_eq!(build_cached(&files, "overlay", &Options::default(), &cache).unwrap(), text(&files, "overlay").unwrap());
    }

    /// Whatever a file holds, there is an answer.
    #[test]
    fn nonsense_never_panics(kustomization in ".{0,200}", resource in ".{0,200}") {
        let mut files = MemoryFiles::new();
        files.insert("kustomization.yaml", kustomization);
        files.insert("a.yaml", resource.clone());
        files.insert("sub/kustomization.yaml", format!("resources: [../a.yaml, ../sub]\npatches:\n- patch: {resource:?}\n"));
        let _ = text(&files, "/");
        let _ = text(&files, "sub");
    }

    /// Whatever a patch holds, there is an answer.
    #[test]
    fn strange_patches_never_panic(patch in "[a-z{}\\[\\]:, $\n*&-]{0,80}", path in "[a-z.\\[\\]=*/-]{0,20}") {
        let mut files = tree(&["a".to_owned()], "p-", "n", "l");
        let patches = format!("- target: {{kind: ConfigMap}}\n  patch: {:?}\n", format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {patch}"));
        let replacement = format!("- sourceValue: x\n  targets:\n  - select: {{kind: ConfigMap}}\n    fieldPaths: [{path:?}]\n    options: {{create: true}}\n");
        files.insert("overlay/kustomization.yaml", format!("resources: [../base]\npatches:\n{patches}replacements:\n{replacement}"));
        let _ = text(&files, "overlay");
    }
}

fn refused(files: &[(&str, String)], limits: Limits) -> kustomize::Error {
    let files: MemoryFiles = files.iter().map(|(path, text)| (*path, text.clone())).collect();
    let options = Options { limits, ..Options::default() };
    build(&files, "/", &options).unwrap_err().all()[0].clone()
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(",");
        writeln!(bomb, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    bomb += "kind: A\nmetadata: {name: a}\n";
    let error = refused(&[("/kustomization.yaml", "resources: [a.yaml]".into()), ("/a.yaml", bomb)], Limits::default());
    assert_eq!(error.kind, ErrorKind::Malformed, "{error}");
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("kind: A\nmetadata: {{name: a}}\nspec: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let error = refused(&[("/kustomization.yaml", "resources: [a.yaml]".into()), ("/a.yaml", deep)], Limits::default());
    assert_eq!(error.kind, ErrorKind::Malformed, "{error}");
}

#[test]
fn bases_that_multiply_are_refused() {
    let mut files = vec![("/kustomization.yaml".to_owned(), "resources: [l0/a, l0/b]".to_owned())];
    for level in 0..30 {
        for side in ["a", "b"] {
            let next = level + 1;
            let text = format!("namePrefix: {side}\nresources: [../../l{next}/a, ../../l{next}/b]\n");
            files.push((format!("/l{level}/{side}/kustomization.yaml"), text));
        }
    }
    files.extend(
        ["a", "b"]
            .map(|side| (format!("/l30/{side}/kustomization.yaml"), format!("namePrefix: {side}\nconfigMapGenerator: [{{name: x}}]\n"))),
    );
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let error = refused(&files, Limits { visits_max: 500, ..Limits::default() });
    assert_eq!(error.kind, ErrorKind::Limit, "{error}");
}

#[test]
fn too_many_resources_are_refused() {
    let objects: String = (0..50).map(|at| format!("---\nkind: A\nmetadata: {{name: a{at}}}\n")).collect();
    let error = refused(
        &[("/kustomization.yaml", "resources: [a.yaml]".into()), ("/a.yaml", objects)],
        Limits { resources_max: 49, ..Limits::default() },
    );
    assert_eq!(error.kind, ErrorKind::Limit, "{error}");
}

#[test]
fn paths_do_not_leave_the_tree() {
    for path in ["../../../etc/passwd", "/etc/passwd", "a/../../x"] {
        let error = refused(&[("/kustomization.yaml", format!("resources: [\"{path}\"]"))], Limits::default());
        assert_eq!(error.kind, ErrorKind::File, "{error}");
    }
}
