//! The files of a folder, in memory.

use std::fs;
use std::path::Path;

use anyhow::Result;

/// Every file below a folder with its path from there, in the order of names. Links are not followed.
pub fn read_files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    collect(folder, "", &mut files)?;
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (kind, name) = (entry.file_type()?, format!("{prefix}{}", entry.file_name().to_string_lossy()));
        if kind.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else if kind.is_file() {
            files.push((name, fs::read(entry.path())?));
        }
    }
    Ok(())
}
