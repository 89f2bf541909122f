//! Synthesis: words in, [`Speech`] out.

pub mod text;

use crate::language::Language;

/// Samples a second of every [`Speech`].
pub const SAMPLE_RATE: u32 = 24_000;

/// Spoken words: 24 kHz, mono, −1 to 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Speech {
    /// The samples.
    pub samples: Vec<f32>,
}

/// How something is to be spoken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// The language of the words.
    pub language: Language,
    /// The rate, as a multiple of the voice's usual one: 1 is about 190 Chinese
    /// characters or 150 English words a minute. From 0.75 to 1.35.
    pub rate: f32,
}
