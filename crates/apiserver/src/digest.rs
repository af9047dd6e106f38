//! A short digest of text, for what must look drawn and stay the same. Refuses to keep secrets.

/// FNV-1a in 64 bits.
pub fn of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
