//! docs/spec/template-functions.md lists every function. `UPDATE=1` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use template::{FAMILIES, Function};

fn parameters(function: &Function) -> String {
    let signature = function.signature();
    let mut names: Vec<String> = signature.fixed.iter().map(ToString::to_string).collect();
    names.extend(signature.rest.map(|rest| format!("{rest}…")));
    names.join(", ")
}

fn page() -> String {
    let mut page = String::from(
        "# Template functions\n\nEvery function that charts may call, by family. Types are Go's: `interface {}` takes anything, \
         `…` any number.\nThe code of a family is one file under `crates/template/src/functions/`; \
         the page is checked by `crates/template/tests/it/docs.rs`.\n",
    );
    for (family, functions) in FAMILIES {
        write!(page, "\n## {family}\n\n| function | takes | does |\n|---|---|---|\n").expect("a string takes all");
        for function in *functions {
            writeln!(page, "| `{}` | {} | {} |", function.name, parameters(function), function.help).expect("a string takes all");
        }
    }
    page
}

#[test]
fn the_page_of_functions_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/template-functions.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().expect("the page lies in a folder")).expect("the folder can be made");
        std::fs::write(&path, page()).expect("the page can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page(), "{} is out of date; run the tests with UPDATE=1", path.display());
}
