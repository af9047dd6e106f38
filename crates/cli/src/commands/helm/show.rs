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
    let mut source = super::input::Source::open(&command.chart)?;
    let chart = source.chart()?;
    // Only where everything is shown does a mark tell the parts apart.
    let part = |text: Option<String>, mark: &str| text.map(|text| format!("{mark}{text}\n")).unwrap_or_default();
    let shown = match command.part {
        Part::Chart => show::chart(&chart) + "\n",
        Part::Values => part(show::values(&chart), ""),
        Part::Crds => show::crds(&chart),
        Part::Readme => part(show::readme(&chart), ""),
        Part::All => {
            let rest = [part(show::values(&chart), "---\n"), part(show::readme(&chart), "---\n"), show::crds(&chart)];
            show::chart(&chart) + "\n" + &rest.concat()
        }
    };
    source.check()?;
    print!("{shown}");
    Ok(())
}
