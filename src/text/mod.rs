//! Characters, words and sounds of both languages: what search and the voice both know about text.
//!
//! Pure: no files, no devices.

pub mod pinyin;
mod simplify;

pub use simplify::simplify;
