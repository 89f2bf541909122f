//! The word lists of `knowledge/words/`, which people without programming can mend.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::language::Language;
use crate::text::segment;
use crate::text::sound;

const FILLERS: &str = include_str!("../../knowledge/words/fillers.toml");
const SYNONYMS: &str = include_str!("../../knowledge/words/synonyms.toml");
const ELSEWHERE: &str = include_str!("../../knowledge/words/elsewhere.toml");

/// Phrases in both languages.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrases {
    #[serde(default)]
    zh: Vec<String>,
    #[serde(default)]
    en: Vec<String>,
}

/// Words that mean the same thing to a city's offices.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    #[serde(default)]
    zh: Vec<String>,
    #[serde(default)]
    en: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Groups {
    #[serde(default)]
    group: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topics {
    #[serde(default)]
    topic: Vec<Topic>,
}

/// Something people ask that no guide of this city's hall answers, with ways of asking it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic {
    /// For whoever reads the file.
    #[serde(rename = "name")]
    _name: String,
    #[serde(default)]
    zh: Vec<String>,
    #[serde(default)]
    en: Vec<String>,
}

impl Topic {
    pub fn phrases(&self, language: Language) -> &[String] {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// The word lists, ready for use.
pub(super) struct Lexicon {
    fillers_zh: Vec<String>,
    fillers_en: HashSet<String>,
    /// Characters (Mandarin) or stems joined by spaces (English) → names of groups.
    ideas: HashMap<String, Vec<String>>,
    /// Folded syllables joined by spaces → names of groups; only phrases of three and more.
    ideas_by_sound: HashMap<String, Vec<String>>,
    /// What people ask that no guide answers.
    pub elsewhere: Vec<Topic>,
}

/// The longest phrase in words or characters that is looked up.
const LONGEST: usize = 8;

impl Lexicon {
    /// The embedded lists. A test proves that they parse.
    pub fn get() -> &'static Self {
        static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
            let fillers = toml::from_str(FILLERS).unwrap_or_default();
            let groups = toml::from_str::<Groups>(SYNONYMS)
                .map(|g| g.group)
                .unwrap_or_default();
            let elsewhere = toml::from_str::<Topics>(ELSEWHERE)
                .map(|t| t.topic)
                .unwrap_or_default();
            Lexicon::new(fillers, &groups, elsewhere)
        });
        &LEXICON
    }

    fn new(fillers: Phrases, groups: &[Group], elsewhere: Vec<Topic>) -> Self {
        let mut fillers_zh = fillers.zh;
        fillers_zh.sort_by_key(|f| std::cmp::Reverse(f.len()));
        let mut ideas: HashMap<String, Vec<String>> = HashMap::new();
        let mut ideas_by_sound: HashMap<String, Vec<String>> = HashMap::new();
        for group in groups {
            for phrase in &group.zh {
                ideas
                    .entry(segment::characters(phrase).concat())
                    .or_default()
                    .push(group.name.clone());
                let syllables = sound::syllables(phrase);
                if syllables.len() >= 3 {
                    let folded: Vec<_> = syllables.into_iter().map(|s| s.folded()).collect();
                    ideas_by_sound
                        .entry(folded.join(" "))
                        .or_default()
                        .push(group.name.clone());
                }
            }
            for phrase in &group.en {
                let stems = segment::stems(&segment::english_words(phrase));
                ideas
                    .entry(stems.join(" "))
                    .or_default()
                    .push(group.name.clone());
            }
        }
        Self {
            fillers_zh,
            fillers_en: fillers.en.into_iter().collect(),
            ideas,
            ideas_by_sound,
            elsewhere,
        }
    }

    /// `text` without the phrases that say nothing. One that consists of nothing else stays.
    pub fn without_fillers(&self, text: &str, language: Language) -> String {
        let rest = match language {
            Language::Zh => self.without_mandarin_fillers(text),
            Language::En => self.without_english_fillers(text),
        };
        if rest.chars().any(char::is_alphanumeric) {
            rest
        } else {
            text.to_owned()
        }
    }

    /// Longest first; a single character only where it stands by itself (额, but not 余额).
    fn without_mandarin_fillers(&self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let alone = |filler: &str| {
                let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
                edge(kept.chars().next_back()) || edge(rest[filler.len()..].chars().next())
            };
            let filler = self
                .fillers_zh
                .iter()
                .find(|f| rest.starts_with(f.as_str()) && (f.chars().nth(1).is_some() || alone(f)));
            match filler {
                Some(filler) => rest = &rest[filler.len()..],
                None => {
                    kept.push(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
        }
        kept
    }

    fn without_english_fillers(&self, text: &str) -> String {
        let words = segment::english_words(text);
        let mut kept = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let longest = (1..=LONGEST.min(words.len() - at)).rev();
            match longest
                .into_iter()
                .find(|&n| self.fillers_en.contains(&words[at..at + n].join(" ")))
            {
                Some(n) => at += n,
                None => {
                    kept.push(words[at].as_str());
                    at += 1;
                }
            }
        }
        kept.join(" ")
    }

    /// The names of the groups whose phrases occur in `parts` (characters or stems), each once.
    pub fn ideas(&self, parts: &[String], language: Language) -> Vec<String> {
        let glue = if language == Language::Zh { "" } else { " " };
        occurring(&self.ideas, parts, glue)
    }

    /// The same by sound, from folded syllables.
    pub fn ideas_by_sound(&self, folded: &[String]) -> Vec<String> {
        occurring(&self.ideas_by_sound, folded, " ")
    }
}

fn occurring(groups: &HashMap<String, Vec<String>>, parts: &[String], glue: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for start in 0..parts.len() {
        for end in start + 1..=parts.len().min(start + LONGEST) {
            for name in groups
                .get(&parts[start..end].join(glue))
                .into_iter()
                .flatten()
            {
                if !found.contains(name) {
                    found.push(name.clone());
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_parse() {
        let fillers: Phrases = toml::from_str(FILLERS).unwrap();
        assert!(!fillers.zh.is_empty() && !fillers.en.is_empty());
        let groups: Groups = toml::from_str(SYNONYMS).unwrap();
        let names: HashSet<_> = groups.group.iter().map(|g| &g.name).collect();
        assert_eq!(
            names.len(),
            groups.group.len(),
            "two groups have the same name"
        );
        let topics: Topics = toml::from_str(ELSEWHERE).unwrap();
        for topic in topics.topic {
            assert!(
                !topic.zh.is_empty() && !topic.en.is_empty(),
                "{}",
                topic._name
            );
        }
    }

    #[test]
    fn fillers_go() {
        #[track_caller]
        fn check(text: &str, language: Language, rest: &str) {
            assert_eq!(Lexicon::get().without_fillers(text, language), rest);
        }
        check(
            "嗯，那个，请问医保余额怎么查",
            Language::Zh,
            "，，医保余额怎么查",
        );
        check("呃", Language::Zh, "呃");
        check(
            "Oh dear, well, I lost my card, you know",
            Language::En,
            "i lost my card",
        );
    }
}
