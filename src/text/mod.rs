//! Characters, words and sounds: what search and the voice both know about text.
//!
//! Pure: no files, no devices.

pub mod segment;
pub mod simplify;
pub mod sound;
