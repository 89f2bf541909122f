//! English words → Kokoro's symbols.

mod lexicon;

use super::Pronunciation;

pub use lexicon::{Lexicon, LexiconError};

/// The names of the letters.
const LETTERS: [&str; 26] = [
    "ˈA",
    "bˈi",
    "sˈi",
    "dˈi",
    "ˈi",
    "ˈɛf",
    "ʤˈi",
    "ˈAʧ",
    "ˈI",
    "ʤˈA",
    "kˈA",
    "ˈɛl",
    "ˈɛm",
    "ˈɛn",
    "ˈO",
    "pˈi",
    "kjˈu",
    "ˈɑɹ",
    "ˈɛs",
    "tˈi",
    "jˈu",
    "vˈi",
    "dˈʌbᵊlju",
    "ˈɛks",
    "wˈI",
    "zˈi",
];

/// The symbols of each word in a row of words.
pub(super) fn read(words: &[&str], _pronunciation: &Pronunciation) -> Vec<String> {
    words.iter().map(|word| spell(word)).collect()
}

/// Whether a word is read by its letters.
pub(super) fn is_initials(word: &str, _pronunciation: &Pronunciation) -> bool {
    let capitals = word.chars().all(|c| c.is_ascii_uppercase());
    word.len() == 1 || (capitals && word.len() <= 5)
}

/// Letter by letter.
fn spell(word: &str) -> String {
    word.bytes()
        .filter(u8::is_ascii_alphabetic)
        .map(|b| LETTERS[usize::from(b.to_ascii_lowercase() - b'a')])
        .collect()
}
