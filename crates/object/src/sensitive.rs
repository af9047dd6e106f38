//! Secret bytes in a type that cannot print.

use zeroize::Zeroizing;

/// Secret bytes: wiped when dropped, and deliberately without `Debug`, `Display` and `Serialize`.
///
/// Whoever needs the bytes says so with [`Sensitive::expose`], which is easy to find in a review.
#[derive(Clone)]
pub struct Sensitive(Zeroizing<Vec<u8>>);

impl Sensitive {
    /// Takes the bytes over.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Sensitive {
        Sensitive(Zeroizing::new(bytes.into()))
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, if they are UTF-8.
    pub fn expose_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}
