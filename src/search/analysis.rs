//! From a text to the tokens of each field and the sequence of its sounds.

use super::lexicon::Lexicon;
use crate::language::Language;
use crate::text::segment;
use crate::text::simplify;
use crate::text::sound::{self, Sound};

/// The views of a text that are indexed, each with a weight of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// Words: Mandarin by jieba, English stemmed.
    Words,
    /// Mandarin: characters and pairs of them. English: pairs of stems.
    Pairs,
    /// Mandarin: pairs of syllables with their tones. English: the phonetic key of each word.
    Sounds,
    /// Mandarin: toneless syllables and pairs of them. English: runs of three sounds across words.
    Near,
    /// The same with confusable sounds folded, in pairs and threes.
    Folded,
    /// The groups of synonyms that the text mentions.
    Ideas,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; FIELDS] = [
        Self::Words,
        Self::Pairs,
        Self::Sounds,
        Self::Near,
        Self::Folded,
        Self::Ideas,
    ];

    /// Its name in the index.
    pub fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Pairs => "pairs",
            Self::Sounds => "sounds",
            Self::Near => "near",
            Self::Folded => "folded",
            Self::Ideas => "ideas",
        }
    }
}

/// The number of fields.
pub(super) const FIELDS: usize = 6;

/// A text, taken apart.
#[derive(Debug, Default, Clone)]
pub(super) struct Analysis {
    /// The tokens of each field, each once, in the order of [`Field::ALL`].
    pub fields: [Vec<String>; FIELDS],
    /// The sounds in order.
    pub sounds: Vec<Sound>,
}

impl Analysis {
    /// Takes `text` apart, without its fillers.
    pub fn of(text: &str, language: Language, lexicon: &Lexicon) -> Self {
        let mut analysis = match language {
            Language::Zh => mandarin(text, lexicon),
            Language::En => english(text, lexicon),
        };
        for field in &mut analysis.fields {
            let mut seen = std::collections::HashSet::new();
            field.retain(|token| seen.insert(token.clone()));
        }
        analysis
    }
}

fn mandarin(text: &str, lexicon: &Lexicon) -> Analysis {
    let text = lexicon.without_fillers(&simplify(text), Language::Zh);
    let characters = segment::characters(&text);
    let syllables = sound::syllables(&text);
    let toned: Vec<_> = syllables.iter().map(|s| s.toned()).collect();
    let toneless: Vec<_> = syllables.iter().map(|s| s.toneless()).collect();
    let folded: Vec<_> = syllables.iter().map(|s| s.folded()).collect();
    let mut ideas = lexicon.ideas(&characters, Language::Zh);
    ideas.extend(lexicon.ideas_by_sound(&folded));
    Analysis {
        fields: [
            segment::mandarin_words(&text),
            grams(&characters, 1..=2),
            grams(&toned, 2..=2),
            grams(&toneless, 1..=2),
            grams(&folded, 2..=3),
            ideas,
        ],
        sounds: syllables.into_iter().map(Sound::Syllable).collect(),
    }
}

fn english(text: &str, lexicon: &Lexicon) -> Analysis {
    let words = segment::english_words(&lexicon.without_fillers(text, Language::En));
    let stems = segment::stems(&words);
    let keys: Vec<_> = words
        .iter()
        .map(|w| sound::phonetic_key(w))
        .filter(|k| !k.is_empty())
        .collect();
    let consonants: Vec<_> = keys.concat().bytes().collect();
    let letters: Vec<_> = consonants
        .iter()
        .map(|&b| char::from(b).to_string())
        .collect();
    let folded: Vec<_> = consonants
        .iter()
        .map(|&b| char::from(sound::folded_consonant(b)).to_string())
        .collect();
    let ideas = lexicon.ideas(&stems, Language::En);
    Analysis {
        fields: [
            stems.clone(),
            grams(&stems, 2..=2),
            keys,
            grams(&letters, 3..=3),
            grams(&folded, 3..=4),
            ideas,
        ],
        sounds: consonants.into_iter().map(Sound::Consonant).collect(),
    }
}

/// The runs of `parts` of the given lengths.
fn grams(parts: &[String], lengths: std::ops::RangeInclusive<usize>) -> Vec<String> {
    lengths
        .flat_map(|n| parts.windows(n).map(|run| run.join("_")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn share(field: Field, language: Language, a: &str, b: &str) -> f32 {
        let tokens =
            |text| Analysis::of(text, language, Lexicon::get()).fields[field as usize].clone();
        let (a, b) = (tokens(a), tokens(b));
        a.iter().filter(|t| b.contains(t)).count() as f32 / a.len() as f32
    }

    #[test]
    fn misheard_words_still_sound_alike() {
        assert!(share(Field::Words, Language::Zh, "一包卡丢了", "医保卡丢了") < 0.7);
        assert_eq!(
            share(Field::Near, Language::Zh, "一包卡丢了", "医保卡丢了"),
            1.0
        );
        assert!(share(Field::Folded, Language::Zh, "老年正", "老年证") > 0.9);
        assert_eq!(
            share(Field::Sounds, Language::En, "water bell", "water bill"),
            1.0
        );
        assert!(
            share(
                Field::Near,
                Language::En,
                "so shall security",
                "social security"
            ) > 0.6
        );
    }

    #[test]
    fn traditional_is_simplified() {
        assert_eq!(share(Field::Pairs, Language::Zh, "醫保卡", "医保卡"), 1.0);
    }
}
