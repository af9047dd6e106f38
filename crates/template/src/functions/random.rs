//! Random strings and choices, from the host's random bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::arguments::Integer;
use super::strings::room;
use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::value::Text;

table! {
    "randAlphaNum" (with 1) rand_alpha_num, "Random letters and digits.";
    "randAlpha" (with 1) rand_alpha, "Random letters.";
    "randNumeric" (with 1) rand_numeric, "Random digits.";
    "randAscii" (with 1) rand_ascii, "Random printable ASCII characters.";
    "randBytes" (with 1) rand_bytes, "Base 64 of random bytes.";
    "randInt" (with 2) rand_int, "A random integer from one up to another.";
    "uuidv4" (with 0) uuidv4, "A random UUID.";
    "shuffle" (with 1) shuffle, "The characters in random order.";
}

/// A number below `end`, each as likely as the others.
fn below(render: &Render<'_>, end: u64) -> u64 {
    const TRIES_MAX: usize = 64;
    let fair = u64::MAX - u64::MAX % end.max(1);
    let mut number = 0;
    for _ in 0..TRIES_MAX {
        let mut bytes = [0; 8];
        render.host.random(&mut bytes);
        number = u64::from_le_bytes(bytes);
        if number < fair {
            break;
        }
    }
    number % end.max(1)
}

/// `count` characters drawn from a set. A count below zero gives nothing, as sprig drops the error.
fn drawn(render: &mut Render<'_>, count: i64, set: &[u8]) -> Result<String, Fault> {
    let count = usize::try_from(count).unwrap_or(0);
    room(render, count)?;
    render.spend(count)?;
    Ok((0..count).map(|_| char::from(set[below(render, set.len() as u64) as usize])).collect())
}

fn set_of(accept: impl Fn(&u8) -> bool) -> Vec<u8> {
    (b' '..=b'~').filter(accept).collect()
}

fn rand_alpha_num(render: &mut Render<'_>, count: i64) -> Result<String, Fault> {
    drawn(render, count, &set_of(u8::is_ascii_alphanumeric))
}

fn rand_alpha(render: &mut Render<'_>, count: i64) -> Result<String, Fault> {
    drawn(render, count, &set_of(u8::is_ascii_alphabetic))
}

fn rand_numeric(render: &mut Render<'_>, count: i64) -> Result<String, Fault> {
    drawn(render, count, &set_of(u8::is_ascii_digit))
}

fn rand_ascii(render: &mut Render<'_>, count: i64) -> Result<String, Fault> {
    drawn(render, count, &set_of(|_| true))
}

fn rand_bytes(render: &mut Render<'_>, count: i64) -> Result<String, Fault> {
    let count = usize::try_from(count).map_err(|_| Fault::from("runtime error: makeslice: len out of range"))?;
    room(render, count.saturating_mul(2))?;
    let mut bytes = vec![0; count];
    render.host.random(&mut bytes);
    Ok(STANDARD.encode(bytes))
}

fn rand_int(render: &mut Render<'_>, start: i64, end: i64) -> Result<Integer, Fault> {
    match end.checked_sub(start) {
        Some(width) if width > 0 => Ok(Integer(start + below(render, width as u64) as i64)),
        _ => Err("invalid argument to Intn".into()),
    }
}

fn uuidv4(render: &mut Render<'_>) -> String {
    let mut bytes = [0; 16];
    render.host.random(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn shuffle(render: &mut Render<'_>, text: Text) -> Result<String, Fault> {
    let mut characters: Vec<char> = text.lossy().chars().collect();
    render.spend(characters.len())?;
    for index in (1..characters.len()).rev() {
        characters.swap(index, below(render, index as u64 + 1) as usize);
    }
    Ok(characters.into_iter().collect())
}
