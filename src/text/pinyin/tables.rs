//! The reading of every character, and of every phrase that differs from its characters'.
//!
//! Made from pypinyin's tables; `data/README.md` tells how.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::syllable::Syllable;

const CHARACTERS: &str = include_str!("data/characters.txt");
const PHRASES: &str = include_str!("data/phrases.txt");

/// The longest phrase that is looked up, in characters.
pub(super) const LONGEST: usize = 10;

/// Both tables, ready for look-ups.
pub(super) struct Tables {
    characters: HashMap<char, Syllable>,
    /// The readings as they stand in the file: `yi2 ge4`.
    phrases: HashMap<&'static str, &'static str>,
    /// Every toneless spelling there is.
    spellings: HashSet<String>,
}

impl Tables {
    /// Loaded at the first call (a few milliseconds).
    pub(super) fn get() -> &'static Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(|| {
            let mut tables = Self {
                characters: HashMap::with_capacity(42_000),
                phrases: HashMap::new(),
                spellings: HashSet::new(),
            };
            for (sound, characters) in CHARACTERS.lines().filter_map(|line| line.split_once(' ')) {
                let Some(syllable) = Syllable::parse(sound) else {
                    continue;
                };
                tables.spellings.insert(syllable.toneless());
                tables
                    .characters
                    .extend(characters.chars().map(|c| (c, syllable)));
            }
            tables.phrases = PHRASES
                .lines()
                .filter_map(|line| line.split_once(' '))
                .collect();
            let in_phrases = tables
                .phrases
                .values()
                .flat_map(|reading| reading.split(' '))
                .filter_map(Syllable::parse);
            tables
                .spellings
                .extend(in_phrases.map(Syllable::toneless).collect::<HashSet<_>>());
            tables
        })
    }

    /// The most frequent reading of `c`.
    pub(super) fn character(&self, c: char) -> Option<Syllable> {
        self.characters.get(&c).copied()
    }

    /// The reading of `phrase` where its characters alone would be read otherwise.
    pub(super) fn phrase(&self, phrase: &str) -> Option<Vec<Syllable>> {
        self.phrases
            .get(phrase)?
            .split(' ')
            .map(Syllable::parse)
            .collect()
    }
}

impl Syllable {
    /// Whether Mandarin has a syllable of this sound, in whatever tone.
    #[must_use]
    pub fn exists(self) -> bool {
        Tables::get().spellings.contains(&self.toneless())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood() {
        let characters: usize = CHARACTERS
            .lines()
            .map(|line| {
                let (sound, characters) = line.split_once(' ').unwrap();
                assert_eq!(
                    Syllable::parse(sound).map(|s| s.to_string()).as_deref(),
                    Some(sound)
                );
                characters.chars().count()
            })
            .sum();
        assert_eq!(characters, Tables::get().characters.len());
        for line in PHRASES.lines() {
            let (phrase, _) = line.split_once(' ').unwrap();
            let reading = Tables::get()
                .phrase(phrase)
                .unwrap_or_else(|| panic!("{line}"));
            assert_eq!(reading.len(), phrase.chars().count(), "{line}");
        }
    }

    #[test]
    fn every_common_character_has_a_reading() {
        // The basic block up to the end of Unicode 1.1, but for ten old Japanese signs of
        // measure, which are read as two syllables.
        let without: Vec<_> = ('\u{4e00}'..='\u{9fa5}')
            .filter(|&c| Tables::get().character(c).is_none())
            .collect();
        assert_eq!(without.iter().collect::<String>(), "兙兡嗧桛烪瓧瓰瓱瓼甅");
    }
}
