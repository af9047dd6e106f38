//! Chart archives: a gzipped tar in memory to files in memory. Nothing of it ever becomes a path on a disk.
//!
//! Refuses to be: lenient. Names that leave the chart, links and devices are refused, and sizes are counted while
//! decompressing, never believed.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use tar::EntryType;

use super::File;
use crate::limits::{ARCHIVE_BYTES_MAX, CHART_BYTES_MAX, CHART_FILES_MAX};
use crate::{Error, Result};

/// The files of a chart archive, without the first step of their paths.
pub fn unpack(bytes: &[u8]) -> Result<Vec<File>> {
    if bytes.len() > ARCHIVE_BYTES_MAX {
        return Err(Error::Limit { name: "ARCHIVE_BYTES_MAX", what: format!("an archive of {} bytes", bytes.len()) });
    }
    if !bytes.starts_with(b"\x1f\x8b") {
        return Err(refuse("the bytes do not appear to be a gzipped archive (details: gzip: invalid header)"));
    }
    let mut budget = CHART_BYTES_MAX;
    // The tar structure itself is bounded too: headers without content cost a block each.
    let mut archive = tar::Archive::new(MultiGzDecoder::new(bytes).take(2 * CHART_BYTES_MAX));
    let mut files = Vec::new();
    for entry in archive.entries().map_err(|error| refuse(error.to_string()))? {
        let entry = entry.map_err(|error| refuse(error.to_string()))?;
        files.extend(read_entry(entry, &mut budget)?);
        if files.len() > CHART_FILES_MAX {
            return Err(Error::Limit { name: "CHART_FILES_MAX", what: "an archive of more files".into() });
        }
    }
    if files.is_empty() {
        return Err(refuse("no files in chart archive"));
    }
    Ok(files)
}

fn read_entry(mut entry: tar::Entry<'_, impl Read>, budget: &mut u64) -> Result<Option<File>> {
    let full_name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    match entry.header().entry_type() {
        EntryType::Directory | EntryType::XGlobalHeader | EntryType::XHeader => return Ok(None),
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse if full_name.ends_with('/') => return Ok(None),
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {}
        _ => return Err(refuse(format!("chart archive holds a link or device: {full_name:?}"))),
    }
    let name = inner_name(&full_name)?;
    let too_large = || refuse(format!("decompressed chart is larger than the maximum size {CHART_BYTES_MAX}"));
    if entry.size() > *budget {
        return Err(too_large());
    }
    let mut data = Vec::new();
    entry.by_ref().take(*budget).read_to_end(&mut data).map_err(|error| refuse(error.to_string()))?;
    *budget = budget.checked_sub(data.len() as u64).filter(|left| *left > 0).ok_or_else(too_large)?;
    Ok(Some(File::new(name, &data)))
}

/// The path within the chart: the first step dropped, cleaned, and refused if it leaves the chart.
fn inner_name(full_name: &str) -> Result<String> {
    let delimiter = if full_name.contains('\\') { '\\' } else { '/' };
    let (base, rest) = full_name.split_once(delimiter).unwrap_or((full_name, ""));
    let rest = rest.replace(delimiter, "/");
    if rest.starts_with('/') {
        return Err(refuse("chart illegally contains absolute paths"));
    }
    let name = clean(&rest);
    if name == "." {
        return Err(refuse(format!("chart illegally contains content outside the base directory: {full_name:?}")));
    }
    if name.starts_with("..") {
        return Err(refuse("chart illegally references parent directory"));
    }
    let mut bytes = name.bytes();
    if bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic()) && name[1..].starts_with(":/") {
        return Err(refuse("chart contains illegally named files"));
    }
    if base == "Chart.yaml" {
        return Err(refuse("chart yaml not in base directory"));
    }
    Ok(name)
}

/// A relative path without `.`, empty and resolvable `..` steps; `.` for nothing.
fn clean(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    if steps.is_empty() { ".".into() } else { steps.join("/") }
}

fn refuse(message: impl Into<String>) -> Error {
    Error::Archive(message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_first_step_and_may_not_leave_the_chart() {
        assert_eq!(inner_name("a/templates/./b.yaml").unwrap(), "templates/b.yaml");
        assert_eq!(inner_name("a\\templates\\b.yaml").unwrap(), "templates/b.yaml");
        for name in ["a/../../b", "a//etc/passwd", "a", "a/c:/x", "Chart.yaml"] {
            assert!(inner_name(name).is_err(), "{name}");
        }
    }
}
