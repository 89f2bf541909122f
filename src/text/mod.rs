//! Characters, words and sounds: what recognition, search, dialogue and the voice all
//! know about text.
//!
//! Pure: no files, no devices.

pub mod pinyin;
mod simplify;

pub use simplify::simplify;
