//! Paths with slashes, and file paths as a Unix system has them: the two agree.

use super::table;
use crate::value::Text;

table! {
    "base" 1 base, "The last element of a path.";
    "dir" 1 dir, "All but the last element of a path.";
    "clean" 1 clean, "The shortest equal path.";
    "ext" 1 ext, "The extension with its dot.";
    "isAbs" 1 is_abs, "Whether the path begins at the root.";
    "osBase" 1 base, "The last element of a file path.";
    "osDir" 1 dir, "All but the last element of a file path.";
    "osClean" 1 clean, "The shortest equal file path.";
    "osExt" 1 ext, "The extension of a file path with its dot.";
    "osIsAbs" 1 is_abs, "Whether the file path begins at the root.";
}

fn base(path: Text) -> String {
    let path = path.lossy();
    if path.is_empty() {
        return ".".into();
    }
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        Some(last) if !trimmed.is_empty() => last.into(),
        _ => "/".into(),
    }
}

fn dir(path: Text) -> String {
    let path = path.lossy();
    let end = path.rfind('/').map_or(0, |at| at + 1);
    cleaned(&path[..end])
}

fn clean(path: Text) -> String {
    cleaned(&path.lossy())
}

fn cleaned(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".into(),
        (false, false) => parts.join("/"),
    }
}

fn ext(path: Text) -> String {
    let path = path.lossy();
    let last = path.rsplit('/').next().unwrap_or_default();
    last.rfind('.').map_or_else(String::new, |at| last[at..].into())
}

fn is_abs(path: Text) -> bool {
    path.as_bytes().starts_with(b"/")
}
