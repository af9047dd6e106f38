//! Reads and writes the given files again and again for a second each, and prints megabytes per second.

use std::time::{Duration, Instant};

fn main() -> std::io::Result<()> {
    let texts = std::env::args().skip(1).map(std::fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
    let bytes: usize = texts.iter().map(String::len).sum();
    let read = || texts.iter().filter_map(|text| yaml::parse(text, &yaml::Options::default()).ok()).flatten().collect::<Vec<_>>();
    let documents = read();
    let written: usize = documents.iter().map(|document| yaml::to_string(&document.value).len()).sum();
    report("read", bytes, || read().len());
    report("write", written, || documents.iter().map(|document| yaml::to_string(&document.value).len()).sum());
    Ok(())
}

/// Repeats `work` for a second.
fn report(name: &str, bytes: usize, work: impl Fn() -> usize) {
    let start = Instant::now();
    let mut rounds = 0;
    while start.elapsed() < Duration::from_secs(1) {
        assert!(work() > 0, "there is something to {name}");
        rounds += 1;
    }
    let megabytes = bytes as f64 * f64::from(rounds) / 1e6;
    println!("{name} {:.0} MB/s", megabytes / start.elapsed().as_secs_f64());
}
