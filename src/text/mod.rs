//! Characters, words and sounds of both languages: what recognition, search, dialogue
//! and the voice all know about text.
//!
//! Pure: no files, no devices.

mod common;
mod cutter;
pub mod numerals;
pub mod pinyin;
pub mod segment;
mod simplify;
pub mod sound;

pub use common::common_subsequence;
pub use simplify::simplify;
