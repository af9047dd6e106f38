//! Provenance: the real helm's own signed chart where its module is on this machine, and every way in which it must not verify.

#![cfg(feature = "provenance")]
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use helm::provenance::verify;

const NOW: u64 = 1_790_000_000;
const FILE: &str = "hashtest-1.2.3.tgz";

/// The reference's test data in Go's module cache.
fn data(name: &str) -> Option<Vec<u8>> {
    let cache = std::env::var_os("GOMODCACHE").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join("go/pkg/mod")))?;
    let bytes = std::fs::read(cache.join("helm.sh/helm/v4@v4.3.1/pkg/provenance/testdata").join(name)).ok();
    if bytes.is_none() {
        eprintln!("SKIPPED: helm's test data {name} is not in Go's module cache");
    }
    bytes
}

#[test]
fn a_signed_chart_verifies_and_nothing_else_does() {
    let (Some(archive), Some(signed), Some(keys)) = (data(FILE), data(&format!("{FILE}.prov")), data("helm-test-key.pub")) else {
        return;
    };
    let signed = String::from_utf8(signed).unwrap();
    let verified = verify(&archive, &signed, FILE, &keys, NOW).unwrap();
    assert!(verified.signed_by[0].contains("Helm"), "{verified:?}");

    let refused = |archive: &[u8], signed: &str, file: &str, keys: &[u8]| verify(archive, signed, file, keys, NOW).unwrap_err().to_string();
    assert!(refused(b"other bytes", &signed, FILE, &keys).contains("does not match"));
    assert!(refused(&archive, &signed, "other-1.0.0.tgz", &keys).contains("does not contain a SHA"));
    assert!(refused(&archive, &signed.replacen("1.2.3", "1.2.4", 1), FILE, &keys).contains("unknown entity"));
    assert!(refused(&archive, "name: hashtest", FILE, &keys).contains("signature block not found"));
    assert!(!refused(&archive, &signed, FILE, b"").is_empty());
    assert!(verify(&archive, &signed, FILE, &keys, 0).is_err(), "a key from the future");
}

#[test]
fn armored_keyrings_are_read_too() {
    let (Some(archive), Some(signed), Some(keys)) = (data(FILE), data(&format!("{FILE}.prov")), data("helm-test-key.asc")) else {
        return;
    };
    verify(&archive, &String::from_utf8(signed).unwrap(), FILE, &keys, NOW).unwrap();
}
