//! misaki's lexicon of American English.

/// The English words.
#[derive(Debug, Clone, Default)]
pub struct Lexicon;

/// Why the lexicon cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {}
