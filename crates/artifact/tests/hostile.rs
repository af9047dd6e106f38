//! Archives that were made to harm. Each is refused, or comes out without its sting.

#![allow(clippy::unwrap_used)] // a helper of tests may panic as a test may

use std::io::Write;

use artifact::{ArchiveError, Limits, unpack};
use flate2::{Compression, write::GzEncoder};
use tar::{EntryType, Header};

/// A gzipped tar of raw entries, with names that no honest writer would make.
fn archive(entries: &[(&[u8], EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, kind, content) in entries {
        let mut header = Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name);
        header.set_entry_type(*kind);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        if matches!(kind, EntryType::Symlink | EntryType::Link) {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn file(name: &[u8]) -> Vec<u8> {
    archive(&[(name, EntryType::Regular, b"x")])
}

#[test]
fn names_that_leave_the_tree_are_refused() {
    for name in [b"../x".as_slice(), b"a/../../x", b"/etc/passwd", b"a//b", b"./../x", b"a/./b", b"..", b"\xff\xfe"] {
        let refused = unpack(&file(name)[..], Limits::default());
        assert!(matches!(refused, Err(ArchiveError::Entry(_))), "{}: {refused:?}", String::from_utf8_lossy(name));
    }
}

#[test]
fn symbolic_links_are_dropped_and_nothing_can_be_written_through_them() {
    let bytes = archive(&[(b"link", EntryType::Symlink, b""), (b"link/x", EntryType::Regular, b"x"), (b"ok", EntryType::Regular, b"x")]);
    let tree = unpack(&bytes[..], Limits::default()).unwrap();
    assert_eq!(tree.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["link/x", "ok"]);
}

#[test]
fn hard_links_devices_and_pipes_are_refused() {
    for kind in [EntryType::Link, EntryType::Char, EntryType::Block, EntryType::Fifo, EntryType::new(b'Z')] {
        let refused = unpack(&archive(&[(b"x", kind, b"")])[..], Limits::default());
        assert!(matches!(refused, Err(ArchiveError::Special { .. })), "{kind:?}: {refused:?}");
    }
}

#[test]
fn a_name_cannot_come_twice_nor_in_another_case() {
    for (first, second) in [("a", "a"), ("a", "A"), ("a", "./a"), ("a", "a/b"), ("Dir/x", "dir/x")] {
        let bytes = archive(&[(first.as_bytes(), EntryType::Regular, b"1"), (second.as_bytes(), EntryType::Regular, b"2")]);
        assert!(matches!(unpack(&bytes[..], Limits::default()), Err(ArchiveError::Entry(_))), "{first} {second}");
    }
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let limits = Limits { file_bytes_max: 1024, tree_bytes_max: 4096, files_max: 8, ..Limits::default() };
    let large = archive(&[(b"big", EntryType::Regular, &[0; 2048])]);
    let many: Vec<Vec<u8>> = (0..9).map(|number| format!("f{number}").into_bytes()).collect();
    let many: Vec<(&[u8], EntryType, &[u8])> = many.iter().map(|name| (name.as_slice(), EntryType::Regular, b"x".as_slice())).collect();
    for bytes in [large, archive(&many)] {
        let error = unpack(&bytes[..], limits).unwrap_err().to_string();
        assert!(error.contains("_max"), "{error}");
    }
}

#[test]
fn entries_that_are_left_out_still_count_against_the_stream() {
    let limits = Limits { tree_bytes_max: 4096, files_max: 8, ..Limits::default() };
    let links: Vec<(&[u8], EntryType, &[u8])> = vec![(b"d", EntryType::Symlink, b""); 200];
    assert!(matches!(unpack(&archive(&links)[..], limits), Err(ArchiveError::Bomb(_))));
}

#[test]
fn endless_padding_is_not_read() {
    let mut zeros = GzEncoder::new(Vec::new(), Compression::best());
    zeros.write_all(&vec![0; 16 * 1024 * 1024]).unwrap();
    assert!(unpack(&zeros.finish().unwrap()[..], Limits::default()).unwrap().is_empty());
}

#[test]
fn what_is_no_archive_says_so() {
    let good = file(b"a");
    for bytes in [b"".as_slice(), b"plain text", &good[..good.len() / 2], &good[..12]] {
        assert!(matches!(unpack(bytes, Limits::default()), Err(ArchiveError::Malformed(_))), "{} bytes", bytes.len());
    }
}
