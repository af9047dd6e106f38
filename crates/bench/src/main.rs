//! `sluice-bench NAME [ARGUMENTS]`: runs one measurement; without a name, all of them. Begin with `benches::ALL`.

mod apps;
mod bare;
mod benches;
mod charts;
mod drift;
mod idle;
mod machine;
mod measurement;
mod mttp;
mod numbers;
mod overlays;
mod pair;
mod process;
mod programs;
mod rebuild;
mod renders;
mod requests;
mod scale;
mod tree;
mod up;
mod world;

fn main() -> anyhow::Result<()> {
    benches::run(std::env::args().skip(1).collect())
}
