//! `sluice helm show`: what a chart contains.

use std::path::PathBuf;

use helm::show;

#[derive(clap::Args)]
pub struct Show {
    /// Which part
    #[arg(value_enum)]
    part: Part,
    /// Folder or archive of the chart
    chart: PathBuf,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Part {
    /// Chart.yaml
    Chart,
    /// values.yaml
    Values,
    /// The files of crds/
    Crds,
    /// The README
    Readme,
    /// All of them
    All,
}

pub fn run(command: &Show) -> anyhow::Result<()> {
    let chart = super::input::chart(&command.chart)?;
    match command.part {
        Part::Chart => println!("{}", show::chart(&chart)),
        Part::Values => println!("{}", show::values(&chart)),
        Part::Crds => print!("{}", show::crds(&chart)),
        Part::Readme => println!("{}", show::readme(&chart)),
        Part::All => {
            println!("{}\n---\n{}", show::chart(&chart), show::values(&chart));
            if chart.readme().is_some() {
                println!("---\n{}", show::readme(&chart));
            }
            print!("{}", show::crds(&chart));
        }
    }
    Ok(())
}
