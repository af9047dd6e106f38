//! One measurement, its figures, and why it may be left out.

use anyhow::Result;

/// One measurement.
pub struct Bench {
    /// The word on the command line and at the head of the last line.
    pub name: &'static str,
    /// What is measured, and its arguments.
    pub about: &'static str,
    /// Measures and gives the figures of the last line. The arguments follow the name.
    pub run: fn(&[String]) -> Result<Figures>,
}

/// The figures of a last line: `n=… ratio=… rss_mib=…` and what else there is to say.
pub struct Figures {
    /// How many things were measured.
    pub n: usize,
    /// The ratio that the bench is about; which one, its `about` says.
    pub ratio: f64,
    /// Peak resident memory of Sluice.
    pub rss_mib: f64,
    /// More figures, as ` name=value` each.
    pub more: String,
}

/// Something that this machine lacks: the measurement is left out, aloud.
#[derive(Debug)]
pub struct Skipped(pub String);

impl std::fmt::Display for Skipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Skipped {}

/// The argument at a place as a number, or its default. Errors: no number.
pub fn number(arguments: &[String], at: usize, default: usize) -> Result<usize> {
    match arguments.get(at) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| anyhow::anyhow!("`{text}` is no number")),
    }
}
