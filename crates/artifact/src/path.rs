//! What a path inside a tree looks like: relative, of plain names, separated by `/`.
//!
//! Refuses to be: a path on a disk. No function here touches one.

/// Why a name is no path inside a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// Nothing, or nothing but `.`.
    #[error("the path is empty")]
    Empty,
    /// Begins with `/`.
    #[error("the path is absolute")]
    Absolute,
    /// Contains `..`.
    #[error("the path leaves the tree by `..`")]
    Parent,
    /// Contains an empty name or an inner `.`.
    #[error("the path has an empty or `.` part")]
    NotPlain,
    /// Contains a NUL byte.
    #[error("the path contains a NUL byte")]
    Nul,
    /// Is not UTF-8.
    #[error("the path is not UTF-8")]
    NotUtf8,
}

/// Checks that `path` is relative and made of plain names.
pub(crate) fn check(path: &str) -> Result<(), PathFault> {
    if path.is_empty() {
        return Err(PathFault::Empty);
    }
    if path.starts_with('/') {
        return Err(PathFault::Absolute);
    }
    if path.contains('\0') {
        return Err(PathFault::Nul);
    }
    path.split('/').try_for_each(check_part)
}

fn check_part(part: &str) -> Result<(), PathFault> {
    match part {
        ".." => Err(PathFault::Parent),
        "" | "." => Err(PathFault::NotPlain),
        _ => Ok(()),
    }
}

/// A path as an archive or a user writes it, in the plain form: without leading `./` and trailing `/`.
///
/// `.` alone becomes the empty text, which means the tree itself.
pub(crate) fn plain(raw: &str) -> &str {
    let mut path = raw;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest;
    }
    let path = path.trim_end_matches('/');
    if path == "." { "" } else { path }
}

/// The folders above `path`, outermost first.
pub(crate) fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(index, _)| &path[..index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_paths_of_plain_names_pass() {
        let cases = [
            ("a", Ok(())),
            ("a/b.yaml", Ok(())),
            ("...", Ok(())),
            ("a\\..\\b", Ok(())),
            ("", Err(PathFault::Empty)),
            ("/etc/passwd", Err(PathFault::Absolute)),
            ("../a", Err(PathFault::Parent)),
            ("a/../../b", Err(PathFault::Parent)),
            ("a//b", Err(PathFault::NotPlain)),
            ("a/./b", Err(PathFault::NotPlain)),
            ("a/", Err(PathFault::NotPlain)),
            ("a\0b", Err(PathFault::Nul)),
        ];
        for (path, expected) in cases {
            assert_eq!(check(path), expected, "{path:?}");
        }
    }

    #[test]
    fn plain_takes_off_what_archives_add() {
        for (raw, expected) in [("./a/b", "a/b"), ("././a/", "a"), (".", ""), ("./", ""), ("a", "a"), ("/a", "/a"), (".a", ".a")] {
            assert_eq!(plain(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn parents_come_outermost_first() {
        assert_eq!(parents("a/b/c").collect::<Vec<_>>(), ["a", "a/b"]);
        assert_eq!(parents("a").count(), 0);
    }
}
