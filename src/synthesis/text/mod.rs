//! Text for the voice: normalised for the ear, cut into clauses, turned into the symbols
//! that Kokoro reads.
//!
//! [`clauses`] does all of it; [`normalise`] only the first part. Pure but for the reading
//! of the English lexicon.

mod clause;
mod english;
mod mandarin;
mod normalise;
mod opening;
mod token;
pub(super) mod vocabulary;

use crate::language::Language;
use crate::text::pinyin::Dictionary;

pub use clause::Clause;
pub use english::{Lexicon, LexiconError};
pub use normalise::normalise;
pub use opening::opening;
pub use vocabulary::has as is_symbol;

/// Everything that is known about how words are pronounced.
#[derive(Debug, Clone)]
pub struct Pronunciation {
    /// The readings that staff keep; they come before everything else.
    pub dictionary: Dictionary,
    /// The English words. Without it English is read by rule alone.
    pub lexicon: Lexicon,
}

impl Default for Pronunciation {
    /// What comes with the program: the bundled dictionary, and no English lexicon.
    fn default() -> Self {
        Self {
            dictionary: Dictionary::bundled().clone(),
            lexicon: Lexicon::default(),
        }
    }
}

/// `text` as clauses, in order: normalised, split at the ends of sentences; a sentence longer
/// than 30 Chinese characters, 15 English words or 480 symbols is cut in parts. Empty if there
/// is nothing in it that can be spoken.
///
/// ```
/// use wenlu::Language;
/// use wenlu::synthesis::text::{Pronunciation, clauses};
///
/// let clauses = clauses("您好！请带身份证。", Language::Zh, &Pronunciation::default());
/// assert_eq!(clauses[0].phonemes, "ni↗nxau↓!");
/// assert_eq!(clauses[1].text, "请带身份证。");
/// assert_eq!(clauses[1].pause_after, 0.4);
/// ```
#[must_use]
pub fn clauses(text: &str, language: Language, pronunciation: &Pronunciation) -> Vec<Clause> {
    let spoken = normalise(text, language);
    clause::join(&token::tokens(&spoken, language, pronunciation))
}

/// Changes whenever the rules or tables here read any text otherwise than before, so that the
/// cache forgets. A test notices.
const READING: u32 = 2;

/// Everything that [`clauses`] depends on, in one line; much quicker, since no word is cut
/// and no table of readings is loaded.
#[must_use]
pub fn key(text: &str, language: Language, pronunciation: &Pronunciation) -> String {
    let spoken = normalise(text, language);
    let entries = pronunciation.dictionary.bearing_on(&spoken);
    let lexicon = pronunciation.lexicon.edition();
    format!("{READING}/{language}/{lexicon}/{entries}/{spoken}")
}

#[cfg(test)]
mod tests;
