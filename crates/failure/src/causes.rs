//! An error and what caused it, in one line.

use std::error::Error;

/// The text of an error followed by its causes, outermost first. A cause that the text already tells is not told twice.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    for cause in std::iter::successors(error.source(), |&cause| cause.source()) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<Layer>>,
    }

    fn layers(texts: &[&'static str]) -> Option<Box<Layer>> {
        let (text, inner) = texts.split_first()?;
        Some(Box::new(Layer { text, source: layers(inner) }))
    }

    #[test]
    fn causes_follow_and_none_is_told_twice() {
        let error = layers(&["cannot read: no such file", "no such file", "os error 2"]).unwrap();
        assert_eq!(with_causes(&*error), "cannot read: no such file: os error 2");
    }
}
