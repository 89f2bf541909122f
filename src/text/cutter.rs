//! The cutter of Mandarin words: jieba with its own dictionary (about 350,000 words) and the
//! terms of city services, loaded once for the search and for the voice.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use jieba_rs::Jieba;
use serde::Deserialize;

/// The names of services, papers and places that the search must not cut in two.
const TERMS: &str = include_str!("../../knowledge/words/terms.toml");

/// Frequent enough to win over any way of cutting a term in two.
const TERM_FREQUENCY: usize = 50_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Terms {
    terms: Vec<String>,
}

/// The cutter.
pub(super) struct Cutter {
    jieba: Jieba,
    /// The terms that are not in jieba's own dictionary, as it cuts them without them.
    terms: HashMap<String, Vec<Part>>,
}

/// A word, and its kind as jieba names it (`v` verb, `a` adjective …; `x` unknown).
struct Part {
    characters: usize,
    kind: String,
}

impl Cutter {
    /// Loaded at the first call (about a tenth of a second).
    pub fn get() -> &'static Self {
        static CUTTER: OnceLock<Cutter> = OnceLock::new();
        CUTTER.get_or_init(|| {
            let mut jieba = Jieba::new();
            // A test proves that the embedded file parses.
            let words = toml::from_str::<Terms>(TERMS).map(|file| file.terms);
            let words = words.unwrap_or_default();
            let part = |tag: jieba_rs::Tag<'_>| Part {
                characters: tag.end - tag.start,
                kind: tag.tag.to_owned(),
            };
            let new = words.iter().filter(|term| !jieba.has_word(term));
            let terms = new
                .map(|term| {
                    let parts = jieba.tag(term, true).into_iter().map(part);
                    (term.clone(), parts.collect())
                })
                .collect();
            for term in &words {
                jieba.add_word(term, Some(TERM_FREQUENCY), None);
            }
            Self { jieba, terms }
        })
    }

    /// The words to search for: terms whole, and the shorter words inside long ones.
    pub fn for_search<'a>(&self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let tokens = self.jieba.cut_for_search(text, true);
        tokens.into_iter().map(|token| token.word)
    }

    /// The words to speak, as ranges of characters with their kinds: terms in the words that
    /// they are made of, since the voice learned from such.
    pub fn to_speak<'a>(&'a self, text: &'a str) -> Vec<(Range<usize>, &'a str)> {
        let mut words = Vec::new();
        for tag in self.jieba.tag(text, true) {
            let Some(parts) = self.terms.get(tag.word) else {
                words.push((tag.start..tag.end, tag.tag));
                continue;
            };
            let mut start = tag.start;
            for part in parts {
                words.push((start..start + part.characters, part.kind.as_str()));
                start += part.characters;
            }
        }
        words
    }

    /// The kind of a single character.
    pub fn kind<'a>(&'a self, character: &'a str) -> &'a str {
        let tags = self.jieba.tag(character, false);
        tags.first().map_or("x", |tag| tag.tag)
    }

    /// Whether jieba's own dictionary has the word.
    pub fn has(&self, word: &str) -> bool {
        self.jieba.has_word(word) && !self.terms.contains_key(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_parse() {
        let terms = toml::from_str::<Terms>(TERMS).unwrap().terms;
        assert!(terms.len() > 100);
        assert!(Cutter::get().terms.len() > 50);
    }

    #[test]
    fn terms_are_whole_for_the_search_and_in_words_for_the_voice() {
        let text = "我想办老年优待证";
        let found: Vec<_> = Cutter::get().for_search(text).collect();
        assert!(found.contains(&"老年优待证"), "{found:?}");
        let characters: Vec<_> = text.chars().collect();
        let spoken: Vec<String> = Cutter::get()
            .to_speak(text)
            .into_iter()
            .map(|(range, _)| characters[range].iter().collect())
            .collect();
        assert_eq!(spoken, ["我", "想", "办", "老年", "优待证"]);
    }
}
