//! Private keys in the PEM blocks that Go writes: PKCS#1 for RSA, SEC 1 for ECDSA, PKCS#8 for the rest.
//!
//! Refuses to be: a DER parser. It takes apart only what the key maker here has just put together.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::KeyPair;

/// `id-ecPublicKey` parameters of P-256: the object identifier of the curve.
const P256: [u8; 10] = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

/// One PEM block.
pub fn block(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base 64 is ASCII")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// The key in the block that Go would write for its kind.
pub fn of_key(key: &KeyPair) -> String {
    let der = key.serialized_der();
    if key.algorithm() == &rcgen::PKCS_RSA_SHA256 {
        if let Some(inner) = inner_key(der) {
            return block("RSA PRIVATE KEY", inner);
        }
    } else if key.algorithm() == &rcgen::PKCS_ECDSA_P256_SHA256
        && let Some(scalar) = inner_key(der).and_then(scalar)
    {
        return block("EC PRIVATE KEY", &sec1(scalar, key.public_key_raw()));
    }
    block("PRIVATE KEY", &without_public_key(der).unwrap_or_else(|| der.to_vec()))
}

/// PKCS#8 in its first version, which every reader knows: version, algorithm and key alone.
fn without_public_key(der: &[u8]) -> Option<Vec<u8>> {
    let (_, body, _) = element(der)?;
    let (_, _, rest) = element(body)?;
    let (_, algorithm, rest) = element(rest)?;
    let (_, key, _) = element(rest)?;
    let fits = algorithm.len() + key.len() < 0xF0;
    fits.then(|| wrap(0x30, &[wrap(0x02, &[0]), wrap(0x30, algorithm), wrap(0x04, key)].concat()))
}

/// The private key inside PKCS#8: version, algorithm, then an octet string of the key.
fn inner_key(der: &[u8]) -> Option<&[u8]> {
    let (_, body, _) = element(der)?;
    let (_, _, rest) = element(body)?;
    let (_, _, rest) = element(rest)?;
    element(rest).filter(|(tag, ..)| *tag == 0x04).map(|(_, key, _)| key)
}

/// The secret number of an ECPrivateKey: version, then an octet string.
fn scalar(der: &[u8]) -> Option<&[u8]> {
    let (_, body, _) = element(der)?;
    let (_, _, rest) = element(body)?;
    element(rest).filter(|(tag, ..)| *tag == 0x04).map(|(_, scalar, _)| scalar)
}

/// ECPrivateKey with the curve and the public key, as Go writes it.
fn sec1(scalar: &[u8], public: &[u8]) -> Vec<u8> {
    let mut bits = vec![0];
    bits.extend_from_slice(public);
    let parts = [wrap(0x02, &[1]), wrap(0x04, scalar), wrap(0xA0, &P256), wrap(0xA1, &wrap(0x03, &bits))];
    wrap(0x30, &parts.concat())
}

/// An element of at most 255 bytes.
fn wrap(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len()).expect("a key of this curve is short");
    let mut out = if length < 0x80 { vec![tag, length] } else { vec![tag, 0x81, length] };
    out.extend_from_slice(body);
    out
}

/// Tag, body and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, mut rest) = rest.split_first()?;
    let mut length = usize::from(*first);
    if length >= 0x80 {
        let count = length - 0x80;
        let digits = rest.get(..count).filter(|_| count <= 4)?;
        length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
        rest = &rest[count..];
    }
    Some((*tag, rest.get(..length)?, &rest[length..]))
}
