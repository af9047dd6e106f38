//! `sluice-bench NAME [ARGUMENTS]`: runs one measurement; without a name, all of them. Begin with `benches::ALL`.

mod apps;
mod bare;
mod benches;
mod drift;
mod helm;
mod idle;
mod kustomize;
mod machine;
mod mttp;
mod numbers;
mod pair;
mod process;
mod programs;
mod requests;
mod up;
mod world;

fn main() -> anyhow::Result<()> {
    benches::run(std::env::args().skip(1).collect())
}
