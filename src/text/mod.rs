//! Characters, words and sounds: what search and the voice both know about text.
//!
//! Pure: no files, no devices.

pub mod pinyin;
pub mod simplify;
