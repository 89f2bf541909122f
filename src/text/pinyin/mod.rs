//! Mandarin from characters to pinyin, by phrase: 银行 is *yín háng*, 行走 *xíng zǒu*.
//!
//! The reading of a character is settled by the first of these that knows it:
//! the [`Dictionary`] that staff keep (`knowledge/words/pronunciation.toml`), the phrase
//! table, a few rules for characters that stand alone as a word (得, 地, 着 …), and the
//! character's most frequent reading. Words are cut by jieba.
//!
//! 一 and 不 change their tone, and syllables lose theirs, only where a phrase says so;
//! third tones in a row are left as they are. The neural voice learned from readings of
//! this kind and makes those changes itself.

mod dictionary;
mod reader;
mod rules;
mod syllable;
mod tables;

pub use dictionary::{Dictionary, DictionaryError, ENGLISH_SOUNDS, Fault, Respelling};
pub use reader::{Word, is_read, syllables, words};
pub use syllable::Syllable;

#[cfg(test)]
mod tests;
