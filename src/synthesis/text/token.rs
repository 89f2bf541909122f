//! Normalised text → words with their symbols.

use super::{Pronunciation, english, mandarin};
use crate::language::Language;
use crate::text::pinyin::{self, Syllable, is_read};

/// Longer words (laughter, rubbish) are cut, so that a clause can always be ended.
const MAX_WORD: usize = 16;

/// A word, or the mark behind one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A word that is spoken.
    Word {
        /// As it stands in the text.
        text: String,
        /// Kokoro's symbols; never empty.
        phonemes: String,
        /// How much there is to say, in Chinese characters; an English word counts as two.
        weight: usize,
        /// Whether a space stood before it.
        space: bool,
    },
    /// A punctuation mark, as it stands in the text.
    Mark(char),
}

/// The words and marks of a normalised text.
pub(super) fn tokens(text: &str, language: Language, pronunciation: &Pronunciation) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end_of = |part: fn(char) -> bool| rest.find(|c| !part(c)).unwrap_or(rest.len());
        let length = if is_read(c) {
            let end = end_of(is_read);
            tokens.extend(mandarin_words(&rest[..end], pronunciation));
            end
        } else if c.is_ascii_alphabetic() || c == '\'' {
            let end = end_of(|c| c.is_ascii_alphabetic() || "'- ".contains(c));
            tokens.extend(latin_words(&rest[..end], language, pronunciation));
            end
        } else {
            if is_mark(c) {
                tokens.push(Token::Mark(c));
            }
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

fn is_mark(c: char) -> bool {
    "，。！？；：、,.!?;:".contains(c)
}

fn mandarin_words(run: &str, pronunciation: &Pronunciation) -> Vec<Token> {
    let words = pinyin::words(run, &pronunciation.dictionary);
    words
        .iter()
        .flat_map(|word| {
            let characters: Vec<_> = word.text.chars().zip(&word.syllables).collect();
            characters
                .chunks(MAX_WORD)
                .map(|part| {
                    let text: String = part.iter().map(|(c, _)| c).collect();
                    let phonemes = part
                        .iter()
                        .map(|(_, syllable)| mandarin::phonemes(**syllable))
                        .collect();
                    Token::Word {
                        text,
                        phonemes,
                        weight: part.len(),
                        space: false,
                    }
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Latin words in a row: English words, or in Mandarin the Mandarin reading of those that
/// have one and the letters of initials.
fn latin_words(run: &str, language: Language, pronunciation: &Pronunciation) -> Vec<Token> {
    let words: Vec<_> = run
        .split(' ')
        .map(|word| word.trim_matches(['-', '\'']))
        .filter(|word| !word.is_empty())
        .collect();
    let parts: Vec<&str> = words.iter().flat_map(|word| parts(word)).collect();
    let english = english::read(&parts, pronunciation);
    let mut spoken = parts
        .iter()
        .zip(english)
        .map(|(word, english)| {
            let mandarin = (language == Language::Zh)
                .then(|| in_mandarin(word, pronunciation))
                .flatten();
            let weight = mandarin.as_ref().map_or(2, Vec::len);
            let phonemes = mandarin.map_or(english, |syllables| {
                syllables.into_iter().map(mandarin::phonemes).collect()
            });
            Token::Word {
                text: (*word).to_owned(),
                phonemes,
                weight,
                space: true,
            }
        })
        .filter(|token| !matches!(token, Token::Word { phonemes, .. } if phonemes.is_empty()))
        .collect::<Vec<_>>();
    if let (Language::Zh, Some(Token::Word { space, .. })) = (language, spoken.first_mut()) {
        *space = false;
    }
    spoken
}

/// A word in pieces of a length that can be spoken.
fn parts(word: &str) -> Vec<&str> {
    let longest = 2 * MAX_WORD;
    (0..word.len())
        .step_by(longest)
        .map(|at| &word[at..word.len().min(at + longest)])
        .collect()
}

/// The Mandarin syllables of a Latin word, if it has a Mandarin reading or is read by its letters.
fn in_mandarin(word: &str, pronunciation: &Pronunciation) -> Option<Vec<Syllable>> {
    let dictionary = &pronunciation.dictionary;
    if let Some(reading) = dictionary.latin(word) {
        return Some(reading.to_vec());
    }
    english::is_initials(word).then(|| {
        word.chars()
            .filter(char::is_ascii_alphabetic)
            .filter_map(|c| dictionary.latin(&c.to_string()))
            .flatten()
            .copied()
            .collect()
    })
}
