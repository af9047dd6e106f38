//! The wire form of protobuf: numbered fields.

/// The content of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    /// A variable-length number.
    Number(u64),
    /// Eight bytes, or four widened.
    Fixed(u64),
    /// A text, bytes, or a message.
    Bytes(&'a [u8]),
}

/// The fields of a message in order.
pub fn fields(mut bytes: &[u8]) -> Result<Vec<(u64, Field<'_>)>, String> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let (tag, rest) = number(bytes)?;
        let (field, rest) = content(tag & 7, rest)?;
        fields.push((tag >> 3, field));
        bytes = rest;
    }
    Ok(fields)
}

fn content(wire_type: u64, bytes: &[u8]) -> Result<(Field<'_>, &[u8]), String> {
    match wire_type {
        0 => number(bytes).map(|(number, rest)| (Field::Number(number), rest)),
        1 => fixed(bytes, 8),
        2 => {
            let (length, rest) = number(bytes)?;
            let length = usize::try_from(length).map_err(|_| ended())?;
            rest.split_at_checked(length).map(|(content, rest)| (Field::Bytes(content), rest)).ok_or_else(ended)
        }
        5 => fixed(bytes, 4),
        other => Err(format!("wire type {other} is not known")),
    }
}

fn fixed(bytes: &[u8], size: usize) -> Result<(Field<'_>, &[u8]), String> {
    let (content, rest) = bytes.split_at_checked(size).ok_or_else(ended)?;
    let number = content.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    Ok((Field::Fixed(number), rest))
}

fn number(bytes: &[u8]) -> Result<(u64, &[u8]), String> {
    let mut found = 0u64;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        found |= u64::from(byte & 0x7f) << (7 * at).min(63);
        if byte & 0x80 == 0 {
            return Ok((found, &bytes[at + 1..]));
        }
    }
    Err(ended())
}

fn ended() -> String {
    "the message ends within a field".into()
}
