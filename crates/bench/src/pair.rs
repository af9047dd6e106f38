//! Whole processes side by side: for each case the reference and Sluice in turns, medians, and the ratio between them.

use std::time::Duration;

use anyhow::Result;

use crate::measurement::Figures;
use crate::numbers::{geometric_mean, median};
use crate::process::Program;

/// A case is heavy when the reference takes longer.
const HEAVY: Duration = Duration::from_secs(1);
/// Turns of a heavy case; more would only take time.
const HEAVY_ROUNDS: usize = 3;

/// The same work for both.
pub struct Case<'a> {
    /// What is built.
    pub name: String,
    /// The reference program.
    pub reference: Program<'a>,
    /// Ours.
    pub sluice: Program<'a>,
}

/// What came of one case. Times in milliseconds, memory in MiB.
struct Row {
    name: String,
    reference_ms: f64,
    sluice_ms: f64,
    reference_mib: f64,
    sluice_mib: f64,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.reference_ms / self.sluice_ms
    }

    fn memory(&self) -> f64 {
        self.reference_mib / self.sluice_mib
    }

    fn is_heavy(&self) -> bool {
        self.reference_ms > HEAVY.as_secs_f64() * 1000.0
    }
}

/// Measures every case, prints a line for each and a summary. A case that one of the two refuses is named and left out.
pub fn compare(cases: Vec<Case>, rounds: usize) -> Result<Figures> {
    println!("{:>10} {:>10} {:>7} {:>9} {:>9} {:>6}  case", "ref ms", "sluice ms", "ratio", "ref MiB", "our MiB", "ratio");
    let (mut rows, mut refused) = (Vec::new(), 0);
    for case in cases {
        match measure(&case, rounds) {
            Ok(row) => {
                print(&row);
                rows.push(row);
            }
            Err(error) => {
                refused += 1;
                println!("left out: {}: {error:#}", case.name);
            }
        }
    }
    anyhow::ensure!(!rows.is_empty(), "every case was left out");
    Ok(summary(&rows, refused))
}

fn measure(case: &Case, rounds: usize) -> Result<Row> {
    let first = case.reference.time()?;
    case.sluice.time()?;
    let rounds = if first > HEAVY { HEAVY_ROUNDS.min(rounds) } else { rounds };
    let (mut reference, mut sluice) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        reference.push(case.reference.time()?.as_secs_f64() * 1000.0);
        sluice.push(case.sluice.time()?.as_secs_f64() * 1000.0);
    }
    Ok(Row {
        name: case.name.clone(),
        reference_ms: median(&mut reference),
        sluice_ms: median(&mut sluice),
        reference_mib: case.reference.peak_mib()?,
        sluice_mib: case.sluice.peak_mib()?,
    })
}

fn print(row: &Row) {
    let Row { name, reference_ms, sluice_ms, reference_mib, sluice_mib } = row;
    let (ratio, memory) = (row.ratio(), row.memory());
    println!("{reference_ms:>10.2} {sluice_ms:>10.2} {ratio:>7.1} {reference_mib:>9.1} {sluice_mib:>9.1} {memory:>6.1}  {name}");
}

fn summary(rows: &[Row], refused: usize) -> Figures {
    let worst = rows.iter().min_by(|a, b| a.ratio().total_cmp(&b.ratio())).expect("there is a row");
    let fattest = rows.iter().min_by(|a, b| a.memory().total_cmp(&b.memory())).expect("there is a row");
    println!("slowest beside the reference: {} ({:.1} times)", worst.name, worst.ratio());
    println!("largest beside the reference: {} ({:.1} times less memory)", fattest.name, fattest.memory());
    let heavy: Vec<&Row> = rows.iter().filter(|row| row.is_heavy()).collect();
    let heavy_mean = match heavy.is_empty() {
        true => String::new(),
        false => format!(" heavy={:.2}", geometric_mean(heavy.iter().map(|row| row.ratio()))),
    };
    let memory = geometric_mean(rows.iter().map(Row::memory));
    Figures {
        n: rows.len(),
        ratio: geometric_mean(rows.iter().map(Row::ratio)),
        rss_mib: rows.iter().map(|row| row.sluice_mib).fold(0.0, f64::max),
        more: format!(" worst={:.2}{heavy_mean} memory={memory:.2} memory_worst={:.2} left_out={refused}", worst.ratio(), fattest.memory()),
    }
}
