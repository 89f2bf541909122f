//! Text → words with their syllables.

use std::ops::Range;

use super::dictionary::Dictionary;
use super::rules::{self, Neighbour, Sides};
use super::syllable::Syllable;
use super::tables::{LONGEST, Tables};
use crate::text::cutter::Cutter;

/// A word of Chinese characters and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word.
    pub text: &'a str,
    /// A syllable for each of its characters (fewer only if a character has no known reading).
    pub syllables: Vec<Syllable>,
}

/// The syllable of each Chinese character in `text`, in order, read with the bundled
/// dictionary. Everything else in `text` is passed over.
#[must_use]
pub fn syllables(text: &str) -> Vec<Syllable> {
    words(text, Dictionary::bundled())
        .into_iter()
        .flat_map(|word| word.syllables)
        .collect()
}

/// The words of Chinese characters in `text`, in order, each with its syllables.
/// Everything else in `text` is passed over.
#[must_use]
pub fn words<'a>(text: &'a str, dictionary: &Dictionary) -> Vec<Word<'a>> {
    let mut words = Vec::new();
    let mut rest = text.char_indices().enumerate().peekable();
    while let Some((position, (start, c))) = rest.next() {
        if !is_read(c) {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some((_, (at, c))) = rest.next_if(|&(_, (_, c))| is_read(c)) {
            end = at + c.len_utf8();
        }
        words.extend(Run::new(&text[start..end]).read(position, dictionary));
    }
    words
}

/// Whether `c` is a character with a reading.
#[must_use]
pub fn is_read(c: char) -> bool {
    !c.is_ascii() && Tables::get().character(c).is_some()
}

/// Chinese characters in a row, cut into words.
struct Run<'a> {
    text: &'a str,
    /// Where each character begins in `text`, in bytes; and the end.
    offsets: Vec<usize>,
    /// The words, in characters.
    words: Vec<Range<usize>>,
    /// Their kinds, as jieba names them (`v` verb, `a` adjective …; `x` unknown).
    kinds: Vec<&'a str>,
    readings: Vec<Option<Syllable>>,
}

impl<'a> Run<'a> {
    fn new(text: &'a str) -> Self {
        let offsets: Vec<_> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        let (words, kinds) = Cutter::get().to_speak(text).into_iter().unzip();
        Self {
            text,
            readings: vec![None; offsets.len() - 1],
            words,
            kinds,
            offsets,
        }
    }

    fn read(mut self, position: usize, dictionary: &Dictionary) -> Vec<Word<'a>> {
        self.apply_dictionary(dictionary);
        self.apply_phrases_of_words();
        self.apply_phrases_within_words();
        self.apply_rules();
        let syllable = |at: usize| {
            let reading = self.readings[at]
                .or_else(|| Tables::get().character(self.slice(at..at + 1).chars().next()?));
            reading.map(|syllable| syllable.at(position + at))
        };
        self.words
            .iter()
            .map(|word| Word {
                text: self.slice(word.clone()),
                syllables: word.clone().filter_map(syllable).collect(),
            })
            .collect()
    }

    /// Dictionary words, longest first, from left to right. A word of two characters
    /// must not cut through words (长期 in 家长期望).
    fn apply_dictionary(&mut self, dictionary: &Dictionary) {
        let mut at = 0;
        while at < self.readings.len() {
            let longest = dictionary.longest().min(self.readings.len() - at);
            let found = (2..=longest).rev().find_map(|length| {
                let reading = dictionary.mandarin(self.slice(at..at + length))?;
                (length > 2 || !self.cuts_through(at..at + length)).then_some(reading)
            });
            at += match found {
                Some(reading) => self.set(at, reading),
                None => 1,
            };
        }
    }

    /// Whether `range` begins or ends inside a word without lying in it altogether.
    fn cuts_through(&self, range: Range<usize>) -> bool {
        let inside = |w: &Range<usize>| w.start <= range.start && range.end <= w.end;
        let cut = |w: &Range<usize>| {
            (w.start < range.start && range.start < w.end)
                || (w.start < range.end && range.end < w.end)
        };
        self.words.iter().any(cut) && !self.words.iter().any(inside)
    }

    /// Phrases made of several whole words.
    fn apply_phrases_of_words(&mut self) {
        for first in 0..self.words.len() {
            let start = self.words[first].start;
            let later = self.words[first..]
                .iter()
                .skip(1)
                .take_while(|w| w.end - start <= LONGEST);
            let ends: Vec<_> = later.map(|w| w.end).collect();
            if let Some(reading) = ends
                .iter()
                .rev()
                .find_map(|&end| Tables::get().phrase(self.slice(start..end)))
            {
                self.set_free(start, &reading);
            }
        }
    }

    /// Phrases inside each word, longest first, from left to right.
    fn apply_phrases_within_words(&mut self) {
        for word in self.words.clone() {
            let mut at = word.start;
            while at < word.end {
                let longest = LONGEST.min(word.end - at);
                let found = (2..=longest)
                    .rev()
                    .find_map(|length| Tables::get().phrase(self.slice(at..at + length)));
                at += found.map_or(1, |reading| self.set_free(at, &reading));
            }
        }
    }

    /// Characters that stand alone, by the words beside them.
    fn apply_rules(&mut self) {
        let units = self.units();
        let neighbour = |i: Option<usize>| {
            let (range, kind) = units.get(i?)?;
            Some(Neighbour {
                word: self.slice(range.clone()),
                kind,
            })
        };
        let mut found = Vec::new();
        for (i, (range, _)) in units.iter().enumerate() {
            if range.len() == 1 {
                let sides = Sides {
                    second_before: neighbour(i.checked_sub(2)),
                    before: neighbour(i.checked_sub(1)),
                    after: neighbour(Some(i + 1)),
                };
                found.push((range.start, rules::alone(self.slice(range.clone()), sides)));
            } else {
                let reading = rules::inside(self.slice(range.clone()), neighbour(i.checked_sub(1)));
                found.extend(reading.map(|(at, reading)| (range.start + at, Some(reading))));
            }
        }
        for (at, reading) in found {
            if let Some(reading) = reading.and_then(Syllable::parse) {
                self.readings[at].get_or_insert(reading);
            }
        }
    }

    /// The words with their kinds; those that jieba made up (走得慢) in characters, if a
    /// rule may have something to say about one of them.
    fn units(&self) -> Vec<(Range<usize>, &'a str)> {
        let mut units = Vec::new();
        for (word, kind) in self.words.iter().zip(&self.kinds) {
            let text = self.slice(word.clone());
            if word.len() > 1 && text.contains(rules::DEPENDENT) && !Cutter::get().has(text) {
                units.extend(
                    word.clone()
                        .map(|at| (at..at + 1, Cutter::get().kind(self.slice(at..at + 1)))),
                );
            } else {
                units.push((word.clone(), *kind));
            }
        }
        units
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        &self.text[self.offsets[range.start]..self.offsets[range.end]]
    }

    /// Sets a reading and gives its length.
    fn set(&mut self, at: usize, reading: &[Syllable]) -> usize {
        for (place, syllable) in self.readings[at..].iter_mut().zip(reading) {
            *place = Some(*syllable);
        }
        reading.len()
    }

    /// Sets a reading where nothing stronger has been set.
    fn set_free(&mut self, at: usize, reading: &[Syllable]) -> usize {
        for (place, syllable) in self.readings[at..].iter_mut().zip(reading) {
            place.get_or_insert(*syllable);
        }
        reading.len()
    }
}
