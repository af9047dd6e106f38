//! Hashes of passwords, and passwords made of others.

use blowfish::Blowfish;
use scrypt::{Params, scrypt};
use sha2::{Digest as _, Sha256};

use crate::exec::Render;
use crate::value::Text;

/// bcrypt's own order of base 64 digits.
const DIGITS: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const COST: u32 = 10;
const PASSWORD_MAX: usize = 72;

fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut block = [0; 4];
        block[1..=chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes(block);
        for index in 0..=chunk.len() {
            out.push(char::from(DIGITS[(bits >> (18 - 6 * index) & 63) as usize]));
        }
    }
    out
}

/// The hash with a given salt; what bcrypt does with the text `OrpheanBeholderScryDoubt`.
fn hashed(password: &[u8], salt: &[u8; 16]) -> String {
    let key = [password, &[0]].concat();
    let mut state = Blowfish::bc_init_state();
    state.salted_expand_key(salt, &key);
    for _ in 0..1u32 << COST {
        state.bc_expand_key(&key);
        state.bc_expand_key(salt);
    }
    let mut words = [0x4f72_7068, 0x6561_6e42, 0x6568_6f6c, 0x6465_7253, 0x6372_7944, 0x6f75_6274];
    for pair in words.chunks_exact_mut(2) {
        for _ in 0..64 {
            let [left, right] = state.bc_encrypt([pair[0], pair[1]]);
            (pair[0], pair[1]) = (left, right);
        }
    }
    let bytes: Vec<u8> = words.iter().flat_map(|word: &u32| word.to_be_bytes()).collect();
    format!("$2a${COST}${}{}", base64(salt), base64(&bytes[..23]))
}

pub(super) fn bcrypt(render: &mut Render<'_>, password: Text) -> String {
    if password.len() > PASSWORD_MAX {
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".into();
    }
    let mut salt = [0; 16];
    render.host.random(&mut salt);
    hashed(password.as_bytes(), &salt)
}

pub(super) fn htpasswd(render: &mut Render<'_>, user: Text, password: Text) -> String {
    if user.as_bytes().contains(&b':') {
        return format!("invalid username: {user}");
    }
    format!("{user}:{}", bcrypt(render, password))
}

/// Shapes of derived passwords: each letter stands for a class of characters.
const SHAPES: [(&str, &[&str]); 6] = [
    ("maximum", &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"]),
    (
        "long",
        &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
    ),
    ("medium", &["CvcnoCvc", "CvcCvcno"]),
    ("short", &["Cvcn"]),
    ("basic", &["aaanaaan", "aannaaan", "aaannaaa"]),
    ("pin", &["nnnn"]),
];

fn class(letter: u8) -> &'static [u8] {
    match letter {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'A' => b"AEIOUBCDFGHJKLMNPQRSTVWXYZ",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

const SCOPE: &[u8] = b"com.lyndir.masterpassword";

/// The master password algorithm: scrypt of the master password, then a keyed hash of the site picks the characters.
pub(super) fn derive(counter: u32, kind: Text, password: Text, user: Text, site: Text) -> String {
    let Some((_, shapes)) = SHAPES.iter().find(|(name, _)| kind == **name) else {
        return format!("cannot find password template {kind}");
    };
    let length = |text: &Text| (text.len() as u32).to_be_bytes();
    let salt = [SCOPE, &length(&user), user.as_bytes()].concat();
    let mut key = [0; 64];
    let derived = Params::new(15, 8, 2, 32)
        .map_err(|error| error.to_string())
        .and_then(|parameters| scrypt(password.as_bytes(), &salt, &parameters, &mut key).map_err(|error| error.to_string()));
    if let Err(error) = derived {
        return format!("failed to derive password: {error}");
    }
    let seed = hmac(&key, &[SCOPE, &length(&site), site.as_bytes(), &counter.to_be_bytes()].concat());
    let shape = shapes[usize::from(seed[0]) % shapes.len()];
    let letters = shape.bytes().zip(&seed[1..]);
    letters.map(|(letter, seed)| char::from(class(letter)[usize::from(*seed) % class(letter).len()])).collect()
}

/// HMAC-SHA-256 with a key of one block.
fn hmac(key: &[u8; 64], message: &[u8]) -> Vec<u8> {
    let pad = |byte: u8| key.iter().map(|key| key ^ byte).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), message.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}
