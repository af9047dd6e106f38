//! What a command does, as it does it: lines on standard error with Flux's marks.

/// Something begins.
pub fn starting(text: &str) {
    eprintln!("► {text}");
}

/// Something is waited for.
pub fn waiting(text: &str) {
    eprintln!("◎ {text}");
}

/// Something worked.
pub fn done(text: &str) {
    eprintln!("✔ {text}");
}

/// Something did not.
pub fn failed(text: &str) {
    eprintln!("✗ {text}");
}
