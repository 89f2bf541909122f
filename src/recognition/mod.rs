//! Speech recognition: an [`crate::audio::Utterance`] in, a [`Transcript`] out.
//!
//! Nothing here knows what a guide is.

use crate::language::Language;

/// What was understood.
#[derive(Clone, PartialEq)]
pub struct Transcript {
    /// The words; Mandarin in simplified characters. Never empty.
    pub text: String,
    /// The language that was spoken.
    pub language: Language,
    /// The estimated share of characters (words in English) that are right, 0 to 1.
    pub confidence: f32,
    /// What it may have been instead, best first.
    pub alternatives: Vec<String>,
}

impl std::fmt::Debug for Transcript {
    /// Leaves the words out, so that they cannot slip into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Transcript({}, confidence {:.2})",
            self.language, self.confidence
        )
    }
}
