//! The scripts of the project.

mod crds;
mod reference;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["gen"] => crds::run(false),
        ["gen", "--check"] => crds::run(true),
        _ => anyhow::bail!("usage: cargo xtask gen [--check]"),
    }
}
