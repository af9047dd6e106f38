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
    // Only where everything is shown does a mark tell the parts apart.
    let part = |text: Option<String>, mark: &str| text.map(|text| format!("{mark}{text}\n")).unwrap_or_default();
    match command.part {
        Part::Chart => println!("{}", show::chart(&chart)),
        Part::Values => print!("{}", part(show::values(&chart), "")),
        Part::Crds => print!("{}", show::crds(&chart)),
        Part::Readme => print!("{}", part(show::readme(&chart), "")),
        Part::All => {
            println!("{}", show::chart(&chart));
            print!("{}{}{}", part(show::values(&chart), "---\n"), part(show::readme(&chart), "---\n"), show::crds(&chart));
        }
    }
    Ok(())
}
