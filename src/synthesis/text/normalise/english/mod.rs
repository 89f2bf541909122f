//! English.

/// Writes out everything that is not a word or punctuation.
pub(super) fn spell_out(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphabetic() || " ,.!?'-".contains(*c))
        .collect()
}
