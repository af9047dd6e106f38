//! `--verify`: an archive is rendered only where a key of the keyring vouches for its bytes.
//!
//! The bytes that are checked are the bytes that are unpacked. Builds without the feature `provenance` refuse the flag.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

#[derive(clap::Args)]
pub struct VerifyFlags {
    /// Render an archive only where its provenance file vouches for it
    #[arg(long)]
    verify: bool,
    /// Public keys that may vouch [default: pubring.gpg of GNUPGHOME or ~/.gnupg]
    #[arg(long, value_name = "FILE")]
    keyring: Option<PathBuf>,
}

impl VerifyFlags {
    /// The bytes of the archive at `path`, where they are to be verified and are vouched for.
    pub fn verified(&self, path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
        if !self.verify {
            return Ok(None);
        }
        if path.is_dir() {
            bail!("unpacked charts cannot be verified");
        }
        if !path.to_str().is_some_and(|path| [".tgz", ".tar.gz", ".gz"].iter().any(|ending| path.ends_with(ending))) {
            bail!("chart must be a tgz file");
        }
        let provenance = PathBuf::from(format!("{}.prov", path.display()));
        let signed = std::fs::read(&provenance).with_context(|| format!("could not load provenance file {}", provenance.display()))?;
        let keyring = std::fs::read(self.keyring()?).context("failed to load keyring")?;
        let archive = std::fs::read(path).context("failed to read chart archive")?;
        check(&archive, &signed, path, &keyring)?;
        Ok(Some(archive))
    }

    fn keyring(&self) -> anyhow::Result<PathBuf> {
        if let Some(path) = &self.keyring {
            return Ok(path.clone());
        }
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".gnupg"));
        let folder = std::env::var_os("GNUPGHOME").filter(|folder| !folder.is_empty()).map(PathBuf::from).or_else(home);
        folder.map(|folder| folder.join("pubring.gpg")).context("--verify needs --keyring: neither GNUPGHOME nor HOME is set")
    }
}

#[cfg(feature = "provenance")]
fn check(archive: &[u8], signed: &[u8], path: &Path, keyring: &[u8]) -> anyhow::Result<()> {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
    helm::provenance::verify(archive, &String::from_utf8_lossy(signed), &file, keyring, now)?;
    Ok(())
}

#[cfg(not(feature = "provenance"))]
fn check(_: &[u8], _: &[u8], _: &Path, _: &[u8]) -> anyhow::Result<()> {
    bail!("--verify is not in this build of sluice: build it with `--features provenance`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_archives_can_be_verified() {
        let flags = |verify| VerifyFlags { verify, keyring: Some("none".into()) };
        assert_eq!(flags(false).verified(Path::new("/")).unwrap(), None);
        assert_eq!(flags(true).verified(Path::new("/")).unwrap_err().to_string(), "unpacked charts cannot be verified");
        assert_eq!(flags(true).verified(Path::new("chart.zip")).unwrap_err().to_string(), "chart must be a tgz file");
        let error = flags(true).verified(Path::new("/none/c-1.0.0.tgz")).unwrap_err();
        assert_eq!(error.to_string(), "could not load provenance file /none/c-1.0.0.tgz.prov");
    }

    /// The real helm's own signed chart, where its module is on this machine.
    #[cfg(feature = "provenance")]
    #[test]
    fn a_signed_archive_is_let_through_and_another_is_not() {
        let cache =
            std::env::var_os("HOME").map(|home| PathBuf::from(home).join("go/pkg/mod/helm.sh/helm/v4@v4.3.1/pkg/provenance/testdata"));
        let Some(data) = cache.filter(|data| data.is_dir()) else {
            eprintln!("SKIPPED: helm's test data is not in Go's module cache");
            return;
        };
        let flags = VerifyFlags { verify: true, keyring: Some(data.join("helm-test-key.pub")) };
        assert!(flags.verified(&data.join("hashtest-1.2.3.tgz")).unwrap().is_some());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let copy = folder.path().join("hashtest-1.2.3.tgz");
        std::fs::write(&copy, b"other bytes").expect("the folder can be written");
        std::fs::copy(data.join("hashtest-1.2.3.tgz.prov"), folder.path().join("hashtest-1.2.3.tgz.prov")).expect("it can be copied");
        assert!(flags.verified(&copy).unwrap_err().to_string().contains("does not match"));
    }
}
