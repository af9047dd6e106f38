//! `sha256:<hex>`: the name of bytes.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// The SHA-256 of some bytes, written `sha256:<64 lower-case hex digits>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

const PREFIX: &str = "sha256:";

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest::from_raw(&Sha256::digest(bytes))
    }

    /// The digest of everything a reader gives, in 64 KiB steps.
    pub fn of_reader(mut reader: impl std::io::Read) -> std::io::Result<Digest> {
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(Digest::from_raw(&hasher.finalize())),
                read => hasher.update(&buffer[..read]),
            }
        }
    }

    /// The digits without the algorithm.
    pub fn hex(&self) -> &str {
        &self.0[PREFIX.len()..]
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn from_raw(raw: &[u8]) -> Digest {
        let mut text = String::with_capacity(PREFIX.len() + raw.len() * 2);
        text.push_str(PREFIX);
        for byte in raw {
            text.push(char::from_digit(u32::from(byte >> 4), 16).expect("four bits are one hex digit"));
            text.push(char::from_digit(u32::from(byte & 15), 16).expect("four bits are one hex digit"));
        }
        Digest(text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no SHA-256 digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no digest; write `sha256:` and 64 lower-case hex digits")]
pub struct ParseDigestError(String);

impl FromStr for Digest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Digest, ParseDigestError> {
        let hex = text.strip_prefix(PREFIX).unwrap_or_default();
        let valid = hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if valid { Ok(Digest(text.to_owned())) } else { Err(ParseDigestError(text.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn the_digest_of_nothing_is_the_known_one_either_way() {
        assert_eq!(Digest::of(b"").as_str(), EMPTY);
        assert_eq!(Digest::of_reader(&b""[..]).unwrap().as_str(), EMPTY);
    }

    #[test]
    fn only_lower_case_sha256_of_full_length_parses() {
        assert_eq!(EMPTY.parse::<Digest>().unwrap(), Digest::of(b""));
        for bad in ["", "sha256:", "sha256:abc", &EMPTY.to_uppercase(), &EMPTY.replace("sha256", "sha512"), &format!("{EMPTY}0")] {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }
}
