//! English words → Kokoro's symbols.
//!
//! A word's sounds come from the first of these that knows it: the staff's dictionary, the
//! lexicon (with the stems of plurals and past tenses), initials by their letters, pinyin
//! spelled out, and letter-to-sound rules for everything else.

mod kind;
mod letters;
mod lexicon;
mod lookup;
mod pinyin;
mod rules;
mod stress;

use super::Pronunciation;
use crate::text::pinyin::Respelling;
use lookup::Context;

pub(super) use letters::looks_like_initials as is_initials;
pub use lexicon::{Lexicon, LexiconError};

/// Sounds that are consonants.
const CONSONANTS: &str = "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ";

/// The symbols of each word in a row of words without punctuation between them. A word
/// without a single letter gets none.
pub(super) fn read(words: &[&str], pronunciation: &Pronunciation) -> Vec<String> {
    let mut vowel_next = None;
    let mut spoken: Vec<String> = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate().rev() {
        let before = i.checked_sub(1).map(|i| words[i]);
        let after = words.get(i + 1).copied();
        let sounds = read_word(
            Context {
                word,
                before,
                after,
                vowel_next,
            },
            pronunciation,
        );
        let first = sounds
            .chars()
            .find(|&c| stress::VOWELS.contains(c) || CONSONANTS.contains(c));
        vowel_next = first.map(|c| stress::VOWELS.contains(c)).or(vowel_next);
        spoken.push(sounds.replace('ɾ', "T").replace('ʔ', "t"));
    }
    spoken.reverse();
    spoken
}

fn read_word(context: Context<'_>, pronunciation: &Pronunciation) -> String {
    let whole = whole_word(context, pronunciation);
    whole.unwrap_or_else(|| {
        let parts: Vec<_> = context
            .word
            .split('-')
            .filter(|part| !part.is_empty())
            .collect();
        let read = |part: &&str| {
            let context = Context {
                word: part,
                ..context
            };
            whole_word(context, pronunciation).unwrap_or_else(|| unknown(part, pronunciation))
        };
        stress::compound(parts.iter().map(read).collect())
    })
}

/// A word that is known as it stands.
fn whole_word(context: Context<'_>, pronunciation: &Pronunciation) -> Option<String> {
    let word = context.word;
    let possessive = word.strip_suffix("'s");
    let own = |word: &str| match pronunciation.dictionary.english(word)? {
        Respelling::Sounds(sounds) => Some(sounds.clone()),
        Respelling::Words(words) => {
            let words: Vec<_> = words.split_whitespace().collect();
            // Without the dictionary, so that a word may name itself.
            let read = |(i, word): (usize, &&str)| {
                let context = Context {
                    word,
                    before: None,
                    after: words.get(i + 1).copied(),
                    vowel_next: None,
                };
                lookup::find(&pronunciation.lexicon, context)
                    .unwrap_or_else(|| unknown(word, pronunciation))
            };
            Some(
                words
                    .iter()
                    .enumerate()
                    .map(read)
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        }
    };
    own(word)
        .or_else(|| possessive.and_then(own).map(|stem| lookup::with_s(&stem)))
        .or_else(|| lookup::find(&pronunciation.lexicon, context))
}

/// A word that nothing knows.
fn unknown(word: &str, pronunciation: &Pronunciation) -> String {
    if let Some(stem) = word.strip_suffix("'s") {
        return lookup::with_s(&unknown(stem, pronunciation));
    }
    // UnionPay: each part on its own.
    if let Some(at) = word
        .char_indices()
        .zip(word.chars().skip(1))
        .find_map(|((at, a), b)| {
            (a.is_ascii_lowercase() && b.is_ascii_uppercase()).then_some(at + 1)
        })
    {
        let part = |word: &str| {
            let context = Context {
                word,
                before: None,
                after: None,
                vowel_next: None,
            };
            whole_word(context, pronunciation).unwrap_or_else(|| unknown(word, pronunciation))
        };
        return stress::compound(vec![part(&word[..at]), part(&word[at..])]);
    }
    if is_initials(word) {
        return letters::spell(word);
    }
    let lexicon = &pronunciation.lexicon;
    let made_of_known = || {
        lexicon
            .is_there()
            .then(|| pinyin::read(word).or_else(|| lookup::compound(lexicon, word)))
            .flatten()
    };
    made_of_known().unwrap_or_else(|| rules::read(word))
}

#[cfg(test)]
mod tests;
